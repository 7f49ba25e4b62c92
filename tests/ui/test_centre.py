"""The centre in the window: rounds in the background, what is said of them, decisions in place."""

import threading
from types import SimpleNamespace

import pytest

from tests.ui.test_main_window import SPECS
from workbench.domain.errors import Busy, NotPermitted
from workbench.domain.people import Person, Role
from workbench.domain.sync import Contested, LocalOp, OpKind, OpState
from workbench.domain.times import utc_now
from workbench.services.centre import CentreState
from workbench.services.sync import Round, Unsettled
from workbench.ui.main_window import MainWindow
from workbench.ui.rounds import Rounds, Standing
from workbench.ui.widgets.centre_card import CentreCard


class FakeCentre:
    """Satisfies what the window asks of CentreService."""

    def __init__(self) -> None:
        self.place: str | None = None
        self.waiting, self.undecided = 0, 0
        self.error: Exception | None = None
        self.rounds = 0
        self.connected: list[tuple[str, str]] = []
        self.closed = False
        self.held = threading.Event()
        self.held.set()
        self.changed: list[tuple[str, str]] = []

    def state(self) -> CentreState:
        return CentreState(self.place, self.waiting, self.undecided)

    def sync(self) -> Round:
        self.rounds += 1
        self.held.wait(5)
        if self.error is not None:
            raise self.error
        self.waiting = 0
        return Round(changed=list(self.changed))

    def connect(self, url: str, password: str) -> Person:
        self.connected.append((url, password))
        if self.error is not None:
            raise self.error
        self.place = "pg/records"
        return Person("anna", "安娜", Role.AGENT)

    def disconnect(self) -> None:
        self.place = None

    def close(self) -> None:
        self.closed = True
        self.held.set()


class FakeSettling:
    def __init__(self) -> None:
        self.ops: list[Unsettled] = []
        self.settled: list[tuple[str, dict]] = []

    def waiting(self) -> list[Unsettled]:
        return list(self.ops)

    def settle(self, op_id: str, keep) -> None:
        self.settled.append((op_id, dict(keep)))
        self.ops = [u for u in self.ops if u.op.op_id != op_id]


def conflict() -> Unsettled:
    op = LocalOp(
        1, "op1", "complaint", "c1", OpKind.UPDATE, {}, {"description": "mine <b>x</b>"},
        OpState.CONFLICT, utc_now(), why="changed",
        contested={"description": Contested("mine <b>x</b>", "theirs", "v", "ben")},
    )  # fmt: skip
    return Unsettled(op, {"number": "C-1", "description": "theirs"})


@pytest.fixture
def centre() -> FakeCentre:
    return FakeCentre()


@pytest.fixture
def joined(desk, centre):
    """A desk with a centre beside its own records."""
    desk.sync, desk.settling = centre, FakeSettling()
    desk.rounds = Rounds(centre)
    yield desk
    desk.rounds.shut_down()


def ended(rounds: Rounds, qtbot) -> None:
    qtbot.waitUntil(lambda: rounds._thread is None)


def test_a_desk_that_works_alone_says_so_and_asks_nobody(joined, centre, qtbot):
    joined.rounds.run()
    ended(joined.rounds, qtbot)
    assert (joined.rounds.standing, centre.rounds) == (Standing.ALONE, 0)
    assert not joined.rounds._timer.isActive()


def test_a_round_is_followed_by_the_next_and_says_when_all_was_sent(joined, centre, qtbot):
    centre.place, centre.waiting = "pg/records", 2
    with qtbot.waitSignal(joined.rounds.changed):
        joined.rounds.run()
    ended(joined.rounds, qtbot)
    assert joined.rounds.standing is Standing.CURRENT and joined.rounds.last is not None
    assert joined.rounds._timer.isActive()


def test_out_of_reach_is_no_error_and_is_tried_less_and_less_often(joined, centre, qtbot):
    centre.place, centre.waiting = "pg/records", 3
    centre.error = Busy("centre_unreachable", place="pg/records")
    troubled = []
    joined.rounds.troubled.connect(troubled.append)
    waits = []
    for _ in range(6):
        joined.rounds.run()
        ended(joined.rounds, qtbot)
        waits.append(joined.rounds._timer.interval())
    assert joined.rounds.standing is Standing.OFFLINE and not troubled
    assert waits == sorted(waits) and waits[-1] == 300_000
    centre.error = None
    joined.rounds.run()
    ended(joined.rounds, qtbot)
    assert joined.rounds.standing is Standing.CURRENT


def test_what_the_centre_refuses_is_said_once(joined, centre, qtbot):
    centre.place = "pg/records"
    centre.error = NotPermitted("centre_login", place="pg/records")
    troubled = []
    joined.rounds.troubled.connect(troubled.append)
    for _ in range(3):
        joined.rounds.run()
        ended(joined.rounds, qtbot)
    assert [e.key for e in troubled] == ["centre_login"]
    assert joined.rounds.standing is Standing.REFUSED


