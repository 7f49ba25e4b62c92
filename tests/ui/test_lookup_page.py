"""The lookup page: its presenter, and the view over it, by keyboard alone."""

import threading
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.ui.fakes import NOW, attempt_row, complaint, customer_card, explanation
from workbench.domain.attempt import LookupResult
from workbench.domain.complaint import State
from workbench.domain.errors import BadInput, StoreFault
from workbench.ui.pages.lookup.presenter import LookupPresenter, Shown, attempts_in_a_day
from workbench.ui.pages.lookup.view import LookupPage

TWO = (customer_card("R1"), customer_card("R2", name="王*"))


# presenter
class Asked:
    """Remembers what the presenter wanted to know."""

    def __init__(self):
        self.questions = []

    def search(self, term):
        self.questions.append(("search", term))

    def customer(self, ref):
        self.questions.append(("customer", ref))

    def explain(self, row):
        self.questions.append(("explain", row.attempt_id))

    def complaints(self, ref):
        self.questions.append(("complaints", ref))


@pytest.fixture
def asked():
    return Asked()


@pytest.fixture
def presenter(asked):
    return LookupPresenter(asked)


def one(*numbers):
    return LookupResult((customer_card(),), tuple(attempt_row(n) for n in numbers))


def test_an_empty_term_asks_nothing(presenter, asked):
    presenter.look_up("   ")
    assert asked.questions == [] and presenter.shown is Shown.START


def test_one_customer_opens_with_the_newest_attempt_explained(presenter, asked):
    presenter.look_up(" 138 1234 5678 ")
    presenter.found(one(1, 2))
    assert presenter.shown is Shown.CUSTOMER
    assert presenter.current == attempt_row(1)
    assert asked.questions == [
        ("search", "138 1234 5678"),
        ("complaints", "R1"),
        ("explain", "A0001"),
    ]


def test_an_attempt_id_selects_that_attempt_in_any_width(presenter):
    presenter.look_up("ａ０００２ ")
    presenter.found(one(1, 2, 3))
    assert presenter.current == attempt_row(2)


def test_several_customers_are_a_choice_and_nothing_is_explained(presenter, asked):
    presenter.look_up("王")
    presenter.found(LookupResult(TWO, (attempt_row(1),)))
    assert presenter.shown is Shown.CHOOSE
    assert presenter.current is None
    assert [kind for kind, _ in asked.questions] == ["search"]


def test_from_one_of_several_there_is_a_way_back(presenter, asked):
    presenter.look_up("王")
    presenter.found(LookupResult(TWO, ()))
    presenter.open_customer("R1")
    presenter.found_customer(one(1))
    assert presenter.shown is Shown.CUSTOMER and presenter.matches == TWO
    presenter.back()
    assert presenter.shown is Shown.CHOOSE and presenter.current is None


def test_a_new_search_forgets_the_old_choice(presenter):
    presenter.found(LookupResult(TWO, ()))
    presenter.found(one(1))
    assert presenter.matches == ()
    presenter.back()
    assert presenter.shown is Shown.CUSTOMER


def test_nothing_found_leaves_no_attempt_to_complain_about(presenter):
    presenter.found(one(1))
    presenter.found(LookupResult())
    assert presenter.shown is Shown.NOTHING and presenter.current is None


def test_an_attempt_of_nobody_is_shown_all_the_same(presenter, asked):
    presenter.look_up("A0001")
    presenter.found(LookupResult((), (attempt_row(1, customer_ref=None),)))
    assert presenter.who.card is None
    assert ("explain", "A0001") in asked.questions


def test_new_data_asks_again_and_stays_on_the_attempt(presenter, asked):
    presenter.look_up("138")
    presenter.found(one(1, 2))
    presenter.select(attempt_row(2))
    presenter.again()
    assert asked.questions[-1] == ("customer", "R1")
    presenter.found_customer(one(0, 1, 2))
    assert presenter.current == attempt_row(2)
    assert asked.questions[-1] == ("explain", "A0002"), "what is known may have changed"


def test_the_day_ends_with_the_newest_attempt():
    rows = [attempt_row(n, occurred_at=NOW - timedelta(hours=h)) for n, h in ((1, 0), (2, 23))]
    old = attempt_row(3, occurred_at=NOW - timedelta(hours=24))
    assert attempts_in_a_day([*rows, old, attempt_row(4, occurred_at=None)]) == 2
    assert attempts_in_a_day([]) == 0


# view
@pytest.fixture
def page(qtbot, desk):
    made = LookupPage(desk)
    made.resize(1250, 640)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def look(page, term):
    page.look_up(term)
    assert page._desk.tasks.wait_idle()


def test_the_empty_page_says_what_may_be_typed(page):
    text = page.empty.sentence.text()
    assert all(word in text for word in ("phone", "ID card", "customer ID", "attempt ID", "name"))
    assert page.current_attempt() is None


def test_a_phone_number_shows_who_it_is_and_why_it_failed(page, records):
    records.complaints = [complaint(1), complaint(2, state=State.CLOSED)]
    look(page, "138****5678")
    head = page.head
    assert (head.name.text(), head.phone.text()) == ("王**", "138****5678")
    assert head.verified.text() == "✔ Identity verified"
    assert head.complaints.isVisible() and "1" in head.complaints.text()
    assert page.model.rowCount() == 3
    assert page.card.title() == "Review not passed · Thin credit history"
    assert page.current_attempt() == attempt_row(1)


