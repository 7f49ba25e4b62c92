"""Following in the window: what comes appears, and nothing under a hand moves."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from tests.ui.fakes import attempt_row, customer_card
from tests.ui.test_main_window import SPECS
from workbench.domain.errors import BadInput, Busy
from workbench.domain.following import Delivery, Followed, FollowState, Mark
from workbench.domain.people import Role
from workbench.ui.main_window import MainWindow
from workbench.ui.pages.lookup.view import LookupPage
from workbench.ui.pages.qa.codes import CodesView
from workbench.ui.pages.settings import SettingsPage
from workbench.ui.pages.trends.view import TrendsPage


@pytest.fixture
def source(tmp_path: Path) -> Followed:
    return Followed(str(tmp_path))


@pytest.fixture
def window(tasks, language, theme, desk, qtbot):
    made = MainWindow(tasks, language, theme, SPECS)
    qtbot.addWidget(made)
    made.show()
    made.attach(desk)
    assert tasks.wait_idle()
    return made


def delivery(name: str = "a.csv") -> Delivery:
    return Delivery(name, Path(f"/in/{name}"), Mark("follow:x", "1"), Mark("follow:x", "bad"))


# the status bar and the message bar
def test_what_comes_is_counted_in_the_status_bar(window, desk, feed, source, qtbot, tasks):
    assert window.follow_button.isHidden()
    feed.deliveries = [delivery()]
    with qtbot.waitSignals([desk.live.came, desk.acts.data_grew]):
        desk.live.start(source)
    # NOW is 12:30 UTC
    assert window.follow_button.text() == "Following · last 20:30:00 · 2 new"
    assert not window.follow_button.isHidden()
    assert tasks.wait_idle()
    assert "5 attempts" in window.status.counts.text()


def test_rows_set_aside_are_said_with_their_file(window, desk, feed, source, qtbot):
    feed.deliveries = [delivery()]
    with qtbot.waitSignal(desk.live.came):
        desk.live.start(source)
    assert window.bar.label.text() == "a.csv: 1 row set aside in /tmp/quarantine.csv"


def test_a_bad_file_is_said_with_what_to_do(window, desk, feed, source, store, qtbot, language):
    feed.deliveries = [delivery("bad.csv")]
    store.error = store_error = BadInput("no_known_columns", file="bad.csv")
    with qtbot.waitSignal(desk.live.came):
        desk.live.start(source)
    assert window.bar.label.text() == language.error(store_error)


def test_a_source_out_of_reach_is_said_and_shown(window, desk, feed, source, qtbot):
    feed.error = Busy("follow_folder_away", folder="/in")
    with qtbot.waitSignal(desk.live.troubled):
        desk.live.start(source)
    assert window.follow_button.text() == "Following is interrupted"
    assert "/in" in window.bar.label.text()


def test_it_is_stopped_and_started_from_the_status_bar_and_that_is_kept(
    window, desk, source, qtbot, tasks
):
    desk.following.keep(source)
    with qtbot.waitSignal(desk.live.changed):
        desk.live.start(source)
    stop = window.follow_button.menu_now().actions()[0]
    assert stop.text() == f"Stop: {source.title}"
    stop.trigger()
    assert tasks.wait_idle()
    qtbot.waitUntil(lambda: window.follow_button.text() == "Not following")
    assert desk.following.sources() == [replace(source, on=False)]
    start = window.follow_button.menu_now().actions()[0]
    assert start.text() == f"Start: {source.title}"
    start.trigger()
    assert tasks.wait_idle()
    assert desk.live.runs(source) and desk.following.sources()[0].on


def test_a_window_follows_what_is_kept_when_it_opens(
    tasks, language, theme, desk, qtbot, source, tmp_path
):
    off = Followed(str(tmp_path.parent), on=False)
    for kept in (source, off):
        desk.following.keep(kept)
    made = MainWindow(tasks, language, theme, SPECS)
    qtbot.addWidget(made)
    made.attach(desk)
    assert tasks.wait_idle()
    assert desk.live.runs(source) and not desk.live.runs(off)


def test_a_role_that_may_not_import_follows_nothing(tasks, language, theme, desk, qtbot, source):
    desk.following.keep(source)
    desk.session.person = replace(desk.session.person, role=Role.AGENT)
    made = MainWindow(tasks, language, theme, SPECS)
    qtbot.addWidget(made)
    made.attach(desk)
    assert tasks.wait_idle()
    assert desk.live.states == {} and made.follow_button.isHidden()


def test_a_stop_ends_the_thread_and_a_shut_down_all_of_them(desk, source, qtbot):
    desk.live.start(source)
    thread = desk.live._running[source.id][0]
    desk.live.shut_down()
    assert not thread.is_alive()
    desk.live.start(source)
    assert not desk.live.runs(source)


# lookup
@pytest.fixture
def lookup(desk, qtbot, tasks):
    page = LookupPage(desk)
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    page.look_up("13812345678")
    assert tasks.wait_idle()
    return page


def test_the_open_timeline_grows_and_the_selection_stays(lookup, desk, store, tasks):
    lookup.timeline.setCurrentIndex(lookup.model.index(1, 0))
    assert tasks.wait_idle()
    chosen = lookup.current_attempt()
    store.attempts.insert(0, attempt_row(0))
    store.customers = [customer_card(attempts=4)]
    desk.acts.data_grew.emit(1)
    assert tasks.wait_idle()
    assert lookup.model.rowCount() == 4
    assert lookup.current_attempt() == chosen
    assert lookup.timeline.currentIndex().row() == 2
    assert not lookup.busy.isVisible()


def test_what_is_being_typed_keeps_the_keyboard(window, desk, store, tasks, qtbot):
    window.top.search.setFocus()
    qtbot.keyClicks(window.top.search, "1391")
    store.attempts.insert(0, attempt_row(0))
    desk.acts.data_grew.emit(1)
    assert tasks.wait_idle()
    assert window.top.search.hasFocus() and window.top.search.text() == "1391"


def test_an_attempt_on_the_card_that_became_final_is_explained_anew(lookup, desk, store, tasks):
    chosen = lookup.current_attempt()
    final = replace(chosen, outcome="success", cause=None, status="determined")
    store.attempts[[a.attempt_id for a in store.attempts].index(chosen.attempt_id)] = final
    desk.acts.data_grew.emit(0)
    assert tasks.wait_idle()
    assert lookup.current_attempt() == final


def test_nobody_on_show_is_left_alone(desk, qtbot, tasks, store):
    page = LookupPage(desk)
    qtbot.addWidget(page)
    desk.acts.data_grew.emit(1)
    assert tasks.wait_idle() and store.terms == []


# trends
def test_trends_offer_the_new_ones_and_count_them_when_asked(desk, qtbot, tasks):
    page = TrendsPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert tasks.wait_idle()
    assert page.news.isHidden()
    desk.acts.data_grew.emit(2)
    desk.acts.data_grew.emit(1)
    assert tasks.running == 0, "the picture stays until somebody asks"
    assert page.news.text() == "3 new · refresh" and page.news.isVisible()
    page.news.click()
    assert tasks.wait_idle()
    assert page.news.isHidden()


def test_the_qa_page_counts_anew_when_it_is_shown_again(desk, qtbot, tasks):
    page = CodesView(desk)
    qtbot.addWidget(page)
    assert tasks.wait_idle()
    desk.acts.data_grew.emit(1)
    assert tasks.running == 0, "nothing moves while somebody looks"
    page.focus_first()
    assert tasks.running > 0 and tasks.wait_idle()
    page.focus_first()
    assert tasks.running == 0


# the card on the settings page
@pytest.fixture
def card(desk, qtbot, tasks):
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.focus_first()
    assert tasks.wait_idle()
    return page.follow


def test_a_folder_is_chosen_kept_and_followed(card, desk, tasks, monkeypatch, tmp_path):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    card.folder_button.click()
    assert tasks.wait_idle()
    [row] = card.rows
    assert row.title.text() == str(tmp_path)
    assert desk.live.runs(row.source) and row.switch_button.text() == "Stop"
    assert desk.following.sources() == [row.source]


def test_a_table_is_named_by_its_address_and_key(card, desk, feed, tasks, qtbot):
    card.table_button.click()
    assert card.address.isVisible()
    for field, text in (
        (card.address, "zhang@db/calls"),
        (card.table, "attempts"),
        (card.key, "updated_at"),
    ):
        qtbot.keyClicks(field, text)
    card.follow_button.click()
    assert tasks.wait_idle()
    [kept] = desk.following.sources()
    assert kept == Followed("postgresql://zhang@db/calls", "attempts", "updated_at")
    assert [row.title.text() for row in card.rows] == ["attempts · db/calls"]
    assert card.form.isHidden()


def test_a_password_in_the_address_is_refused_beside_the_form(card, desk, tasks, language):
    card.table_button.click()
    card.address.setText("postgresql://zhang:secret@db/calls")
    card.table.setText("attempts"), card.key.setText("id")
    card.follow_button.click()
    assert tasks.wait_idle()
    assert "~/.pgpass" in card.trouble.text() and card.trouble.isVisible()
    assert desk.following.sources() == []
    assert card.address.text(), "what was typed stays"


def test_a_source_is_stopped_and_removed(card, desk, source, tasks, qtbot):
    card.add(source)
    assert tasks.wait_idle()
    card._desk.acts.follow.connect(lambda s, on: desk.live.start(s) if on else desk.live.stop(s))
    card.rows[0].switch_button.click()
    qtbot.waitUntil(lambda: card.rows[0].state.text() == "Stopped")
    assert desk.live.states[source.id].state is FollowState.STOPPED
    card.rows[0].remove_button.click()
    assert tasks.wait_idle()
    assert card.rows == [] and desk.following.sources() == []
    assert desk.live.states == {}


def test_only_whoever_may_import_sees_the_card(desk, qtbot):
    desk.session.person = replace(desk.session.person, role=Role.AGENT)
    page = SettingsPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert page.follow.isHidden()
