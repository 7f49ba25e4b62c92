"""Both languages from the first label on: nothing untranslated, unmarked or stale."""

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QLabel, QWidget

from installer import translations
from workbench.ui.i18n import Retranslates, local_time, time_tooltip

# Calls whose text a person reads. A literal in one of them has to go through tr().
_SHOWING = {
    "setText", "setToolTip", "setWindowTitle", "setPlaceholderText", "setAccessibleName",
    "setAccessibleDescription", "setTitle", "setStatusTip", "setWhatsThis", "setItemText",
    "setInformativeText", "setDetailedText", "setLabelText", "setSuffix", "setPrefix",
    "setHeaderLabels", "showMessage", "addTab", "addItem", "addItems", "addAction", "addMenu",
    "addButton", "setSpecialValueText", "setTabText",
    "QLabel", "QPushButton", "QToolButton", "QAction", "QCheckBox", "QRadioButton", "QGroupBox",
    "QMenu", "QDockWidget", "setLabel", "set_texts",
}  # fmt: skip
# What reads the same in both languages: keys, names of languages in their own language.
_SAME_EVERYWHERE = re.compile(r"(Ctrl|Alt|Shift|Esc|Enter|F\d+)(\+.*)?|中文|English|[\W\d_]*")


def _parsed() -> Iterator[tuple[Path, ast.Module]]:
    for path in translations.sources():
        yield path, ast.parse(path.read_text("utf-8"))


def _callee(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(node: ast.expr) -> Iterator[str]:
    """String constants that reach the call itself, not those inside a nested call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield from _literals(part)
    elif isinstance(node, (ast.IfExp, ast.BinOp, ast.List, ast.Tuple, ast.BoolOp)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr) and not (
                isinstance(node, ast.IfExp) and child is node.test
            ):
                yield from _literals(child)


def unmarked(tree: ast.Module) -> list[tuple[int, str]]:
    """(line, text) of every literal that is shown without tr()."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _callee(node) in _SHOWING:
            arguments = [*node.args, *(k.value for k in node.keywords if k.arg != "role")]
            for argument in arguments:
                found += [
                    (node.lineno, text)
                    for text in _literals(argument)
                    if not _SAME_EVERYWHERE.fullmatch(text)
                ]
    return found


def translated(tree: ast.Module) -> list[tuple[str, str, bool, int]]:
    """(class, source, has a count, line) of every tr() call; ValueError for a computed source."""
    found = []

    def visit(node: ast.AST, owner: str) -> None:
        if isinstance(node, ast.ClassDef):
            owner = node.name
        if isinstance(node, ast.Call) and _callee(node) == "tr":
            source = node.args[0]
            if not (isinstance(source, ast.Constant) and isinstance(source.value, str)):
                raise ValueError(f"line {node.lineno}: tr() needs a literal")
            found.append((owner, source.value, len(node.args) > 2, node.lineno))
        for child in ast.iter_child_nodes(node):
            visit(child, owner)

    visit(tree, "")
    return found


def _messages(file: Path) -> dict[tuple[str, str], ET.Element]:
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ET.parse(file).iter("context")
        for message in context.iter("message")
    }


@pytest.mark.parametrize("file", [translations.ZH, translations.EN], ids=["zh", "en"])
def test_every_string_is_translated(file):
    assert list(translations.unfinished(file)) == []


@pytest.mark.slow
def test_no_shown_literal_bypasses_tr():
    found = {
        f"{path.relative_to(translations.ROOT)}:{line}": text
        for path, tree in _parsed()
        for line, text in unmarked(tree)
    }
    assert found == {}


def test_every_tr_string_is_in_the_catalogues():
    chinese, english = _messages(translations.ZH), _messages(translations.EN)
    for path, tree in _parsed():
        for owner, source, counted, line in translated(tree):
            where = f"{path.name}:{line}: {source!r}; run installer/translations.py"
            assert (owner, source) in chinese, where
            assert ((owner, source) in english) == counted, where


