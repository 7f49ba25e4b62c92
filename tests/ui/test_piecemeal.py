"""What is cut in pieces comes out as if it had been made in one."""

import sys
from collections.abc import Iterator
from importlib import invalidate_caches

import pytest
from PySide6.QtWidgets import QLabel

from workbench.ui.piecemeal import Piecemeal, modules, statements


class Page(Piecemeal):
    def _made(self, desk) -> Iterator[None]:
        self.first = QLabel(self)
        yield
        self.second = QLabel(self)
        self.retranslate()

    def retranslate(self) -> None:
        self.second.setText(self.tr("second"))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """``pieces_of_a_test``, whose modules note when they are imported."""
    root = tmp_path / "pieces_of_a_test"
    (root / "inner").mkdir(parents=True)
    (root / "__init__.py").write_text("from .a import A\nfrom .inner.b import B\nC = A + B\n")
    (root / "a.py").write_text("from . import inner\nA = 1\n")
    (root / "inner" / "__init__.py").write_text("")
    (root / "inner" / "b.py").write_text("B = 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    invalidate_caches()
    yield root.name
    for name in [name for name in sys.modules if name.startswith(root.name)]:
        del sys.modules[name]


def test_a_page_is_whole_unless_it_is_asked_for_in_pieces(desk, qtbot) -> None:
    page = Page(desk)
    qtbot.addWidget(page)
    assert page.second.text() == "second"


def test_a_page_goes_on_where_it_stopped(desk, qtbot) -> None:
    page = Page(desk, whole=False)
    qtbot.addWidget(page)
    next(page.parts)
    first = page.first
    assert not hasattr(page, "second")
    page.finish()
    assert page.first is first and page.second.text() == "second"


def test_a_page_that_is_half_made_when_the_language_turns_is_finished(desk, qtbot) -> None:
    page = Page(desk, whole=False)
    qtbot.addWidget(page)
    next(page.parts)
    desk.language.set("zh" if desk.language.current == "en" else "en")
    qtbot.waitUntil(lambda: hasattr(page, "second"))
    assert page.second.text() == "second"


def test_a_package_imported_by_the_statement_is_what_an_import_makes(package) -> None:
    pieces = list(statements(package))
    assert len(pieces) == 3
    assert sys.modules[package].C == 3
    assert __import__(package) is sys.modules[package]
    assert list(statements(package)) == [], "it is there"


def test_a_package_that_cannot_be_imported_is_not_there_half(package, tmp_path) -> None:
    (tmp_path / package / "__init__.py").write_text("from .a import A\n1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        list(statements(package))
    assert package not in sys.modules


def test_modules_inside_others_are_pieces_of_their_own(package, tmp_path) -> None:
    (tmp_path / package / "__init__.py").write_text("")
    pieces = modules(package)
    next(pieces)
    assert f"{package}.a" in sys.modules and f"{package}.inner.b" not in sys.modules
    list(pieces)
    assert f"{package}.inner.b" in sys.modules
