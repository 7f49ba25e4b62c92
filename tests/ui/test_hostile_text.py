"""Whatever a customer, a file or a colleague wrote is text: no page renders it as HTML."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import attempt_row, customer_card
from workbench.domain.attempt import LookupResult
from workbench.domain.complaint_parts import Audience
from workbench.domain.work_queue import ListQuery

EVIL = '<img src="file:///etc/hostname"><b>evil</b>'


def rendered(widget: QWidget) -> list[str]:
    """Where HTML of another's making would be shown as such, in a widget and all beneath it."""
    found: list[str] = []
    for part in [widget, *widget.findChildren(QWidget)]:
        where = f"{type(part).__name__} {part.objectName()}"
        if evil_tip(part.toolTip()):
            found.append(f"tooltip of {where}")
        if isinstance(part, QLabel) and "<img" in part.text():
            plain = part.textFormat() == Qt.TextFormat.PlainText
            if not plain and GuiQt.mightBeRichText(part.text()):
                found.append(f"label {where}: {part.text()[:60]}")
        if isinstance(part, QTextEdit | QTextBrowser) and "<img" in part.document().toHtml():
            found.append(f"text {where}")
        if isinstance(part, QAbstractItemView):
            found += [f"item of {where}: {tip}" for tip in tips(part) if evil_tip(tip)]
    return found


def columns(model: QAbstractItemModel, above: QModelIndex) -> int:
    return 1 if isinstance(model, QAbstractListModel) else model.columnCount(above)


def evil_tip(tip: str) -> bool:
    return "<img" in tip and GuiQt.mightBeRichText(tip)


def tips(view: QAbstractItemView) -> list[str]:
    model, found = view.model(), []
    if model is None:
        return []
    waiting = [view.rootIndex()]
    while waiting:
        above = waiting.pop()
        for row in range(min(model.rowCount(above), 200)):
            for column in range(columns(model, above)):
                index = model.index(row, column, above)
                found.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
                if column == 0:
                    waiting.append(index)
    return found


def told(widget: QWidget) -> str:
    """Everything that a widget says anywhere, to see that the hostile text came so far."""
    said = []
    for part in [widget, *widget.findChildren(QWidget)]:
        if isinstance(part, QLabel | QAbstractButton):
            said.append(part.text())
        if isinstance(part, QTextEdit):
            said.append(part.toPlainText())
        if isinstance(part, QAbstractItemView) and part.model() is not None:
            model = part.model()
            said += [
                str(model.index(row, column).data() or "")
                for row in range(min(model.rowCount(), 50))
                for column in range(columns(model, QModelIndex()))
            ]
    return "\n".join(said)


@pytest.fixture
def office(tmp_path):
    (tmp_path / "office").mkdir()
    made = Office(tmp_path / "office")
    yield made
    made.close()


@pytest.fixture
def evil_office(office):
    office.log(description=EVIL, competitor=EVIL, customer_name=EVIL, phone=EVIL, channel=EVIL)
    made = office.log(description=EVIL, competitor=EVIL, customer_name=EVIL, channel=EVIL)
    desk = office["zhang"]
    desk.talk.comment(made.number, EVIL, Audience.INTERNAL)
    desk.talk.comment(made.number, EVIL, Audience.CUSTOMER)
    desk.talk.attach_bytes(
        made.number, f"{EVIL}.png".replace("/", "_"), b"\x89PNG\r\n\x1a\n" + bytes(9)
    )
    desk.lists.save_view(EVIL, ListQuery(text="x"))
    return office


@pytest.fixture
def records(request):
    if "evil_office" in request.fixturenames:
        return request.getfixturevalue("evil_office").records
    from tests.ui.fakes import FakeRecords

    return FakeRecords()


@pytest.fixture
def person():
    return PEOPLE["zhang"]


def test_the_complaints_page(evil_office, desk, tasks, qtbot) -> None:
    from workbench.ui.pages.complaints.view import ComplaintsPage

    page = ComplaintsPage(desk)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    assert tasks.wait_idle()
    page.table.selectRow(0)
    assert tasks.wait_idle()
    assert told(page).count("evil") >= 4
    assert rendered(page) == []


def test_the_sheet_and_what_it_says_while_typing(evil_office, desk, tasks, qtbot) -> None:
    from workbench.ui.dialogs.complaint_sheet import ComplaintSheet

    sheet = ComplaintSheet(desk)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.open_for(attempt_row(customer_name=EVIL, province=EVIL, channel=EVIL))
    assert tasks.wait_idle()
    assert "evil" in told(sheet)
    assert rendered(sheet) == []


def test_the_lookup_page(desk, store, tasks, qtbot) -> None:
    from workbench.ui.pages.lookup.view import LookupPage

    rows = [
        attempt_row(n, customer_name=EVIL, province=EVIL, channel=EVIL, step=EVIL) for n in (1, 2)
    ]
    card = customer_card(name=EVIL, phone=EVIL, id_card=EVIL, customer_id=EVIL)
    found = LookupResult((card, replace(card, ref="R2")), tuple(rows))
    store.lookup = lambda term: found
    store.timeline = lambda ref: rows
    page = LookupPage(desk)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.search(EVIL)
    assert tasks.wait_idle()
    assert told(page).count("evil") >= 3
    assert rendered(page) == []


def test_the_import_dialog(desk, tasks, qtbot, tmp_path) -> None:
    from workbench.domain.importing import ColumnGuess, ImportPreview
    from workbench.ui.dialogs.import_dialog import ImportDialog

    file = tmp_path / "evil.csv"
    file.write_text("x")
    guess = ColumnGuess(EVIL, None, "evil", 0.1, "name", (EVIL,), None, None)
    preview = ImportPreview(file, "csv", "utf-8", ",", (guess,), ((EVIL,),), ())
    desk.attempts.preview = lambda *_, **__: preview
    dialog = ImportDialog(desk, [file])
    qtbot.addWidget(dialog)
    dialog.show()
    assert tasks.wait_idle()
    assert "evil" in told(dialog)
    assert rendered(dialog) == []


def test_a_message_of_the_window(desk, qtbot, theme, language) -> None:
    from workbench.domain.errors import BadInput
    from workbench.ui.widgets.message_bar import MessageBar

    bar = MessageBar(theme, language)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_error(BadInput("no_such_mapping", mapping=EVIL))
    assert "evil" in told(bar) and rendered(bar) == []


def test_what_it_looks_for_would_be_found(qtbot) -> None:
    label, tip = QLabel(EVIL), QLabel("x")
    tip.setToolTip(EVIL)
    box = QTextEdit()
    box.setHtml(EVIL)
    for widget in (label, tip, box):
        qtbot.addWidget(widget)
        assert len(rendered(widget)) == 1
    assert QApplication.instance() is not None
