"""The complaints page: its presenter, its table as plain data, and the view over both."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.fakes import NOW, complaint
from workbench.domain.complaint import ComplaintPage, Demand, Severity, State
from workbench.domain.errors import StoreFault
from workbench.ui.models.complaints import Column, ComplaintTable
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE
from workbench.ui.pages.complaints.presenter import SETTLED, UNSETTLED, ComplaintsPresenter
from workbench.ui.pages.complaints.view import ComplaintsPage


# presenter
@pytest.fixture
def asked():
    return []


@pytest.fixture
def presenter(asked):
    return ComplaintsPresenter(asked.append)


def test_every_new_word_asks_again_and_spaces_do_not(presenter, asked):
    presenter.search("C-2026")
    presenter.search(" C-2026 ")
    presenter.search("C-20261")
    assert [question.text for question in asked] == ["C-2026", "C-20261"]


def test_text_and_state_are_asked_for_together(presenter, asked):
    presenter.search("a")
    presenter.choose("unsettled")
    assert asked[-1].text == "a" and asked[-1].states == UNSETTLED


def test_settled_and_unsettled_cover_every_state_of_a_saved_complaint():
    assert {*SETTLED, *UNSETTLED} == set(State) - {State.DRAFT}


def test_the_first_row_opens_when_nothing_was_open(presenter):
    assert presenter.answer(ComplaintPage((complaint(1), complaint(2)), 2)) == complaint(1)


def test_the_open_complaint_stays_open_over_a_refresh_and_is_renewed(presenter):
    presenter.choose_row(complaint(2))
    newer = complaint(2, state=State.CLOSED)
    assert presenter.answer(ComplaintPage((complaint(1), newer), 2)) == newer


def test_a_wanted_complaint_opens_whatever_the_filter_was(presenter, asked):
    presenter.search("nothing like it")
    presenter.want("C-20261122-0002")
    assert asked[-1].text == ""
    assert presenter.answer(ComplaintPage((complaint(1), complaint(2)), 2)) == complaint(2)


def test_an_empty_page_says_whether_the_filter_is_why(presenter):
    presenter.answer(ComplaintPage())
    assert presenter.empty == "none_yet" and presenter.open is None
    presenter.search("x")
    assert presenter.empty == "none_match"
    presenter.answer(ComplaintPage((complaint(1),), 1))
    assert presenter.empty is None


# model
@pytest.fixture
def table(language, theme):
    model = ComplaintTable(language, theme)
    model.show(
        [
            complaint(1, severity=Severity.CRITICAL, demand=Demand.APOLOGY),
            complaint(2, cause=None, customer_name=None, phone=None, state=State.CLOSED),
        ]
    )
    return model


def drawn(model):
    return "\n".join(
        " | ".join(
            str(model.index(row, column).data() or "") for column in range(model.columnCount())
        )
        for row in range(model.rowCount())
    )


def test_rows_read_as_people_read_them(table):
    assert drawn(table) == (
        "C-20261122-0001 | 2026-11-22 20:29 | 王**  138****5678 | Thin credit history | Apology"
        " | Critical | Open\n"
        "C-20261122-0002 | 2026-11-22 20:28 |  |  | Explain why | Normal | Closed"
    )


def test_rows_and_headers_speak_the_language_of_the_moment(table, language):
    language.set("zh")
    assert table.index(0, Column.CAUSE).data() == "信用记录不足"
    header = [table.headerData(column, Qt.Orientation.Horizontal) for column in range(len(Column))]
    assert header == ["编号", "时间", "客户", "根本原因", "诉求", "严重程度", "状态"]


def test_severity_sorts_by_weight_and_not_by_letter(table):
    keys = [table.index(row, Column.SEVERITY).data(SORT_ROLE) for row in (0, 1)]
    assert keys == [3, 1]


def test_the_row_itself_is_a_role(table):
    assert table.index(1, 0).data(ROW_ROLE).number == "C-20261122-0002"
    assert table.row_of(complaint(2).complaint_id) == 1 and table.row_of("C-none") is None


def test_the_time_shows_its_zone_on_hover(table):
    hover = table.index(0, Column.TIME).data(Qt.ItemDataRole.ToolTipRole)
    assert hover == "2026-11-22 20:29:00 Asia/Shanghai (UTC+8)"


# view
@pytest.fixture
def page(desk, records, tasks, qtbot):
    records.complaints += [
        complaint(1),
        complaint(2, state=State.CLOSED, severity=Severity.HIGH, description="<b>bold</b>"),
        complaint(3, attempt_id=None, description="late"),
    ]
    made = ComplaintsPage(desk)
    qtbot.addWidget(made)
    assert tasks.wait_idle()
    return made


def numbers(page):
    model = page.table.model()
    return [model.index(row, Column.NUMBER).data()[-4:] for row in range(model.rowCount())]


def test_it_opens_newest_first_with_the_newest_beside_it(page):
    assert numbers(page) == ["0001", "0002", "0003"]
    assert page.detail.number.text() == "C-20261122-0001"
    assert page.count.text() == "3 complaints"


def test_typing_filters(page, tasks, qtbot):
    qtbot.keyClicks(page.search, "late")
    assert tasks.wait_idle()
    assert numbers(page) == ["0003"] and page.count.text() == "1 complaint"


def test_a_state_filters(page, tasks):
    page.states.setCurrentIndex(page.states.findData("closed"))
    page.states.activated.emit(page.states.currentIndex())
    assert tasks.wait_idle()
    assert numbers(page) == ["0002"]


def test_arrows_walk_the_list_and_the_detail_follows(page, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.detail.number.text() == "C-20261122-0002"


def test_what_a_customer_wrote_is_never_markup(page, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.detail.description.toPlainText() == "<b>bold</b>"
    for _, value in page.detail._values.values():
        assert value.textFormat() == Qt.TextFormat.PlainText


def test_enter_goes_to_the_card_button_which_opens_the_attempt(page, desk, qtbot):
    page.show()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.focusWidget() is page.detail.card_button
    with qtbot.waitSignal(desk.acts.open_attempt) as heard:
        page.detail.card_button.click()
    assert heard.args == ["A0001"]


def test_a_complaint_without_an_attempt_offers_no_card(page, qtbot):
    page.open_complaint("C-20261122-0003")
    assert page._desk.tasks.wait_idle()
    assert page.detail.number.text() == "C-20261122-0003"
    assert not page.detail.card_button.isVisibleTo(page.detail)


def test_sorting_by_severity_keeps_the_selection(page):
    page.table.sortByColumn(Column.SEVERITY, Qt.SortOrder.DescendingOrder)
    assert numbers(page)[0] == "0002"
    assert page.detail.number.text() == "C-20261122-0001"


def test_no_match_offers_to_show_all(page, tasks, qtbot):
    page.search.setText("nobody")
    assert tasks.wait_idle()
    assert page.empty.isVisibleTo(page) and page.empty.button.text() == "Show all"
    page.empty.button.click()
    assert tasks.wait_idle()
    assert numbers(page) == ["0001", "0002", "0003"] and page.search.text() == ""


def test_an_empty_store_offers_the_first_complaint(desk, tasks, qtbot):
    page = ComplaintsPage(desk)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert page.empty.isVisibleTo(page)
    with qtbot.waitSignal(desk.acts.log_complaint) as heard:
        page.empty.button.click()
    assert heard.args == [None]


def test_a_saved_complaint_appears_at_once(page, desk, records, tasks):
    new = complaint(9, created_at=NOW)
    records.complaints.append(new)
    desk.acts.complaint_saved.emit(new)
    assert tasks.wait_idle()
    assert numbers(page)[0] == "0009"


def test_a_store_that_refuses_is_said_in_the_bar_and_the_list_stays(page, desk, tasks, qtbot):
    def refuse(where):
        raise StoreFault("missing_words")

    desk.complaints.find = refuse
    with qtbot.waitSignal(desk.acts.error) as heard:
        page.presenter.refresh()
    assert heard.args[0].key == "missing_words" and len(numbers(page)) == 3
