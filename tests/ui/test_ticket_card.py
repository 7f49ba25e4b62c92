"""The card of an issue's tickets: file, link, open, see how it stands, wait while offline."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from tests.unit.services.test_ticket_service import BRIEF, DESK, NOW, OFFLINE
from tests.unit.services.test_ticket_service import Bench as TicketBench
from workbench.domain.errors import BadInput
from workbench.domain.people import Role
from workbench.domain.tracker import Errand, ErrandAct, Origin, Ticket, TicketState
from workbench.ui.errands import Errands
from workbench.ui.widgets.ticket_card import TicketCard
from workbench.ui.widgets.ticket_presenter import Found, Standing, TicketPresenter

TICKET = Ticket(
    "i1", "desk", Origin.FILED, NOW, "qian", "12", "https://x.example/12", TicketState.OPEN, "open",
    TicketState.OPEN, NOW,
)  # fmt: skip
OTHER = replace(DESK, name="other")


def errand(act: ErrandAct = ErrandAct.FILE, **changes) -> Errand:
    return replace(Errand("e", "i1", "desk", act, NOW, "qian", {}, NOW), **changes)


# presenter
class Asked:
    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __getattr__(self, name: str):
        return lambda *args: self.calls.append((name, *args))


@pytest.fixture
def presenter() -> TicketPresenter:
    return TicketPresenter(Asked(), "i1")


@pytest.mark.parametrize(
    ("ticket", "errands", "standing"),
    [
        (TICKET, [], Standing.LEVEL),
        (replace(TICKET, there=TicketState.CLOSED), [], Standing.DIFFERS),
        (TICKET, [errand(ErrandAct.WRITE)], Standing.WRITING),
        (replace(TICKET, key=None), [errand()], Standing.QUEUED),
        (replace(TICKET, key=None), [], Standing.QUEUED),
        (replace(TICKET, key=None), [errand(stopped=True)], Standing.STOPPED),
        (TICKET, [errand(ErrandAct.WRITE, issue_id="other", stopped=True)], Standing.LEVEL),
    ],
)
def test_how_a_ticket_stands(presenter, ticket, errands, standing) -> None:
    presenter.found(Found([DESK], [ticket], errands))
    assert [line.standing for line in presenter.lines] == [standing]


def test_only_a_tracker_without_a_ticket_can_be_filed_in(presenter) -> None:
    presenter.found(Found([DESK, OTHER], [TICKET], []))
    assert presenter.free == ["other"]
    presenter.file("desk")
    presenter.file("other")
    assert presenter.asks.calls == [("file", "i1", "other")]


def test_letting_go_unlinks_a_ticket_and_gives_up_one_that_waits(presenter) -> None:
    presenter.found(Found([DESK], [TICKET, replace(TICKET, tracker="other", key=None)], []))
    for line in presenter.lines:
        presenter.let_go(line)
    assert presenter.asks.calls == [("unlink", "i1", "desk"), ("give_up", "i1", "other")]


# card
@pytest.fixture
def bench(tmp_path: Path):
    (tmp_path / "records").mkdir()
    made = TicketBench(tmp_path / "records")
    yield made
    made.records.close()


@pytest.fixture
def card(desk, bench, qtbot, tasks):
    desk.session.person = replace(desk.session.person, role=Role.QA)
    made = TicketCard(desk, bench.service)
    qtbot.addWidget(made)
    made.resize(360, 420)
    made.show()
    made.choose("i1")
    assert tasks.wait_idle()
    return made


def press(card, button, qtbot, tasks) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert tasks.wait_idle()


def test_an_issue_without_a_ticket_offers_to_file_one(card, bench, qtbot, tasks) -> None:
    assert "No ticket yet" in card.empty.text() and card.form.isVisible()
    with qtbot.waitSignal(card.changed):
        press(card, card.file_button, qtbot, tasks)
    (row,) = card.rows
    assert (row.title.text(), row.badge.text) == ("desk · 1", "open")
    assert row.state.text() == "there: open · read 11-22 12:00"
    assert not card.form.isVisible(), "it has a ticket in every tracker"
    assert not row.retry_button.isVisible() and not row.write_button.isVisible()
    assert len(bench.tracker.tickets) == 1


def test_offline_it_waits_and_says_when_it_is_tried_again(card, bench, qtbot, tasks) -> None:
    bench.tracker.error = OFFLINE
    press(card, card.file_button, qtbot, tasks)
    (row,) = card.rows
    assert row.badge.text == "… waits"
    assert "cannot be reached" in row.state.text() and "Next try 12:01." in row.state.text()
    bench.tracker.error = None
    press(card, row.retry_button, qtbot, tasks)
    assert card.rows[0].badge.text == "open"


def test_what_the_tracker_refuses_is_said_as_text(card, bench, qtbot, tasks) -> None:
    bench.tracker.error = BadInput("tracker_refused", tracker="desk", why="<b>no</b>")
    press(card, card.file_button, qtbot, tasks)
    (row,) = card.rows
    assert row.badge.text == "✘ refused" and row.state.text() == "desk refused: <b>no</b>"
    assert row.state.textFormat() is Qt.TextFormat.PlainText
    press(card, row.let_go_button, qtbot, tasks)
    assert card.rows == [] and bench.service.waiting() == []


def test_a_token_that_is_missing_is_typed_in_place(card, bench, qtbot, tasks) -> None:
    bench.tokens.clear()
    press(card, card.file_button, qtbot, tasks)
    (row,) = card.rows
    assert row.token.isVisible() and "no token" in row.state.text()
    assert row.token.echoMode() is row.token.EchoMode.Password
    qtbot.keyClicks(row.token, "token")
    press(card, row.token_button, qtbot, tasks)
    (row,) = card.rows
    assert row.badge.text == "open" and not row.token.isVisible()
    assert bench.tokens == {(DESK.place, ""): "token"}


def test_a_ticket_that_was_moved_over_there_is_told_and_can_be_moved_back(
    card, bench, qtbot, tasks
) -> None:
    press(card, card.file_button, qtbot, tasks)
    bench.tracker.move(1, done=True)
    bench.now += timedelta(hours=1)
    press(card, card.follow_button, qtbot, tasks)
    (row,) = card.rows
    assert row.badge.text == "≠ closed"
    assert "moved over there; here it is open" in row.state.text()


def test_an_existing_ticket_is_linked_and_opened(card, bench, qtbot, tasks, monkeypatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    bench.tracker.tickets.append(("another", BRIEF, False))
    assert not card.link_button.isEnabled()
    qtbot.keyClicks(card.key, "https://github.com/elsewhere/x/issues/1")
    press(card, card.link_button, qtbot, tasks)
    assert "no ticket of the project" in card.trouble.text()
    card.key.setText("#1")
    qtbot.keyClick(card.key, Qt.Key.Key_Return)
    assert tasks.wait_idle()
    (row,) = card.rows
    assert row.title.text() == "desk · 1" and card.key.text() == ""
    assert card.trouble.isHidden()
    press(card, row.open_button, qtbot, tasks)
    assert opened == ["https://x.example/1"]


def test_a_lead_sees_tickets_and_changes_none(desk, bench, qtbot, tasks) -> None:
    bench.service.file("i1", "desk")
    bench.service.run()
    bench.session.person = replace(bench.session.person, role=Role.TEAM_LEAD)
    card = TicketCard(desk, bench.service)
    qtbot.addWidget(card)
    card.show()
    card.choose("i1")
    assert tasks.wait_idle()
    (row,) = card.rows
    qtbot.waitUntil(row.open_button.isVisible)
    hidden = (row.let_go_button, row.retry_button, card.follow_button, card.form)
    assert not any(widget.isVisible() for widget in hidden)


def test_it_speaks_both_languages_at_once(card, language, qtbot, tasks) -> None:
    press(card, card.file_button, qtbot, tasks)
    language.set("zh")
    qtbot.waitUntil(lambda: card.heading.text() == "工单")
    assert card.rows[0].badge.text == "未关闭"


def test_without_a_tracker_it_says_how_to_get_one(desk, bench, qtbot, tasks) -> None:
    bench.service.remove("desk")
    card = TicketCard(desk, bench.service)
    qtbot.addWidget(card)
    card.choose("i1")
    assert tasks.wait_idle()
    assert "workbench tracker add" in card.empty.text()
    card.choose(None)
    assert "Choose an issue" in card.empty.text()


# while the window is open
def test_what_waits_is_told_while_the_window_is_open(bench, tasks, qtbot) -> None:
    errands = Errands(bench.service, bench.session, tasks)
    errands.run()
    assert tasks.wait_idle() and bench.tracker.calls == [], "nothing is due, nobody is asked"
    bench.service.file("i1", "desk")
    with qtbot.waitSignal(errands.told) as told:
        errands.begin()
    assert [t.key for t in told.args[0].done] == ["1"]
    errands.end()
    bench.tracker.move(1, done=True)
    with qtbot.waitSignal(errands.told) as told:
        for _ in range(15):
            errands.run()
            assert tasks.wait_idle()
    assert [t.there for t in told.args[0].news] == [TicketState.CLOSED]


def test_somebody_who_may_not_file_tells_nothing(bench, tasks) -> None:
    bench.service.file("i1", "desk")
    bench.session.person = replace(bench.session.person, role=Role.AGENT)
    Errands(bench.service, bench.session, tasks).run()
    assert tasks.wait_idle() and bench.tracker.calls == []
