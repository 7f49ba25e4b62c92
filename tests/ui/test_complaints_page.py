"""The complaints page: its presenter, its table, and the view over real records."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QImage

from tests.complaint_desk import PEOPLE, Office
from tests.ui.fakes import NOW, FakeJournal, complaint
from workbench.domain.complaint import Demand, Severity, State
from workbench.domain.complaint_parts import Audience
from workbench.domain.errors import StoreFault
from workbench.domain.times import utc_now
from workbench.domain.work_queue import ListPage, ListQuery, Place, Queue, SortBy, queue
from workbench.ui.models.complaints import Column, ComplaintTable, share_left, urgency
from workbench.ui.models.table import ROW_ROLE, SORT_ROLE
from workbench.ui.pages.complaints.presenter import SETTLED, UNSETTLED, ComplaintsPresenter
from workbench.ui.pages.complaints.view import ComplaintsPage
from workbench.ui.widgets.ask_form import Kind


# presenter
@pytest.fixture
def asked():
    return []


@pytest.fixture
def presenter(asked):
    return ComplaintsPresenter(
        lambda query, wanted: asked.append((query, wanted)),
        lambda which: queue(which, PEOPLE["zhang"], NOW),
    )


def test_every_new_word_asks_again_and_spaces_do_not(presenter, asked):
    presenter.search("C-2026")
    presenter.search(" C-2026 ")
    presenter.search("C-20261")
    assert [query.text for query, _ in asked] == ["C-2026", "C-20261"]


def test_words_and_state_narrow_the_queue_that_is_open(presenter, asked):
    presenter.take(Queue.MINE)
    presenter.search("a")
    presenter.choose("escalated")
    query = asked[-1][0]
    assert (query.owner, query.text, query.states) == ("zhang", "a", (State.ESCALATED,))
    presenter.take(Queue.UNASSIGNED)
    assert asked[-1][0] == replace(queue(Queue.UNASSIGNED, PEOPLE["zhang"], NOW), limit=100)


def test_settled_and_unsettled_cover_every_state_of_a_saved_complaint():
    assert {*SETTLED, *UNSETTLED} == set(State) - {State.DRAFT}


def test_the_order_is_the_queues_own_until_a_header_is_clicked(presenter, asked):
    presenter.take(Queue.MINE)
    assert presenter.order == (SortBy.DUE, False)
    presenter.sort(SortBy.SEVERITY, descending=True)
    assert (asked[-1][0].sort, asked[-1][0].descending) == (SortBy.SEVERITY, True)
    presenter.take("all")
    assert presenter.order == (SortBy.CREATED, True)


def test_the_first_row_opens_when_nothing_was_open(presenter):
    page = ListPage((complaint(1), complaint(2)), None)
    assert presenter.answer(page, None) == complaint(1)


def test_the_open_complaint_stays_open_over_a_refresh_and_is_renewed(presenter):
    presenter.choose_row(complaint(2))
    newer = complaint(2, state=State.CLOSED)
    assert presenter.answer(ListPage((complaint(1), newer), None), None) == newer


def test_a_wanted_complaint_opens_whatever_the_list_holds(presenter, asked):
    presenter.search("nothing like it")
    presenter.want("C-20261122-0002")
    assert asked[-1] == (ListQuery(), "C-20261122-0002")
    assert presenter.answer(ListPage((complaint(1),), None), complaint(2)) == complaint(2)


def test_a_refresh_brings_back_as_many_rows_as_there_were(presenter, asked):
    place = Place(NOW, "C-1")
    presenter.answer(ListPage(tuple(map(complaint, range(100))), place), None)
    assert presenter.further.after == place
    presenter.more(ListPage(tuple(map(complaint, range(100, 150))), None))
    assert presenter.further is None
    presenter.refresh()
    assert asked[-1][0].limit == 150


def test_an_empty_page_says_why(presenter):
    presenter.answer(ListPage((), None), None)
    assert presenter.empty == "none_yet" and presenter.open is None
    presenter.take(Queue.WAITING)
    assert presenter.empty == "none_here"
    presenter.search("x")
    assert presenter.empty == "none_match"
    presenter.answer(ListPage((complaint(1),), None), None)
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
        "C-20261122-0001 |  | 王**  138****5678 | Thin credit history | Open | Critical"
        " |  | 2026-11-22 20:29 | Apology | \n"
        "C-20261122-0002 |  |  |  | Closed | Normal |  | 2026-11-22 20:28 | Explain why | "
    )


def test_rows_and_headers_speak_the_language_of_the_moment(table, language):
    language.set("zh")
    assert table.index(0, Column.CAUSE).data() == "信用记录不足"
    header = [table.headerData(column, Qt.Orientation.Horizontal) for column in range(len(Column))]
    assert header == [
        "编号", "剩余时间", "客户", "根本原因", "状态", "严重程度", "处理人", "时间", "诉求",
        "命中"
    ]  # fmt: skip


def test_severity_sorts_by_weight_and_not_by_letter(table):
    keys = [table.index(row, Column.SEVERITY).data(SORT_ROLE) for row in (0, 1)]
    assert keys == [3, 1]


def test_the_row_itself_is_a_role(table):
    assert table.index(1, 0).data(ROW_ROLE).number == "C-20261122-0002"
    assert table.row_of(complaint(2).complaint_id) == 1 and table.row_of("C-none") is None


def test_the_time_shows_its_zone_on_hover(table):
    hover = table.index(0, Column.TIME).data(Qt.ItemDataRole.ToolTipRole)
    assert hover == "2026-11-22 20:29:00 Asia/Shanghai (UTC+8)"


def due(number: int, **left: float):
    return complaint(number, due_at=utc_now() + timedelta(**left, seconds=30))


def test_the_time_left_is_said_in_the_two_units_that_matter(language, theme):
    model = ComplaintTable(language, theme)
    rows = [due(1, days=3, hours=4), due(2, hours=2), due(3, minutes=7), due(4, days=-2)]
    rows += [replace(due(5, days=1), state=State.CLOSED), complaint(6)]
    model.show(rows)
    texts = [model.index(row, Column.DUE).data() for row in range(len(rows))]
    assert texts[:3] == ["3 d 4 h", "2 h 0 min", "7 min"]
    assert texts[3] in ("1 d 23 h over", "2 d 0 h over") and texts[4:] == ["", ""]


def test_the_clock_drains_from_when_it_came_to_when_it_is_due():
    row = complaint(1, received_at=NOW, due_at=NOW + timedelta(days=4))
    shares = [share_left(row, NOW + timedelta(days=days)) for days in (0, 1, 4, 9)]
    assert shares == [1.0, 0.75, 0.0, 0.0]
    inks = [urgency(row, NOW + timedelta(days=days)) for days in (0, 3.5, 4)]
    assert inks == [None, "warning", "danger"]
    assert share_left(replace(row, state=State.RESOLVED), NOW) is None


# view
@pytest.fixture
def office(tmp_path):
    (tmp_path / "office").mkdir()
    made = Office(tmp_path / "office")
    yield made
    made.close()


@pytest.fixture
def records(office):
    return office.records


@pytest.fixture
def person():
    return PEOPLE["zhang"]


@pytest.fixture
def three(office):
    """Newest first: without an attempt, closed and grave, plain."""
    plain = office.log()
    office.wait(minutes=1)
    grave = office.log(severity=Severity.HIGH, description="<b>bold</b>")
    office["zhang"].life.move(grave.number, State.WITHDRAWN, why="客户撤诉")
    office.wait(minutes=1)
    return [office.log(description="late", attempt_id=None, reason_code=None), grave, plain]


@pytest.fixture
def page(desk, three, tasks, qtbot):
    made = ComplaintsPage(desk)
    qtbot.addWidget(made)
    made.resize(1300, 700)
    made.show()
    assert tasks.wait_idle()
    return made


def numbers(page):
    model = page.table.model()
    return [model.index(row, Column.NUMBER).data()[-4:] for row in range(model.rowCount())]


def choose(page, *rows):
    page.table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        page.table.selectionModel().select(page.model.index(row, 0), flags)
    assert page._desk.tasks.wait_idle()


def test_it_opens_newest_first_with_the_newest_beside_it(page):
    assert numbers(page) == ["0003", "0002", "0001"]
    assert page.detail.number.text().endswith("-0003")
    assert page.count.text() == "3 complaints"


def test_typing_filters(page, tasks, qtbot):
    qtbot.keyClicks(page.search, "late")
    assert tasks.wait_idle()
    assert numbers(page) == ["0003"] and page.count.text() == "1 complaint"


def test_what_was_searched_is_shown_where_it_stands(page, office, desk, tasks, qtbot):
    office.wait(minutes=1)
    made = office.log(description="昨天申请白条，提示系统繁忙")
    desk.acts.complaint_saved.emit(made)
    assert page.table.isColumnHidden(Column.FOUND)
    page.search.setText("白条")
    assert tasks.wait_idle()
    assert numbers(page)[0] == "0004" and not page.table.isColumnHidden(Column.FOUND)
    place = page.model.index(0, Column.FOUND)
    assert place.data() == "昨天申请白条，提示系统繁忙"
    assert page.model.found[made.complaint_id].marks == ((4, 2),)
    assert not page.grab().isNull()
    page.search.clear()
    assert tasks.wait_idle()
    assert page.table.isColumnHidden(Column.FOUND) and page.model.found == {}


def test_a_state_filters(page, tasks):
    page.states.setCurrentIndex(page.states.findData("withdrawn"))
    page.states.activated.emit(page.states.currentIndex())
    assert tasks.wait_idle()
    assert numbers(page) == ["0002"]


def test_the_queues_say_how_many_they_hold_and_open_their_list(page, office, desk, tasks):
    office["li"].life.assign("C-20261122-0001", "zhang")
    desk.acts.complaints_came.emit()
    assert tasks.wait_idle()
    counts = {key: item.text(1) for key, item in page.queues._shelves.items()}
    assert counts == {"mine": "1", "team": "1", "unassigned": "1", "breaching": "",
                      "waiting": "", "unsettled": "2", "all": "3", "drafts": ""}  # fmt: skip
    page.queues.tree.setCurrentItem(page.queues._shelves["mine"])
    assert tasks.wait_idle()
    assert numbers(page) == ["0001"] and desk.settings.get("complaints_queue") == "mine"
    page.queues.tree.setCurrentItem(page.queues._shelves["waiting"])
    assert tasks.wait_idle()
    assert page.empty.isVisible() and page.empty.button.text() == "Show all complaints"


def test_a_header_sorts_all_of_the_records_and_the_open_one_stays_open(page, tasks):
    page.table.horizontalHeader().sectionClicked.emit(Column.SEVERITY)
    assert tasks.wait_idle()
    assert numbers(page)[-1] == "0002"
    page.table.horizontalHeader().sectionClicked.emit(Column.SEVERITY)
    assert tasks.wait_idle()
    assert numbers(page)[0] == "0002"
    assert page.detail.number.text().endswith("-0003")


@pytest.mark.slow
def test_scrolling_to_the_end_brings_the_next_rows(page, office, desk, tasks):
    for _ in range(120):
        office.log()
    desk.acts.complaints_came.emit()
    assert tasks.wait_idle()
    assert page.model.rowCount() == 100 and page.count.text() == "123 complaints"
    page.table.scrollToBottom()
    page.model.fetchMore(page.table.rootIndex())
    assert tasks.wait_idle()
    assert page.model.rowCount() == 123 and len(set(numbers(page))) == 123


def test_a_view_keeps_queue_words_and_order_under_a_name(page, tasks, qtbot):
    page.search.setText("late")
    page.table.horizontalHeader().sectionClicked.emit(Column.CUSTOMER)
    page.queues.name.setText("看晚到的")
    qtbot.keyClick(page.queues.name, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    page.take("all")
    assert tasks.wait_idle()
    page.queues.tree.setCurrentItem(page.queues._views["看晚到的"])
    assert tasks.wait_idle()
    assert numbers(page) == ["0003"] and page.search.text() == "late"
    assert page.presenter.order == (SortBy.CUSTOMER, False)
    qtbot.keyClick(page.queues.tree, Qt.Key.Key_Delete)
    assert tasks.wait_idle()
    assert page.queues._views == {} and numbers(page) == ["0003", "0002", "0001"]


def test_a_view_that_is_saved_or_deleted_is_taken_back_as_often_as_one_likes(
    page, desk, tasks, qtbot
):
    undo = []
    desk.acts.done.connect(lambda said, back: undo.append((said(), back)))

    def view():
        assert tasks.wait_idle()
        lists = desk.handling.lists
        return {name: lists.view(name).text for name in lists.views()}

    def save_as(words):
        page.search.setText(words)
        assert tasks.wait_idle()
        page.queues.name.setText("mine")
        qtbot.keyClick(page.queues.name, Qt.Key.Key_Return)
        return view()

    assert save_as("late") == {"mine": "late"}
    assert save_as("again") == {"mine": "again"}
    undo[-1][1]()
    assert view() == {"mine": "late"}
    undo[0][1]()  # the first one made it
    assert view() == {}
    undo[-1][1]()  # the undoing undone
    assert view() == {"mine": "late"}
    said = [words for words, _ in undo]
    assert said[0] == "The view “mine” is saved." and said[3] == "The view “mine” is deleted."


@pytest.mark.slow
def test_a_cause_that_many_complain_of_is_flagged_and_opens_its_complaints(
    page, office, desk, tasks
):
    for customer in range(20):
        office.log(customer_ref=f"k{customer}", cause="high_debt", reason_code="Q07")
    desk.acts.complaints_came.emit()
    assert tasks.wait_idle()
    (item,) = page.queues._group_items
    assert item.text(0) == "High debt Q07" and item.text(1) == "20"
    assert "Group complaint" in item.toolTip(0)
    page.queues.tree.setCurrentItem(item)
    assert tasks.wait_idle()
    assert page.count.text() == "20 complaints"


def test_arrows_walk_the_list_and_the_detail_follows(page, tasks, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert page.detail.number.text().endswith("-0002")
    assert tasks.wait_idle()


def test_what_a_customer_wrote_is_never_markup(page, tasks, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert tasks.wait_idle()
    assert page.detail.description.toPlainText() == "<b>bold</b>"
    for _, value in page.detail.facts.lines.values():
        assert value.textFormat() == Qt.TextFormat.PlainText


def test_enter_goes_to_what_can_be_done(page, qtbot):
    page.activateWindow()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.focusWidget() is page.detail.buttons[0]
    assert page.detail.buttons[0].text() == "Take it"


def test_the_card_of_the_attempt_is_one_button_away(page, desk, tasks, qtbot):
    assert not page.detail.card_button.isVisibleTo(page.detail), "there is no attempt"
    page.open_complaint("C-20261122-0001")
    assert tasks.wait_idle()
    with qtbot.waitSignal(desk.acts.open_attempt) as heard:
        page.detail.card_button.click()
    assert heard.args == ["A0001"]


def test_no_match_offers_to_show_all(page, tasks, qtbot):
    page.search.setText("nobody")
    assert tasks.wait_idle()
    assert page.empty.isVisibleTo(page) and page.empty.button.text() == "Show all"
    page.empty.button.click()
    assert tasks.wait_idle()
    assert numbers(page) == ["0003", "0002", "0001"] and page.search.text() == ""


def test_an_empty_store_offers_the_first_complaint(desk, tasks, qtbot):
    page = ComplaintsPage(desk)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    assert page.empty.isVisibleTo(page)
    with qtbot.waitSignal(desk.acts.log_complaint) as heard:
        page.empty.button.click()
    assert heard.args == [None]


def test_a_saved_complaint_appears_at_once(page, desk, office, tasks):
    office.wait(minutes=1)
    desk.acts.complaint_saved.emit(office.log())
    assert tasks.wait_idle()
    assert numbers(page)[0] == "0004"


def test_a_store_that_refuses_is_said_in_the_bar_and_the_list_stays(page, desk, qtbot, monkeypatch):
    def refuse(query):
        raise StoreFault("missing_words")

    monkeypatch.setattr(type(desk.handling.lists), "page", lambda self, query: refuse(query))
    with qtbot.waitSignal(desk.acts.error) as heard:
        page.presenter.refresh()
    assert heard.args[0].key == "missing_words" and len(numbers(page)) == 3


# acting on one
def test_taking_and_starting_is_two_buttons(page, office, tasks):
    page.detail.buttons[0].click()
    assert tasks.wait_idle()
    assert office.get("C-20261122-0003").owner == "zhang"
    assert page.detail.buttons[0].text() == "Start work"
    page.detail.buttons[0].click()
    assert tasks.wait_idle()
    assert office.get("C-20261122-0003").state is State.IN_PROGRESS
    assert page.detail.state.text == "In progress"


def test_a_move_asks_in_place_for_what_it_needs(page, office, tasks, qtbot):
    page.detail.begin("move_resolved")
    form = page.detail.form
    assert list(form.fields) == ["resolution", "resolution_kind", "wrap_up"]
    form.send()
    assert form.trouble.text() == "Please fill in what is marked." and form.isVisible()
    qtbot.keyClicks(form.fields["resolution"], "explained")
    kinds = form.fields["resolution_kind"]
    kinds.setCurrentIndex(kinds.findData("explained"))
    qtbot.keyClick(
        form.fields["resolution"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    assert tasks.wait_idle()
    found = office.get("C-20261122-0003")
    assert (found.state, found.resolution) == (State.RESOLVED, "explained")
    assert form.isHidden() and page.detail.state.text == "Resolved"


def test_what_a_move_still_lacks_is_said_and_what_was_typed_stays(page, office, tasks):
    page.detail.begin("move_resolved")
    form = page.detail.form
    form.fields["resolution"].setPlainText("已更正资料")
    kinds = form.fields["resolution_kind"]
    kinds.setCurrentIndex(kinds.findData("corrected"))  # has to be proven
    form.send()
    assert tasks.wait_idle()
    assert "evidence" in form.trouble.text() and form.isVisible()
    assert form.fields["resolution"].toPlainText() == "已更正资料"
    assert office.get("C-20261122-0003").state is State.OPEN


def test_esc_gives_up_a_form_and_changes_nothing(page, office, tasks, qtbot):
    page.detail.begin("move_waiting")
    qtbot.keyClick(page.detail.form.fields["why"], Qt.Key.Key_Escape)
    assert page.detail.form.isHidden() and tasks.wait_idle()
    assert office.get("C-20261122-0003").state is State.OPEN


def test_an_act_on_one_complaint_is_taken_back_from_the_windows_bar(page, office, desk, tasks):
    undo = []
    desk.acts.done.connect(lambda words, back: undo.append((words(), back)))
    page.detail.begin("edit")
    page.detail.form.fields["competitor"].setText("花呗")
    page.detail.form.send()
    assert tasks.wait_idle()
    assert office.get("C-20261122-0003").competitor == "花呗"
    words, back = undo[-1]
    back()
    assert tasks.wait_idle()
    assert "C-20261122-0003" in words and office.get("C-20261122-0003").competitor is None


def test_what_cannot_be_undone_says_so_before_it_is_done(page, tasks):
    page.detail.begin("disagree")
    assert "Cannot be undone" in page.detail.form.final.text()
    page.detail.begin("edit")
    assert page.detail.form.final.isHidden()
    assert "Cannot be undone" in page.detail.talk.send_button.toolTip()


def test_an_edit_over_anothers_edit_shows_both_and_loses_none(page, office, tasks):
    page.detail.begin("edit")
    form = page.detail.form
    form.fields["description"].setPlainText("mine")
    form.fields["competitor"].setText("花呗")
    office.wait(minutes=1)
    found = office.get("C-20261122-0003")
    office["wang"].life.edit(found.number, {"description": "theirs"}, found.versions)
    form.send()
    assert tasks.wait_idle()
    clash = page.detail.clash
    assert clash.isVisible()
    shown = [label.text() for label in clash._shown]
    assert "mine" in shown and "theirs" in shown and any("王芳" in text for text in shown)
    assert office.get(found).description == "theirs", "nothing was overwritten"
    clash.mine_button.click()
    assert tasks.wait_idle()
    after = office.get(found)
    assert (after.description, after.competitor) == ("mine", "花呗") and clash.isHidden()


def test_keeping_theirs_still_sends_what_nobody_else_changed(page, office, tasks):
    page.detail.begin("edit")
    form = page.detail.form
    form.fields["description"].setPlainText("mine")
    form.fields["competitor"].setText("花呗")
    found = office.get("C-20261122-0003")
    office["wang"].life.edit(found.number, {"description": "theirs"}, found.versions)
    form.send()
    assert tasks.wait_idle()
    page.detail.clash.theirs_button.click()
    assert tasks.wait_idle()
    after = office.get(found)
    assert (after.description, after.competitor) == ("theirs", "花呗")


def test_a_list_that_comes_anew_leaves_a_form_that_is_being_typed_in(page, desk, office, tasks):
    page.detail.begin("edit")
    page.detail.form.fields["description"].insertPlainText("typing ")
    page.detail.form.fields["description"].document().setModified(True)
    office.wait(minutes=1)
    office.log()
    desk.acts.complaints_came.emit()
    assert tasks.wait_idle()
    assert page.detail.form.isVisible() and numbers(page)[0] == "0004"
    assert "typing " in page.detail.form.fields["description"].toPlainText()


def test_the_menu_offers_what_the_role_may_do(page, desk):
    offered = {offer.key for offer in page.detail._offers}
    assert {"take", "edit", "move_in_progress", "move_resolved", "disagree", "remind"} <= offered
    assert not offered & {"assign", "merge", "split", "approve"}, "those are a team lead's"


def test_a_comment_goes_in_its_register_and_leaves_the_box_empty(page, office, tasks, qtbot):
    page.detail._write()
    talk = page.detail.talk
    assert page.focusWidget() is talk.words
    qtbot.keyClicks(talk.words, "calm down first")
    qtbot.keyClick(talk.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert tasks.wait_idle()
    (comment,) = office["zhang"].talk.comments("C-20261122-0003")
    assert (comment.words, comment.audience) == ("calm down first", Audience.INTERNAL)
    assert talk.typed == "" and talk.timeline.entries[0].body == "calm down first"
    assert page.detail.tabs.tabText(1) == "Talk 1"


def test_words_belong_to_their_complaint_and_outlive_the_window(page, desk, journal, tasks, qtbot):
    talk = page.detail.talk
    talk.words.setPlainText("half a sentence")
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    assert tasks.wait_idle()
    assert talk.typed == ""
    qtbot.keyClick(page.table, Qt.Key.Key_Up)
    assert tasks.wait_idle()
    assert talk.typed == "half a sentence"
    again = ComplaintsPage(desk)  # as after a crash: the journal is what is left
    qtbot.addWidget(again)
    assert tasks.wait_idle()
    assert again.detail.talk.typed == "half a sentence"
    assert desk.complaints.drafts() == [], "it is no complaint that waits to be logged"


def test_a_reassignment_while_typing_takes_no_word_away(page, office, desk, tasks):
    page.detail.talk.words.setPlainText("half a sentence")
    page.detail.begin("move_waiting")
    why = page.detail.form.fields["why"]
    why.insertPlainText("waits for papers")
    why.document().setModified(True)
    office["li"].life.assign("C-20261122-0003", "wang", why="轮到她")
    desk.acts.complaints_came.emit()
    assert tasks.wait_idle()
    assert page.detail.talk.typed == "half a sentence"
    assert page.detail.form.isVisible() and why.toPlainText() == "waits for papers"
    page.detail.form.send()
    assert tasks.wait_idle()
    after = office.get("C-20261122-0003")
    assert (after.owner, after.state) == ("wang", State.WAITING), "both stand"


def test_a_template_is_filled_to_be_read_before_it_goes(page, tasks):
    page.open_complaint("C-20261122-0001")
    assert tasks.wait_idle()
    talk = page.detail.talk
    place = talk.macros.findData("received")
    talk.macros.activated.emit(place)
    assert tasks.wait_idle()
    assert "C-20261122-0001" in talk.typed
    assert talk.audience.currentData() == Audience.CUSTOMER and talk.send_button.text() == "Reply"


def test_files_are_attached_shown_and_saved_elsewhere(page, office, tasks, tmp_path):
    picture = tmp_path / "screen.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(picture))
    page.detail.tabs.setCurrentIndex(3)
    papers = page.detail.papers
    papers.attach([picture])
    assert tasks.wait_idle()
    assert papers.list.count() == 1 and papers.list.item(0).text().startswith("screen.png")
    papers.list.setCurrentRow(0)
    assert tasks.wait_idle()
    assert not papers.picture.isHidden() and not papers.picture.pixmap().isNull()
    (kept,) = office["zhang"].talk.attachments("C-20261122-0003")
    papers.save(kept, tmp_path / "copy.png")
    assert tasks.wait_idle()
    assert (tmp_path / "copy.png").read_bytes() == picture.read_bytes()


def test_a_file_that_is_not_allowed_is_refused_with_a_reason(page, desk, tasks, tmp_path, qtbot):
    bad = tmp_path / "run.exe"
    bad.write_bytes(b"MZ\x00\x01")
    with qtbot.waitSignal(desk.acts.error) as heard:
        page.detail.papers.attach([bad])
    assert heard.args[0].key == "attachment_kind" and tasks.wait_idle()
    assert page.detail.papers.list.count() == 0


def test_the_list_of_what_is_to_do_is_ticked_off(page, office, tasks):
    boxes = page.detail.checklist.findChildren(type(page.detail._checks.itemAt(0).widget()))
    assert not boxes[0].isChecked()
    boxes[0].click()
    assert tasks.wait_idle()
    line = office["zhang"].life.checklist("C-20261122-0003")[0]
    assert line.done is not None and line.done.by == "zhang"


def test_history_says_who_did_what(page, office, tasks):
    office["li"].life.assign("C-20261122-0003", "wang", why="轮到她")
    page.detail.reload()
    assert tasks.wait_idle()
    last = page.detail.history.entries[-1]
    assert "李强" in last.head and last.body.splitlines()[0] == "轮到她"
    assert any(line.endswith("– → 王芳") for line in last.body.splitlines())


def test_a_reminder_that_is_due_stands_over_the_list_until_it_is_done(page, office, desk, tasks):
    office["zhang"].talk.remind("C-20261122-0001", NOW - timedelta(minutes=1), "回电")
    page._remind()
    assert tasks.wait_idle()
    assert "回电" in page.bar.label.text()
    page.bar.button.click()
    assert tasks.wait_idle()
    assert page.detail.number.text().endswith("-0001")
    assert office["zhang"].talk.reminders(NOW) == [] and page.bar.isHidden()


def test_who_else_has_it_open_is_said(page, office, tasks):
    office.now = NOW
    office["li"].lists.open(office.get("C-20261122-0003").complaint_id)
    page.detail._say_open()
    assert tasks.wait_idle()
    assert page.detail.presence.text() == "李强 has this open as well"
    page.detail.leave()
    assert tasks.wait_idle()
    assert office["li"].lists.open(office.get("C-20261122-0003").complaint_id) == ()


def test_who_has_it_open_at_another_desk_is_said_too(page, desk, office, tasks):
    office.now = NOW
    asked = []
    desk.sync = SimpleNamespace(here=lambda ref: asked.append(ref) or ["wang"])
    page.detail._say_open()
    assert tasks.wait_idle()
    assert page.detail.presence.text() == "王芳 has this open as well"
    page.detail.leave()
    assert tasks.wait_idle()
    assert asked == [office.get("C-20261122-0003").complaint_id, None]


# several
def test_an_agent_is_told_that_leads_change_several_at_once(page):
    choose(page, 0, 1)
    assert page.bulk.isVisible() and page.detail.isHidden()
    assert "Team leads" in page.bulk.told.text() and not page.bulk.run_button.isEnabled()


class TestLead:
    @pytest.fixture
    def person(self):
        return PEOPLE["li"]

    def test_several_are_assigned_after_a_preview_and_put_back_as_a_whole(
        self, page, office, desk, tasks, qtbot
    ):
        choose(page, 0, 1, 2)
        bulk = page.bulk
        bulk.person.setCurrentIndex(bulk.person.findData("zhang"))
        bulk.person.activated.emit(bulk.person.currentIndex())
        assert tasks.wait_idle()
        assert bulk.told.text() == "3 will change: Open 2, Withdrawn 1"
        with qtbot.waitSignal(desk.acts.done) as heard:
            bulk.run_button.click()
        assert tasks.wait_idle()
        said, undo = heard.args
        assert said() == "3 complaints changed"
        assert [office.get(f"C-20261122-000{n}").owner for n in (1, 2, 3)] == ["zhang"] * 3
        undo()
        assert tasks.wait_idle()
        assert [office.get(f"C-20261122-000{n}").owner for n in (1, 2, 3)] == [None] * 3

    @pytest.mark.slow
    def test_all_of_a_list_are_chosen_beyond_the_rows_that_were_scrolled_to(
        self, page, office, desk, tasks
    ):
        for _ in range(130):
            office.log()
        desk.acts.complaints_came.emit()
        assert tasks.wait_idle()
        choose(page, 0, 1)
        bulk = page.bulk
        assert bulk.all_button.text() == "Choose all 133 of this list"
        bulk.all_button.click()
        assert tasks.wait_idle()
        assert bulk.head.text() == "133 complaints chosen" and bulk.all_button.isHidden()
        bulk.person.setCurrentIndex(bulk.person.findData("zhang"))
        bulk._count()
        assert tasks.wait_idle()
        bulk.run()
        assert tasks.wait_idle()
        assert office["zhang"].lists.counts()[Queue.MINE] == 132, "one was withdrawn"

    def test_a_move_names_those_that_it_would_leave(self, page, tasks):
        choose(page, 0, 1)
        bulk = page.bulk
        bulk.act.setCurrentIndex(bulk.act.findData(State.ESCALATED))
        bulk.why.setText("监管催办")
        bulk._count()
        assert tasks.wait_idle()
        told = bulk.told.text().splitlines()
        assert told[0] == "1 will change: Open 1" and told[1] == "1 will stay as they are:"
        assert "C-20261122-0002" in told[2]

    def test_a_lead_gives_it_to_a_person(self, page, office, tasks):
        page.detail.begin("assign")
        owner = page.detail.form.fields["owner"]
        owner.setCurrentIndex(owner.findData("wang"))
        page.detail.form.send()
        assert tasks.wait_idle()
        assert office.get("C-20261122-0003").owner == "wang"
        place = page.model.index(0, Column.OWNER)
        assert place.data() == "王芳"

    def test_merging_and_its_undo_are_in_the_menu(self, page, office, tasks):
        page.detail.begin("merge")
        form = page.detail.form
        form.fields["into"].setText("C-20261122-0001")
        form.fields["why"].setText("同一件事")
        form.send()
        assert tasks.wait_idle()
        assert office.get("C-20261122-0003").merged_into is not None
        page.open_complaint("C-20261122-0003")
        assert tasks.wait_idle()
        (offer,) = page.detail._offers
        assert offer.label == "Undo the merging with C-20261122-0001"
        page.detail.begin(offer.key)
        assert tasks.wait_idle()
        assert office.get("C-20261122-0003").merged_into is None


def test_a_form_reads_money_in_yuan_and_refuses_what_is_none(page, office, tasks):
    page.detail.begin("edit")
    form = page.detail.form
    asked = {each.name: each.kind for each in form._asked}
    assert asked["requested_fen"] is Kind.MONEY
    form.fields["requested_fen"].setText("five")
    form.send()
    assert form.fields["requested_fen"].property("invalid") is True
    form.fields["requested_fen"].setText("5,000.50")
    form.send()
    assert tasks.wait_idle()
    assert office.get("C-20261122-0003").requested_fen == 500_050


def test_a_journal_that_refuses_is_said_and_typing_goes_on(page, desk, journal, qtbot):
    assert isinstance(journal, FakeJournal)
    journal.error = StoreFault("draft_not_kept")
    with qtbot.waitSignal(desk.acts.error):
        page.detail.talk.words.setPlainText("words")
    assert page.detail.talk.typed == "words"


def test_demands_are_words_of_the_language(page, office, tasks, language):
    language.set("zh")
    assert tasks.wait_idle()
    page.detail.begin("edit")
    demand = page.detail.form.fields["demand"]
    assert demand.itemText(demand.findData(Demand.EXPLAIN)) == "说明原因"