def test_the_catalogues_hold_nothing_that_the_code_does_not_say():
    said = {(owner, source) for _, tree in _parsed() for owner, source, *_ in translated(tree)}
    assert set(_messages(translations.ZH)) - said == set()


def test_placeholders_survive_translation():
    for (_, source), message in _messages(translations.ZH).items():
        for text in translations._forms(message.find("translation")):
            assert re.findall(r"\{\w+\}|%L?n", source) == sorted(
                re.findall(r"\{\w+\}|%L?n", text), key=source.index
            ), source


@pytest.mark.parametrize("file", [translations.ZH, translations.EN], ids=["zh", "en"])
def test_the_compiled_catalogue_says_what_its_source_says(qapp, file):
    catalogue = QTranslator()
    assert catalogue.load(str(file.with_suffix(".qm")))
    for (context, source), message in _messages(file).items():
        forms = translations._forms(message.find("translation"))
        if message.get("numerus") == "yes":
            counts = (1, 2)[: len(forms)]
            compiled = [catalogue.translate(context, source, None, n) for n in counts]
        else:
            compiled = [catalogue.translate(context, source)]
        assert compiled == forms, "the .qm is stale: run installer/translations.py"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("label.setText('Hello')", "Hello"),
        ("QPushButton('Go', self)", "Go"),
        ("menu.addAction(f'Open {name}')", "Open "),
        ("label.setText('On' if on else self.tr('Off'))", "On"),
        ("label.setText('您好')", "您好"),
    ],
)
def test_an_unmarked_literal_is_found(code, text):
    assert unmarked(ast.parse(code)) == [(1, text)]


@pytest.mark.parametrize(
    "code",
    [
        "label.setText(self.tr('Hello'))",
        "label.setText(f'{a} · {b}')",
        "QLabel('Ctrl+K', self)",
        "label.setProperty('role', 'muted')",
        "label.setText(word('cause', cause))",
    ],
)
def test_what_needs_no_translation_is_left_alone(code):
    assert unmarked(ast.parse(code)) == []


def test_plural_forms_are_made_from_the_source():
    assert translations.plural_forms("%Ln draft(s)") == ["%Ln draft", "%Ln drafts"]
    assert translations.plural_forms("%Ln entr(y/ies)") == ["%Ln entry", "%Ln entries"]


def test_the_language_turns_while_the_widget_is_shown(qtbot, qapp, language):
    class Greeting(Retranslates, QWidget):
        def __init__(self):
            super().__init__()
            self.label = QLabel(self)
            self.retranslate()

        def retranslate(self):
            self.label.setText(language.word("cause", "high_debt"))

    widget = Greeting()
    qtbot.addWidget(widget)
    assert widget.label.text() == "High debt"
    language.set("zh")
    qapp.processEvents()
    assert widget.label.text() == "负债偏高"
    language.set("en")
    qapp.processEvents()
    assert widget.label.text() == "High debt"


def test_each_language_has_a_locale_and_its_own_name_and_can_be_chosen():
    from workbench.settings import OPTIONS
    from workbench.ui import i18n
    from workbench.ui.pages.settings import _OWN_NAMES

    assert set(i18n._LOCALES) == set(_OWN_NAMES) == set(i18n.LANGUAGES)
    assert OPTIONS["language"].choices == ("system", *i18n.LANGUAGES)


def test_an_unknown_language_is_refused_and_changes_nothing(language):
    with pytest.raises(ValueError, match="fr"):
        language.set("fr")
    assert language.current == "en"


def test_changed_comes_once_for_each_turn(language):
    heard = []
    language.changed.connect(heard.append)
    language.set("zh")
    language.set("zh")
    language.set("en")
    assert heard == ["zh", "en"]


def test_times_are_shown_in_shanghai_with_the_zone_on_hover():
    from datetime import datetime

    moment = datetime(2026, 11, 22, 18, 30, 5)
    assert local_time(moment) == "2026-11-23 02:30"
    assert time_tooltip(moment) == "2026-11-23 02:30:05 Asia/Shanghai (UTC+8)"
    assert local_time(None) == time_tooltip(None) == ""
