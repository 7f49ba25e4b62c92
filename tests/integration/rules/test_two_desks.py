"""A release on its way between real desks over a real centre, which allows no short cut."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.centre import Site
from tests.integration.rules.conftest import WIDER, edited, stored
from workbench.bootstrap import Workbench, open_workbench
from workbench.domain.errors import NotPermitted
from workbench.domain.people import Role
from workbench.domain.rule_release import ReleaseState
from workbench.domain.sync import OpState, central_moves, central_rights
from workbench.gateways.central_records import set_up

Desk = Callable[..., Workbench]


@pytest.fixture
def desk(site: Site, tmp_path: Path, month: Path) -> Desk:
    """A whole desk of a new person, with the demo's month in its own warehouse."""
    set_up(site.url, central_rights(), central_moves())
    opened: list[Workbench] = []

    def make(role: Role, *, team: str | None = None, attempts: bool = True) -> Workbench:
        login = site.admit(role, team)
        bench = open_workbench(tmp_path / login, demo=True)
        opened.append(bench)
        if attempts:
            bench.attempts.import_files([month])
        bench.sync.connect(site.url_of(login))
        bench.sync.sync()
        return bench

    yield make
    for bench in opened:
        bench.close()


def sync(*desks: Workbench) -> None:
    """A round each, as window and command line do it."""
    for bench in desks:
        if bench.sync.sync().rules_changed:
            bench.rules.adopt()


def versions(bench: Workbench) -> set[str]:
    return {said[3] for said in stored(bench).values()}


@pytest.mark.slow
def test_a_release_reaches_every_desk_and_leaves_it_again(desk: Desk) -> None:
    author, second, agent = desk(Role.QA), desk(Role.QA), desk(Role.AGENT, team="east")
    yesterday = stored(agent)
    author.rules.save(edited("9.1", WIDER), "", "负债率从 0.3 起")
    author.rules.shadow("9.1")
    sync(author, second, agent)
    assert second.rules.release("9.1").state is ReleaseState.SHADOW
    assert stored(agent) == yesterday and second.rules.differences("9.1").old_version != "9.1"
    second.rules.approve("9.1")
    second.rules.publish("9.1")
    second.rules.adopt()
    assert versions(second) == {"9.1"} and versions(author) != {"9.1"}
    sync(second, author, agent)
    for bench in (author, second, agent):
        assert versions(bench) == {"9.1"} == {bench.attempts.rules_version}
        assert bench.sync.state().unsettled == 0
    assert stored(author) == stored(second) == stored(agent) != yesterday
    # yesterday's answer is there by its version, at a desk that uses another one
    flipped = next(i for i, said in yesterday.items() if said[1] != stored(agent)[i][1])
    then = author.rules.explain(flipped, yesterday[flipped][3])
    assert (then.cause, then.rules_version) == (yesterday[flipped][0], yesterday[flipped][3])
    assert author.attempts.explain(flipped).rules_version == "9.1"
    author.rules.rollback("投诉变多")
    author.rules.adopt()
    sync(author, second, agent)
    assert stored(agent) == stored(second) == stored(author) == yesterday
    assert second.rules.release("9.1").why == "投诉变多"


def forged(bench: Workbench, version: str, **values: object) -> None:
    """What a desk would send whose program does not ask what it may."""
    release = bench.rules.release(version)
    with bench.attempts._records.unit_of_work() as uow:
        uow.releases.put(release.changed(**values))
        sent = {n: str(v) if n == "state" else v for n, v in values.items()}
        uow.enqueue("release", "move" if "state" in values else "update", release.release_id, sent)
        uow.commit()


@pytest.mark.slow
def test_the_centre_refuses_what_a_desk_must_not_do(desk: Desk, site: Site) -> None:
    author, second, lead = (
        desk(role, attempts=False) for role in (Role.QA, Role.QA, Role.TEAM_LEAD)
    )
    author.rules.save(edited("9.1", WIDER), "")
    author.rules.shadow("9.1")
    sync(author, second, lead)

    def refused(bench: Workbench, **values: object) -> bool:
        before = bench.rules.releases()
        forged(bench, "9.1", **values)
        bench.sync.sync()
        [op] = bench.settling.waiting()
        bench.settling.settle(op.op.op_id, {})
        assert bench.rules.releases() == before, "the desk shows what the centre says"
        return op.op.state is OpState.REJECTED and op.op.why == "not_allowed"

    me, other = author.session.person.person_id, second.session.person.person_id
    approved, published = ReleaseState.APPROVED, ReleaseState.PUBLISHED
    assert refused(author, state=approved, approved_by=me), "nobody approves their own"
    assert refused(author, state=approved, approved_by=other), "nor in another's name"
    assert refused(second, state=approved, approved_by=me), "who approved is who did"
    assert refused(author, text="name: other\n"), "what is in the shadow is not rewritten"
    assert refused(author, author=other), "nor is its author"
    assert refused(second, state=approved, approved_by=other, text="name: other\n")
    assert refused(second, state=published, published_by=other), "and no step is left out"
    assert refused(author, state=ReleaseState.WITHDRAWN, withdrawn_by=other, why="x")
    assert refused(second, state=approved, approved_by=other, author=other), (
        "nor by becoming another"
    )
    assert refused(author, state=ReleaseState.WITHDRAWN, withdrawn_by=me, approved_by=other)
    assert refused(lead, state=approved, approved_by=lead.session.person.person_id)
    # two desks out of reach begin the same version: the second to arrive is told
    author.rules.save(edited("9.2", WIDER), "")
    second.rules.save(edited("9.2"), "")
    forged(author, "9.2", note="mine")
    sync(author)
    assert second.sync.sync().unsettled == 1
    [op] = second.settling.waiting()
    assert (op.op.state, op.op.why) == (OpState.REJECTED, "version_taken")
    second.settling.settle(op.op.op_id, {})
    assert [r.author for r in second.rules.releases() if r.version == "9.2"] == [me]
    forged(second, "9.2", text=edited("9.2"))
    second.sync.sync()
    [op] = second.settling.waiting()
    assert op.op.why == "not_allowed", "a draft is its author's to rewrite"
    for act in ("approve", "publish"):
        with pytest.raises(NotPermitted):
            getattr(lead.rules, act)("9.1")
    with pytest.raises(NotPermitted):
        lead.rules.rollback("x")
    [(state,)] = site.as_owner(
        "SELECT fields ->> 'state' FROM records.rows WHERE entity = 'release'"
        " AND fields ->> 'version' = '9.1'"
    )
    assert state == "shadow"
