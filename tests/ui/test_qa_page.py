"""The QA page: the queue of unmapped codes, the catalogues, and the form that gives a meaning."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.ui.fakes import NOW, attempt_row
from workbench.domain.codes import (
    CatalogueReport,
    CodeEntry,
    CodeSeen,
    CustomerVisible,
    Failure,
    UnmappedCode,
    UnmappedCodes,
)
from workbench.domain.errors import BadInput, StoreFault
from workbench.domain.people import Person, Role
from workbench.domain.taxonomy import Action, Cause
from workbench.ui.models.codes import CodeTable, Column, Unmapped, UnmappedTable
from workbench.ui.pages.lookup.view import LookupPage
from workbench.ui.pages.qa.codes import CodesView
from workbench.ui.pages.qa.presenter import QaPresenter, Queue, coherent
from workbench.ui.pages.qa.report import ReportDialog


def queued(code: str, count: int, scheme: str | None = "gateway") -> UnmappedCode:
    seen = CodeSeen(scheme, code, "error_code")
    return UnmappedCode(seen, (scheme,), (code,), count, 2, NOW, NOW, 0.25, "<b>未知错误</b>")


def entry(code: str = "E1", **changes) -> CodeEntry:
    made = CodeEntry("S", "", code, "词", "word", Failure.YES, CustomerVisible.YES)
    return replace(made, **changes)


# presenter
class Asked:
    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []

    def ask_unmapped(self) -> None:
        self.calls.append(("unmapped", None))

    def ask_codes(self, text: str) -> None:
        self.calls.append(("codes", text))

    def ask_attempts(self, code: UnmappedCode) -> None:
        self.calls.append(("attempts", code.seen.code))


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def presenter(asked):
    return QaPresenter(asked)


def test_the_most_frequent_code_is_chosen_and_its_attempts_asked_for(presenter, asked):
    rows = (queued("A", 3), queued("B", 1))
    assert presenter.found_unmapped(UnmappedCodes(rows, 2)) == rows[0]
    assert asked.calls == [("attempts", "A")]


def test_a_classified_code_makes_room_for_the_next_one(presenter):
    rows = (queued("A", 3), queued("B", 2), queued("C", 1))
    presenter.found_unmapped(UnmappedCodes(rows, 3))
    presenter.select_code(rows[1])
    assert presenter.found_unmapped(UnmappedCodes((rows[0], rows[2]), 2)) == rows[2]
    assert presenter.found_unmapped(UnmappedCodes(rows[:1], 1)) == rows[0]
    assert presenter.found_unmapped(UnmappedCodes()) is None


def test_the_chosen_code_stays_chosen_when_the_counts_move(presenter):
    presenter.found_unmapped(UnmappedCodes((queued("A", 3), queued("B", 1)), 2))
    presenter.select_code(queued("B", 1))
    moved = (queued("B", 9), queued("A", 3))
    assert presenter.found_unmapped(UnmappedCodes(moved, 2)) == moved[0]


def test_only_a_new_search_asks_again(presenter, asked):
    presenter.search("05")
    presenter.search(" 05 ")
    assert asked.calls == [("codes", "05")]


def test_an_empty_queue_is_not_one_that_was_not_counted_yet(presenter):
    assert presenter.empty is None
    presenter.found_unmapped(UnmappedCodes())
    assert presenter.empty == "all_known"
    presenter.choose(Queue.ALL_CODES)
    assert presenter.empty == "none_match"


@pytest.mark.parametrize(
    ("failure", "cause", "action"),
    [
        (Failure.YES, "high_debt", "no_retry"),
        (Failure.NO, None, "no_retry"),
        (Failure.QUERY_FIRST, None, "query_first"),
    ],
)
def test_what_a_code_is_decides_what_may_be_said_of_it(failure, cause, action):
    assert coherent(failure, "high_debt", "no_retry") == (cause, action)


# models
def test_a_catalogue_row_reads_as_a_person_would_say_it(language, theme):
    model = CodeTable(language, theme)
    hidden = CustomerVisible.GENERAL_REFUSAL_ONLY
    model.show([entry(cause=Cause.HIGH_DEBT, customer_visible=hidden)])
    shown = [model.index(0, column).data() for column in Column]
    assert shown[:4] == ["S", "E1", "word", "failure"]
    assert "word" not in shown[Column.CUSTOMER], "only the general refusal"


def test_counts_are_right_aligned_and_sorted_as_numbers(language, theme):
    model = UnmappedTable(language, theme)
    model.show([queued("A", 12_345)])
    count = model.index(0, Unmapped.COUNT)
    assert count.data() == "12,345"
    assert count.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model._sort_key(queued("A", 9), Unmapped.COUNT) < model._sort_key(
        queued("A", 10), Unmapped.COUNT
    )


# page
@pytest.fixture
def person():
    return Person("zhang", "张敏", Role.QA)


@pytest.fixture
def page(qtbot, desk, store, tasks):
    store.unmapped = [queued("E9999", 3), queued("UNKNOWN", 2), queued("X", 1, None)]
    made = CodesView(desk)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    assert tasks.wait_idle()
    return made


def choose(page, **values):
    for name, value in values.items():
        box = page.form.choices[name]
        box.setCurrentIndex(box.findData(str(value)))


def test_the_queue_stands_there_with_its_count_and_the_attempts_behind_the_first(page):
    assert page.queues.item(0).text() == "Unmapped codes  3"
    assert page.table.currentIndex().siblingAtColumn(Unmapped.CODE).data() == "E9999"
    assert page.form.head.text() == "gateway · E9999"
    assert page.behind.isVisible() and page.attempts.rowCount() == 2


def test_a_code_is_classified_by_keyboard_and_the_next_one_comes_up(page, qtbot, desk, tasks):
    assert not page.form.save_button.isEnabled(), "nothing is said yet"
    qtbot.keyClicks(page.form.zh, "upstream")
    assert not page.form.save_button.isEnabled(), "whether it is a failure must be said"
    choose(page, failure=Failure.QUERY_FIRST)
    assert page.form.choices["action"].currentData() == Action.QUERY_FIRST
    assert not page.form.choices["cause"].isEnabled()
    qtbot.keyClick(page.form.save_button, Qt.Key.Key_Space)
    assert tasks.wait_idle()
    written = desk.codes.entry("gateway", "E9999")
    assert written.meaning_zh == "upstream" and written.is_failure is Failure.QUERY_FIRST
    assert written.customer_visible is CustomerVisible.GENERAL_REFUSAL_ONLY, "unless said"
    assert page.queues.item(0).text() == "Unmapped codes  2"
    assert page.form.head.text() == "gateway · UNKNOWN"
    assert page.form.zh.text() == "", "the next one starts blank"


def test_a_cause_goes_when_the_code_is_no_failure_after_all(page):
    choose(page, failure=Failure.YES, cause=Cause.HIGH_DEBT)
    choose(page, failure=Failure.NO)
    assert page.form.choices["cause"].currentData() is None


def test_typing_is_kept_when_the_counts_are_refreshed(page, qtbot, desk, tasks):
    qtbot.keyClicks(page.form.en, "half a thought")
    desk.acts.data_changed.emit()
    assert tasks.wait_idle()
    assert page.form.en.text() == "half a thought"


def test_a_code_without_a_source_asks_whose_it_is_first(page, desk, tasks):
    page.table.setCurrentIndex(page._sorted.index(2, 0))
    page.form.zh.setText("x")
    choose(page, failure=Failure.YES)
    assert not page.form.save_button.isEnabled() and "no source" in page.form.note.text()
    page.form.scheme.setCurrentText("gateway")
    assert page.form.map_button.isVisible()
    page.form.map_button.click()
    assert tasks.wait_idle()
    assert desk.codes.resolve(None, "SYS_BUSY") is not None


def test_a_message_with_markup_is_shown_as_text(page):
    assert "<b>未知错误</b>" in page.form.note.text()
    assert page.form.note.textFormat() == Qt.TextFormat.PlainText


def test_enter_on_an_attempt_opens_its_card(page, qtbot, desk):
    page.behind.setFocus()
    page.behind.setCurrentIndex(page.attempts.index(0, 0))
    with qtbot.waitSignal(desk.acts.open_attempt) as opened:
        page.behind.activated.emit(page.behind.currentIndex())
    assert opened.args == [attempt_row(1).attempt_id]


def test_an_empty_queue_says_so_and_leads_to_all_codes(page, store, desk, tasks):
    store.unmapped = []
    desk.acts.data_changed.emit()
    assert tasks.wait_idle()
    assert "All of them have a meaning" in page.empty.sentence.text()
    assert page.empty.isVisible() and not page._right.isVisible()
    page.empty.button.click()
    assert page.presenter.queue is Queue.ALL_CODES and page.codes.isVisible()


def test_a_queue_that_could_not_be_counted_says_why_and_is_tried_again(page, store, desk, tasks):
    store.error = StoreFault("disk_full")
    desk.acts.data_changed.emit()
    assert tasks.wait_idle()
    assert page.failed.isVisible() and page.failed.sentence.text()
    store.error = None
    page.failed.button.click()
    assert tasks.wait_idle()
    assert page.table.isVisible()


def test_the_catalogues_are_searched_and_a_row_shown_in_full(page, qtbot, tasks):
    page.queues.setCurrentRow(1)
    qtbot.keyClicks(page.search, "unionpay_acp:05")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    assert page.facts.head.text() == "UNIONPAY_ACP · 05"
    assert "Accepted" in page.facts.values["meaning"][1].text()
    assert not page.remove_button.isVisible(), "what ships cannot be removed"


def test_a_shipped_row_is_changed_for_the_site_and_given_back(page, qtbot, desk, tasks):
    page.queues.setCurrentRow(1)
    qtbot.keyClicks(page.search, "gateway:sys_busy")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    page.change_button.click()
    page.form.en.setText("Our own words")
    page.form.save_button.click()
    assert tasks.wait_idle()
    assert page.facts.values["meaning"][1].text() == "Our own words"
    assert page.remove_button.isVisible()
    page.remove_button.click()
    assert tasks.wait_idle()
    assert desk.codes.entry("gateway", "SYS_BUSY").meaning_en == "System busy; try later"


def test_an_import_says_what_it_took_and_what_it_set_aside(page, tmp_path, tasks, desk):
    file = tmp_path / "theirs.csv"
    file.write_text(
        "scheme,code,meaning_zh,is_failure\ngateway,E9999,<img src=x>,yes\nS,2,,yes\n", "utf-8"
    )
    page.acts.import_catalogue(file)
    assert tasks.wait_idle()
    dialog = page.findChild(ReportDialog)
    assert "1 taken, 1 set aside" in dialog.summary.text()
    assert "line 3" in dialog.problems.toPlainText()
    assert dialog.file.isVisibleTo(dialog)
    dialog.close()
    assert page.queues.item(0).text() == "Unmapped codes  2"


def test_a_wrong_file_is_said_in_the_windows_bar(page, tmp_path, tasks, qtbot, desk):
    with qtbot.waitSignal(desk.acts.error) as raised:
        page.acts.import_catalogue(tmp_path / "none.csv")
    assert raised.args[0].key == "codes_unreadable"
    assert tasks.wait_idle()


def test_a_template_is_written_where_the_person_says(page, tmp_path, tasks):
    page.acts.write_template(tmp_path / "fill.csv")
    assert tasks.wait_idle()
    assert "E9999" in (tmp_path / "fill.csv").read_text("utf-8")


def test_every_control_has_a_name_in_both_languages(page, language):
    for lang in ("en", "zh"):
        language.set(lang)
        page.retranslate(), page.form.retranslate()
        controls = [page.queues, page.search, page.table, page.codes, page.behind,
                    page.form.scheme, page.form.zh, page.form.en,
                    *page.form.choices.values()]  # fmt: skip
        assert all(control.accessibleName() for control in controls)


def test_a_report_without_problems_shows_no_empty_box(qtbot, language):
    dialog = ReportDialog(CatalogueReport(2, 2, 0), language)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.problems.isVisible() and not dialog.file.isVisible()
    assert "2 taken" in dialog.findChild(QLabel).text()


def test_a_report_names_each_problem(qtbot, language):
    problem = BadInput("codes_empty", file="f.csv", line=3, column="code")
    dialog = ReportDialog(CatalogueReport(1, 0, 1, None, (problem,)), language)
    qtbot.addWidget(dialog)
    assert "f.csv, line 3" in dialog.problems.toPlainText()


class TestAnAgent:
    @pytest.fixture
    def person(self):
        return Person("li", "李", Role.AGENT)

    def test_sees_codes_and_changes_none(self, page):
        assert page.table.isVisible()
        page.form.zh.setText("x")
        choose(page, failure=Failure.YES)
        assert not page.form.save_button.isEnabled()
        assert not page.import_button.isEnabled() and not page.change_button.isEnabled()
        assert "role" in page.form.note.text()


# the search box
@pytest.fixture
def lookup(qtbot, desk, tasks):
    made = LookupPage(desk)
    qtbot.addWidget(made)
    made.resize(1200, 640)
    made.show()
    return made


@pytest.mark.parametrize("term", ["cups 05", "gateway:NET_TIMEOUT", "05"])
def test_a_term_that_finds_no_customer_is_looked_for_among_the_codes(lookup, store, tasks, term):
    store.customers, store.attempts = [], []
    lookup.look_up(term)
    assert tasks.wait_idle()
    assert lookup.code_list is not None and lookup.code_list.isVisible()
    first = lookup.code_list.table.rows.rows[0]
    assert first.code.lower() in term.lower()
    assert lookup.code_list.facts.head.text() == f"{first.scheme} · {first.code}"
    assert lookup.code_list.table.hasFocus()


def test_a_customer_always_wins_over_a_code(lookup, tasks):
    lookup.look_up("13812345678")
    assert tasks.wait_idle()
    assert lookup.code_list is None and lookup.timeline.isVisible()


def test_neither_customer_nor_code_says_so(lookup, store, tasks):
    store.customers, store.attempts = [], []
    lookup.look_up("nobody of that name")
    assert tasks.wait_idle()
    assert lookup.code_list is None and "Nobody" in lookup.empty.sentence.text()


def test_the_codes_give_way_to_the_next_search(lookup, store, tasks):
    customers, attempts = store.customers, store.attempts
    store.customers, store.attempts = [], []
    lookup.look_up("05")
    assert tasks.wait_idle()
    store.customers, store.attempts = customers, attempts
    lookup.look_up("13812345678")
    assert tasks.wait_idle()
    assert lookup.timeline.isVisible() and not lookup.code_list.isVisible()
