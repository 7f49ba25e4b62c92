"""Every label 40 % longer than in English, as other languages are: nothing on any page is cut."""

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from tests.ui.fakes import attempt_row, complaint
from workbench.ui.main_window import PAGES, MainWindow

_MARK = "~"


class Longer(QTranslator):
    """Our own labels with a tail; Qt's stay, and plurals have their number."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context, source, disambiguation=None, n=-1):
        if context.startswith("Q") and context != "QaPage":
            return source
        if not source:
            return ""
        said = source.replace("%Ln", str(n))
        return said + _MARK * max(1, round(len(said) * 0.4))


@pytest.fixture
def window(tasks, language, theme, qtbot, desk, records, qapp):
    records.complaints.append(complaint(1))
    longer = Longer()
    qapp.installTranslator(longer)
    made = MainWindow(tasks, language, theme, PAGES)
    qtbot.addWidget(made)
    made.attach(desk)
    assert tasks.wait_idle()
    made.resize(1366, 768)
    made.show()
    yield made
    qapp.removeTranslator(longer)


def cut(window: QWidget) -> list[str]:
    """Labels and buttons whose words do not fit into them."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton):
            continue
        if _MARK not in widget.text():
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            fits = widget.height() >= widget.heightForWidth(widget.width()) - 1
        elif isinstance(widget, QLabel):
            fits = widget.width() >= widget.sizeHint().width() - 1
        else:
            fits = widget.width() >= widget.fontMetrics().horizontalAdvance(widget.text())
        if not fits:
            where = type(widget.parent()).__name__
            found.append(f"{widget.text()!r} in {where}: {widget.width()}×{widget.height()}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("page", [*(spec.name for spec in PAGES), "sheet", "card"])
def test_nothing_is_cut_where_texts_are_longer(window, tasks, qtbot, page):
    if page == "sheet":
        window.sheet.open_for(attempt_row())
    elif page == "card":
        window.look_up("A0001")
    else:
        window.show_page(page)
    assert tasks.wait_idle()
    assert _MARK in window.top.complaint_button.text()

    def fits():  # a layout asks once more after each of its parts did
        assert cut(window) == []

    qtbot.waitUntil(fits)


def test_a_text_that_is_cut_is_found(window, qapp):
    button = QPushButton("Far too long for this" + _MARK, window.top)
    button.setFixedWidth(40)
    button.show()
    assert len(cut(window)) == 1