def test_down_moves_and_the_card_follows(page, qtbot, store):
    other = explanation("A0002", symptom="ui_error", cause="high_concurrency")
    store.explanations["A0002"] = other
    look(page, "138****5678")
    assert page.timeline.hasFocus()
    qtbot.keyClick(page.timeline, Qt.Key.Key_Down)
    assert page._desk.tasks.wait_idle()
    assert page.current_attempt().attempt_id == "A0002"
    assert page.card.explanation == other


def test_a_slow_card_does_not_stand_beside_another_attempt(page, qtbot, desk, monkeypatch):
    """Moving on supersedes: the first answer comes late and is dropped."""
    look(page, "138****5678")
    first, real = threading.Event(), desk.attempts.explain

    def slow(attempt_id):
        if attempt_id == "A0002":
            assert first.wait(10)
        return real(attempt_id)

    monkeypatch.setattr(desk.attempts, "explain", slow)
    qtbot.keyClick(page.timeline, Qt.Key.Key_Down)
    qtbot.keyClick(page.timeline, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.card.explanation.attempt_id == "A0003")
    first.set()
    assert desk.tasks.wait_idle()
    assert page.card.explanation.attempt_id == "A0003"


def test_enter_goes_to_what_to_say_and_ctrl_c_copies_it(page, qtbot, desk):
    look(page, "138****5678")
    with qtbot.waitSignal(desk.acts.message):
        qtbot.keyClick(page.timeline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == explanation().texts["en"].customer
    qtbot.keyClick(page.timeline, Qt.Key.Key_Return)
    assert page.card.copy_button.hasFocus()


def test_several_customers_are_chosen_by_keyboard_and_left_again(page, qtbot, store, desk):
    store.attempts.append(attempt_row(7, customer_ref="R2", customer_name="王*"))
    store.customers = list(TWO)
    look(page, "王")
    assert page.choice.hasFocus() and page.choice.count() == 2
    assert page.current_attempt() is None
    qtbot.keyClick(page.choice, Qt.Key.Key_Down)
    qtbot.keyClick(page.choice, Qt.Key.Key_Return)
    assert desk.tasks.wait_idle()
    assert page.current_attempt().attempt_id == "A0007"
    assert page.head.name.text() == "王*"
    assert page.step_back()
    assert page.choice.isVisible() and page.current_attempt() is None
    assert not page.step_back(), "the window goes back a page"


def test_nothing_found_says_what_to_try(page):
    look(page, "nobody")
    assert page.empty.isVisible()
    assert "found" in page.empty.sentence.text()
    assert "nobody" not in page.empty.sentence.text(), "what was typed may be an identity"


def test_an_attempt_from_elsewhere_opens_on_its_card(page):
    page.open_attempt("A0003")
    assert page._desk.tasks.wait_idle()
    assert page.current_attempt().attempt_id == "A0003"
    assert page.timeline.currentIndex().row() == 2


def test_a_customer_from_elsewhere_opens_with_name_and_timeline(page):
    page.open_customer("R1")
    assert page._desk.tasks.wait_idle()
    assert page.head.name.text() == "王**" and page.model.rowCount() == 3


def test_the_button_logs_a_complaint_for_the_attempt_shown(page, qtbot, desk):
    look(page, "A0002")
    with qtbot.waitSignal(desk.acts.log_complaint) as said:
        page.card.log_button.click()
    assert said.args[0].attempt_id == "A0002"


def test_a_saved_complaint_is_counted_at_once(page, desk, records):
    look(page, "138****5678")
    assert not page.head.complaints.isVisible()
    records.complaints.append(complaint(1))
    desk.acts.complaint_saved.emit(complaint(1))
    assert desk.tasks.wait_idle()
    assert page.head.complaints.isVisible()


def test_the_open_complaint_can_be_gone_to(page, qtbot, desk, records):
    records.complaints = [complaint(1)]
    look(page, "138****5678")
    with qtbot.waitSignal(desk.acts.open_complaint) as said:
        page.head.complaints.click()
    assert said.args == [complaint(1).complaint_id]


def test_a_failed_search_is_told_and_the_page_stays(page, qtbot, desk, store):
    look(page, "138****5678")
    store.error = StoreFault("disk_full")
    with qtbot.waitSignal(desk.acts.error) as said:
        page.look_up("139")
    assert said.args[0].key == "disk_full"
    assert page.current_attempt() == attempt_row(1)


def test_an_attempt_that_cannot_be_explained_says_why_on_the_card(page, desk, monkeypatch):
    def refuse(_):
        raise BadInput("no_such_complaint", complaint="x")

    monkeypatch.setattr(desk.attempts, "explain", refuse)
    look(page, "138****5678")
    assert page.card.explanation is None


def test_the_page_changes_language_in_place(page, language, qapp):
    look(page, "138****5678")
    language.set("zh")
    qapp.processEvents()
    assert page.head.verified.text() == "✔ 已实名"
    assert page.card.title() == "审核未通过 · 信用记录不足"