def test_what_is_saved_while_a_round_runs_gets_a_round_of_its_own(joined, centre, qtbot):
    centre.place = "pg/records"
    centre.held.clear()
    joined.rounds.run()
    joined.rounds.run()
    joined.rounds.run()
    centre.held.set()
    qtbot.waitUntil(lambda: centre.rounds == 2)
    ended(joined.rounds, qtbot)
    assert centre.rounds == 2


def test_closing_does_not_wait_for_a_silent_centre(joined, centre):
    centre.place = "pg/records"
    centre.held.clear()
    joined.rounds.run()
    joined.rounds.shut_down()
    assert centre.closed
    joined.rounds.run()  # nothing any more
    assert joined.rounds._thread is None or not joined.rounds._thread.is_alive()


def test_the_window_says_how_it_stands_and_lists_follow(
    joined, centre, tasks, language, theme, qtbot
):
    centre.place, centre.undecided = "pg/records", 1
    centre.changed = [("complaint", "c1")]
    window = MainWindow(tasks, language, theme, SPECS)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(joined.acts.complaints_came):
        window.attach(joined)
    assert tasks.wait_idle()
    ended(joined.rounds, qtbot)
    assert window.status.sync.text().startswith("All sent ")
    assert window.status.sync.text().endswith("1 to decide")
    assert window.status.sync.toolTip() == "pg/records"


@pytest.fixture
def card(joined, qtbot):
    made = CentreCard(joined)
    qtbot.addWidget(made)
    made.show()
    return made


def test_connecting_by_keyboard(card, joined, centre, tasks, qtbot):
    card.address.setText(" postgresql://anna@pg/records ")
    card.password.setText("geheim")
    with qtbot.waitSignal(joined.acts.message):
        qtbot.keyClick(card.password, "\r")
    assert tasks.wait_idle()
    ended(joined.rounds, qtbot)
    assert centre.connected == [("postgresql://anna@pg/records", "geheim")]
    assert card.password.text() == "" and card.address.isHidden()
    assert card.state.text().startswith("pg/records\n")
    card.leave_button.click()
    assert tasks.wait_idle()
    ended(joined.rounds, qtbot)
    assert not card.address.isHidden() and centre.place is None


def test_a_refused_login_is_said_and_may_be_tried_again(card, joined, centre, tasks, qtbot):
    centre.error = NotPermitted("centre_login", place="pg/records")
    card.address.setText("postgresql://anna@pg/records")
    with qtbot.waitSignal(joined.acts.error):
        card.connect_button.click()
    assert tasks.wait_idle()
    assert card.connect_button.isEnabled() and not card.address.isHidden()


@pytest.mark.parametrize(("mine", "kept"), [(True, {"description": "mine <b>x</b>"}), (False, {})])
def test_a_conflict_stands_side_by_side_and_is_decided_in_place(
    card, joined, centre, tasks, qtbot, mine, kept
):
    joined.settling.ops = [conflict()]
    card.refresh()
    assert tasks.wait_idle()
    row = card.unsettled.itemAt(0).widget()
    assert row.title.text() == "C-1 · changed by somebody else"
    assert "ben" in row.theirs_head.text()
    (row.mine_button if mine else row.theirs_button).click()
    assert tasks.wait_idle()
    assert joined.settling.settled == [("op1", kept)]
    qtbot.waitUntil(lambda: card.unsettled.count() == 0)


def test_texts_follow_the_language(card, joined, language, tasks, qtbot):
    joined.settling.ops = [conflict()]
    card.refresh()
    assert tasks.wait_idle()
    language.set("zh")
    qtbot.waitUntil(lambda: card.connect_button.text() == "连接")
    assert tasks.wait_idle()
    assert card.unsettled.itemAt(0).widget().mine_button.text() == "采用本机"


def test_a_desk_without_records_to_send_shows_no_card(desk, qtbot):
    made = CentreCard(desk)
    qtbot.addWidget(made)
    assert made.isHidden()


def test_a_new_centre_is_asked_for_in_one_form_that_keeps_what_was_typed(desk, qtbot):
    from workbench.domain.errors import NotPermitted
    from workbench.ui.dialogs.new_centre import NewCentreDialog

    begun = []

    def begin(*given):
        begun.append(given)
        if len(begun) == 1:
            raise NotPermitted("centre_login", place="pg/records")

    desk.sync = SimpleNamespace(begin=begin)
    dialog = NewCentreDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.login.text() == desk.session.person.person_id and not dialog.go.isEnabled()
    dialog.address.setText("postgresql://owner@pg/records")
    dialog.password.setText("kurz")
    assert dialog.said.text() and not dialog.go.isEnabled()
    dialog.password.setText("ein langes Kennwort")
    dialog.again.setText("ein anderes")
    assert dialog.said.text() and not dialog.go.isEnabled()
    dialog.again.setText("ein langes Kennwort")
    assert not dialog.said.text() and dialog.go.isEnabled()
    dialog.go.click()
    assert desk.tasks.wait_idle()
    assert dialog.isVisible() and dialog.said.text() and dialog.again.text()
    with qtbot.waitSignal(dialog.accepted):
        dialog.go.click()
    [_, (address, owner, admin, password)] = begun
    assert (address, owner, password) == (
        "postgresql://owner@pg/records",
        "",
        "ein langes Kennwort",
    )
    assert admin.role is Role.ADMIN
