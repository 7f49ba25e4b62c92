"""Reviews and tickets between desks and a real centre: who gets them, and who may write them."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.centre import Site
from tests.integration.sync.desks import WholeDesk
from tests.unit.services.test_ticket_service import DESK, FakeIssues, FakeTokens, FakeTracker
from workbench.bootstrap import _scorecard
from workbench.domain.people import Person, Role
from workbench.domain.review import DrawRule
from workbench.domain.sync import OpState, central_moves, central_rights
from workbench.gateways.central_records import set_up
from workbench.services.reviews import ReviewService
from workbench.services.session import Session
from workbench.services.tickets import TicketService

pytestmark = pytest.mark.slow
START, END = datetime(2020, 1, 1), datetime(2100, 1, 1)


class Seat:
    """A whole desk of one person, with the services of this piece."""

    def __init__(self, site: Site, folder: Path, role: Role, team: str | None) -> None:
        folder.mkdir()
        self.login = site.admit(role, team)
        self.desk = WholeDesk(folder / "records.db", site.url_of(self.login), self.login)
        session = Session(Person(self.login, self.login, role, team=team))
        self.reviews = ReviewService(self.desk.records, session, _scorecard(folder))
        self.tracker = FakeTracker()
        tokens = FakeTokens()
        tokens.keep(DESK.place, "", "token")
        self.now = datetime(2026, 11, 22)
        self.tickets = TicketService(
            self.desk.records, session, FakeIssues(), lambda words: set(), self.tracker.open,
            tokens, _no_turn, lambda: self.now,
        )  # fmt: skip

    def full(self) -> dict[str, int | None]:
        return {item.id: item.best for item in self.reviews.card().items}

    def run(self) -> None:
        assert self.desk.run().held_back is None

    def refused(self) -> list[str]:
        found = self.desk.ops().values()
        return [f"{op.entity} {op.why}" for op in found if op.state == OpState.REJECTED]


def _no_turn():
    from contextlib import nullcontext

    return nullcontext()


@pytest.fixture
def seats(site: Site, tmp_path: Path):
    set_up(site.url, central_rights(), central_moves())
    made: list[Seat] = []

    def seat(role: Role, team: str | None = "east") -> Seat:
        made.append(Seat(site, tmp_path / f"seat{len(made)}", role, team))
        return made[-1]

    yield seat
    for one in made:
        one.desk.close()


def test_reviews_go_to_their_agent_to_leads_and_reviewers_and_to_nobody_else(site, seats) -> None:
    anna, ben, lead = seats(Role.AGENT), seats(Role.AGENT), seats(Role.TEAM_LEAD)
    quin, sun = seats(Role.QA, None), seats(Role.QA, None)
    call = anna.desk.create("C-1")
    _by(anna, call)
    for one in (anna, quin, sun):
        one.run()
    draw = quin.reviews.sample(DrawRule.RANDOM, 5, START, END, seed="7")
    made = quin.reviews.score("C-1", quin.full(), {}, draw_id=draw.draw_id)
    for one in (quin, anna, ben, lead, sun):
        one.run()
    (own,) = [t.review for t in anna.reviews.mine()]
    assert own == made
    assert sun.reviews.draws() == [draw] and sun.reviews.of("C-1")[0].review == made
    assert [r.reviews for r in lead.reviews.results()] in ([1], []), "people come from the centre"
    assert set(lead.desk.shadows("review")) == {made.review_id}
    assert ben.desk.shadows("review") == anna.desk.shadows("draw") == {}
    assert set(ben.desk.shadows("complaint")) == {call}
    anna.reviews.answer(made.review_id, "请听录音")
    for one in (anna, quin, ben):
        one.run()
    assert quin.reviews.of("C-1")[0].answers[0].words == "请听录音"
    assert ben.desk.shadows("review_answer") == {}
    assert all(seat.refused() == [] for seat in (anna, ben, lead, quin, sun))


def test_two_reviewers_at_once_make_two_reviews_and_agree(site, seats) -> None:
    anna, quin, sun = seats(Role.AGENT), seats(Role.QA, None), seats(Role.QA, None)
    _by(anna, anna.desk.create("C-2"))
    for one in (anna, quin, sun):
        one.run()
    quin.reviews.score("C-2", quin.full(), {})
    sun.reviews.score("C-2", sun.full() | {"manner": 1}, {"manner": "打断客户"})
    for one in (quin, sun, quin):
        one.run()
    assert len(quin.reviews.of("C-2")) == 2
    assert quin.reviews.calibration().total.units == 1


def test_the_centre_takes_no_review_from_an_agent_and_none_in_anothers_name(site, seats) -> None:
    anna, quin, sun = seats(Role.AGENT), seats(Role.QA, None), seats(Role.QA, None)
    call = anna.desk.create("C-3")
    _by(anna, call)
    for one in (anna, quin):
        one.run()
    made = quin.reviews.score("C-3", quin.full(), {})
    quin.run()
    anna.run()
    _op(anna, "review", "create", f"{call}/x", {"reviewer": anna.login, "agent": anna.login}, call)
    _op(anna, "review_answer", "create", "a1", {"agent": "someone else", "words": "x"}, call)
    _op(anna, "review", "update", made.review_id, {"total": 100.0})
    sun.run()
    _op(sun, "review", "update", made.review_id, {"total": 0.0})
    _op(sun, "review", "create", f"{call}/y", {"reviewer": quin.login, "agent": "b"}, call)
    for one in (anna, sun):
        one.run()
    assert anna.refused() == [
        "review not_allowed",
        "review_answer not_allowed",
        "review not_allowed",
    ]
    assert sun.refused() == ["review not_allowed", "review not_allowed"]


def test_a_ticket_filed_at_one_desk_is_there_at_the_others(site, seats) -> None:
    boss, quin, anna = seats(Role.ADMIN, None), seats(Role.QA, None), seats(Role.AGENT)
    boss.tickets.add(DESK, "token")
    boss.run()
    quin.run()
    assert [t.name for t in quin.tickets.trackers()] == ["desk"]
    boss.tracker.tickets = quin.tracker.tickets  # one tracker outside
    quin.tickets.file("i1", "desk")
    boss.tickets.file("i1", "desk")  # at the same time
    quin.tickets.run()
    boss.tickets.run()
    for one in (quin, boss, quin):
        one.run()
    assert quin.tickets.of("i1")[0].key == boss.tickets.of("i1")[0].key == "1"
    assert len(quin.tracker.tickets) == 1
    assert quin.refused() == boss.refused() == [] and not quin.desk.replica.unsettled()
    quin.tracker.move(1, done=True)
    quin.now += timedelta(hours=1)
    assert quin.tickets.follow().news
    for one in (quin, boss):
        one.run()
    assert boss.tickets.of("i1")[0].differs
    _op(anna, "tracker", "update", "desk", {"url": "https://evil.example"})
    anna.run()
    assert anna.refused() == ["tracker not_allowed"]


def _by(seat: Seat, complaint_id: str) -> None:
    """The call was taken by who sits here."""
    seat.desk.change(complaint_id, created_by=seat.login)


def _op(
    seat: Seat, entity: str, kind: str, named: str, values: dict, root: str | None = None
) -> None:
    """An op as a program that was tampered with would write it."""
    with seat.desk.records.unit_of_work() as uow:
        uow.enqueue(entity, kind, named, values, root=root)
        uow.commit()
