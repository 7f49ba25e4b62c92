"""Rounds of sync between whole desks and a real centre: what users meet, case by case."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.centre import Site
from tests.integration.sync.desks import WholeDesk, check, entry
from workbench.domain.errors import Busy
from workbench.domain.incident import FoundIncident, identity
from workbench.domain.people import Role
from workbench.domain.spike import Direction
from workbench.domain.sync import DeviceRevoked, OpState
from workbench.domain.times import utc_now
from workbench.services.complaint_writing import as_json
from workbench.services.sync import SyncService
from workbench.storage.engine import BEGIN, reading
from workbench.storage.models import OutboxRow, PersonRow, SavedRow


@pytest.fixture
def make(site: Site, tmp_path: Path):
    made: list[WholeDesk] = []

    def one(role: Role = Role.AGENT, team: str | None = "east") -> WholeDesk:
        folder = tmp_path / f"desk{len(made)}"
        folder.mkdir()
        login = site.admit(role, team)
        made.append(WholeDesk(folder / "records.db", site.url_of(login), login))
        return made[-1]

    yield one
    for desk in made:
        desk.close()


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten ops a batch, fifty rows a page, twenty answers a commit."""
    for name, count in (("_BATCH", 10), ("_PAGE", 50), ("_WRITTEN", 20)):
        monkeypatch.setattr(f"workbench.services.sync.{name}", count)


def quiet(site: Site, *desks: WholeDesk) -> None:
    for _ in range(2):
        for desk in desks:
            desk.run()
    check(site, list(desks))


def test_what_was_logged_offline_arrives_and_comes_to_the_others(site, make):
    mine, yours = make(), make()
    ids = [mine.create(f"C-20261123-000{n}") for n in range(3)]
    assert mine.replica.place().waiting == 3
    done = mine.run()
    assert (done.sent, done.unsettled) == (3, 0)
    assert mine.replica.place().waiting == 0
    assert {("complaint", i) for i in ids} <= set(yours.run().changed)
    assert yours.complaints() == mine.complaints()
    quiet(site, mine, yours)


def test_both_edit_one_field_a_person_decides_and_both_values_are_kept(site, make):
    mine, yours = make(), make()
    one = mine.create("C-1")
    quiet(site, mine, yours)
    mine.change(one, description="mine")
    lost = yours.change(one, description="yours", channel="app")
    mine.run()
    assert yours.run().unsettled == 1
    [op] = yours.replica.unsettled()
    assert op.op_id == lost and op.contested["description"].theirs == "mine"
    assert op.contested["description"].by == mine.login
    assert yours.complaints()[one]["description"] == "mine"
    assert yours.complaints()[one]["channel"] == "app"
    yours.settle_all()
    assert yours.complaints()[one]["description"] == "yours"  # at once, and on its way
    quiet(site, yours, mine)
    assert mine.complaints()[one]["description"] == "yours"
    assert yours.ops()[lost].contested["description"]["theirs"] == "mine"  # the loser stays


def test_a_row_that_the_centre_refused_stays_to_be_seen(site, make):
    qa = make(Role.QA)
    site.as_owner("DELETE FROM records.rights WHERE role = 'qa' AND kind = 'create'")
    one = qa.create("C-1")
    assert qa.run().unsettled == 1
    assert one in qa.complaints()
    [op] = qa.replica.unsettled()
    assert (op.state, op.why) == (OpState.REJECTED, "not_allowed")
    qa.settle_all()
    assert one not in qa.complaints()


def test_an_edit_on_a_complaint_that_went_away_meanwhile_is_kept_and_said(site, make):
    agent, lead, far = make(), make(Role.TEAM_LEAD), make(team="west")
    one = agent.create("C-1")
    quiet(site, agent, lead, far)
    lead.change(one, "assign", team="west")
    lead.run()
    agent.change(one, description="typed on the train")
    agent.comment(one, "the caller rang again")
    done = agent.run()
    assert one not in agent.complaints()  # nothing of it stays on a desk that may not see it
    [op] = agent.replica.unsettled()
    assert (op.why, op.body["description"]) == ("out_of_scope", "typed on the train")
    assert done.sent == 2
    far.run()
    assert far.complaints()[one]["description"] == "a"
    assert "the caller rang again" in str(far.shadows("comment"))
    quiet(site, agent, lead, far)


def test_a_lost_acknowledgement_costs_nothing(site, make, monkeypatch):
    desk, other = make(), make()
    desk.create("C-1")
    real, cut = desk.centre.push, []

    def lost(ops):
        real(ops)
        if not cut:
            cut.append(True)
            raise Busy("centre_unreachable", place="x")
        return real(ops)

    monkeypatch.setattr(desk.centre, "push", lost)
    with pytest.raises(Busy):
        desk.run()
    assert cut and desk.replica.place().waiting == 1
    desk.run()
    quiet(site, desk, other)
    assert len(other.complaints()) == 1


def test_what_the_centre_has_already_is_shown_until_it_comes_back(site, make, monkeypatch):
    desk = make()
    one = desk.create("C-1")
    desk.centre.hello({})
    desk.centre.push(desk.replica.unsent())  # the answer is lost

    def away(*_asked):
        raise Busy("centre_unreachable", place="x")

    with monkeypatch.context() as patch:
        patch.setattr(desk.centre, "pull", away)
        with pytest.raises(Busy):
            desk.run()
    assert desk.replica.place().waiting == 0
    assert one in desk.complaints()
    quiet(site, desk)
    assert one in desk.complaints()


@pytest.mark.slow
@pytest.mark.parametrize("left", ["the person", "the complaint", "the complaint, as was read"])
def test_what_the_centre_has_already_and_is_not_to_be_seen_any_more_goes(site, make, left):
    desk, lead, far = make(), make(Role.TEAM_LEAD), make(team="west")
    one = desk.create("C-1")
    desk.centre.hello({})
    desk.centre.push(desk.replica.unsent())  # the answer is lost
    if left == "the person":
        with site.as_login(site.boss) as c:
            c.execute("SELECT records.change_person(%s, NULL, NULL, 'west', NULL)", (desk.login,))
    else:
        lead.run()
        lead.change(one, "assign", team="west")
        lead.run()
    if left == "the complaint, as was read":  # the pull has nothing more to tell of it
        desk.replica.meet(standing := desk.centre.hello({}))
        desk.replica.pulled(desk.centre.pull(0, standing.scope))
    desk.run()
    assert one not in desk.complaints() and not desk.shadows("complaint")
    quiet(site, desk, lead, far)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["answered", "pulled", "meet", "witnessed"])
def test_a_crash_before_what_came_is_stored_costs_nothing(site, make, monkeypatch, step):
    desk, other = make(), make()
    other.create("C-2")
    other.run()
    one = desk.create("C-1")
    desk.change(one, description="b")

    class Crash(Exception):
        pass

    def crash(*_args):
        raise Crash

    monkeypatch.setattr(desk.replica, step, crash)
    with pytest.raises(Crash):
        desk.run()
    desk.crash()
    quiet(site, desk, other)
    assert len(desk.complaints()) == 2
    assert other.complaints()[one]["description"] == "b"


def test_a_copied_profile_goes_on_under_a_number_of_its_own(site, make, tmp_path):
    desk = make()
    desk.create("C-1")
    desk.run()
    desk.create("C-2")  # waits in both
    (tmp_path / "copy").mkdir()
    for file in desk.path.parent.iterdir():
        shutil.copy(file, tmp_path / "copy")
    copy = WholeDesk(tmp_path / "copy" / "records.db", desk.url, desk.login)
    desk.create("C-3")
    copy.create("C-4")
    assert copy.replica.place().device_id == desk.replica.place().device_id
    desk.run()
    assert copy.run().renumbered
    assert copy.replica.place().device_id != desk.replica.place().device_id
    quiet(site, desk, copy)
    numbers = sorted(c["number"] for c in desk.complaints().values())
    assert numbers == ["C-1", "C-2", "C-3", "C-4"]
    copy.close()


def test_a_copy_that_did_less_than_the_other_is_told_apart_by_its_audit(site, make, tmp_path):
    """The centre holds more rows of the device than the copy has: those are not the copy's."""
    mine = make()
    mine.create("C-1")
    shutil.copytree(mine.path.parent, tmp_path / "copy")
    for n in range(2, 5):
        mine.create(f"C-{n}")
    mine.run()
    copy = WholeDesk(tmp_path / "copy" / "records.db", mine.url, mine.login)
    assert not copy.run().renumbered, "so far it says the same"
    with copy.records.unit_of_work() as uow:  # an act that sends nothing
        uow.record(entry("C-1"))
        uow.commit()
    assert copy.run().renumbered
    quiet(site, mine, copy)
    copy.close()


@pytest.mark.slow
def test_a_centre_restored_from_an_older_backup_gets_back_what_it_lost(site, make):
    from tests.integration.sync.backup import backup, put_back

    mine, yours, reader = make(), make(), make()
    one = mine.create("C-1")
    quiet(site, mine, yours, reader)
    kept = backup(site)
    two = mine.create("C-2")
    mine.change(one, description="after the backup")
    mine.run()
    yours.run()
    yours.change(one, channel="app")
    yours.run()
    reader.run()
    put_back(site, kept)
    late = yours.create("C-3")  # the centre counts on from where it was
    assert yours.run().renewed
    assert mine.run().renewed
    assert reader.run().renewed
    quiet(site, mine, yours, reader)
    shown = reader.complaints()
    assert set(shown) == {one, two, late}
    assert (shown[one]["description"], shown[one]["channel"]) == ("after the backup", "app")


def test_only_a_reader_notices_a_restore_by_the_mark(site, make):
    from tests.integration.sync.backup import backup, put_back

    mine, reader = make(), make()
    mine.create("C-1")
    quiet(site, mine, reader)
    kept = backup(site)
    mine.create("C-2")
    mine.run()
    reader.run()
    put_back(site, kept)
    other = make()  # knows nothing of it, and brings the count to where it was and beyond
    for n in range(3):
        other.create(f"C-9{n}")
    assert not other.run().renewed
    assert reader.run().renewed
    assert len(reader.complaints()) == 4
    quiet(site, mine, reader, other)
    assert len(reader.complaints()) == 5


def test_a_lost_desk_wipes_itself_at_its_next_contact(site, make):
    desk, wiped = make(), []
    desk.create("C-1")
    desk.run()
    desk.sync = SyncService(desk.replica, desk.centre, "test", wipe=lambda: wiped.append(True))
    with site.as_login(site.boss) as c:
        c.execute("SELECT records.revoke_device(%s, false)", (desk.centre.device_id,))
    with pytest.raises(DeviceRevoked):
        desk.run()
    assert wiped
    [told] = [d for d in site.boss.centre.status()["desks"] if d["login"] == desk.login]
    assert told["wiped_at"]


def test_a_desk_that_is_too_old_or_too_new_to_write_reads_on_and_keeps_its_queue(site, make):
    desk, other = make(), make()
    other.create("C-2")
    other.run()
    desk.create("C-1")
    for least, most in ((2, 2), (0, 0)):
        site.as_owner("UPDATE records.counter SET min_write = %s, current = %s", least, most)
        done = desk.run()
        assert done.held_back is not None and done.sent == 0
    assert len(desk.complaints()) == 2 and desk.replica.place().waiting == 1
    site.as_owner("UPDATE records.counter SET min_write = 1, current = 2")
    assert desk.run().sent == 1


def test_a_fleet_of_three_versions_shares_its_rows(site, make, monkeypatch):
    """N - 1, N and N + 1 at a centre of N: the first two write, the newest reads and keeps its
    queue; a field that only a newer one knows passes through; what waited at a desk that became
    too old goes once it is brought up to date."""
    site.as_owner("UPDATE records.counter SET min_write = 1, current = 2")

    def version(number: int) -> None:
        for name in ("services.sync", "storage.records"):
            monkeypatch.setattr(f"workbench.{name}.SCHEMA_VERSION", number)

    def run(desk: WholeDesk, number: int):
        version(number)
        return desk.run()

    old, present, newest = make(), make(), make()
    made = []
    for number, desk in enumerate((old, present, newest), start=1):
        version(number)
        made.append(desk.create(f"C-{number}"))
    one, two, _ = made
    version(2)
    present.change(two, mood="of version 2")
    held = [bool(run(*who).held_back) for who in ((old, 1), (present, 2), (newest, 3), (old, 1))]
    assert held == [False, False, True, False]
    run(present, 2)
    assert set(old.complaints()) == set(present.complaints()) == {one, two}
    assert old.shadows("complaint")[two]["mood"] == "of version 2"
    assert len(newest.complaints()) == 3 and newest.replica.place().waiting == 1
    version(1)
    old.change(two, description="by the old one")
    site.as_owner("UPDATE records.counter SET min_write = 2, current = 3")  # the next release
    assert run(newest, 3).sent == 1
    assert run(old, 1).held_back and old.replica.place().waiting == 1, "too old now: it waits"
    assert run(old, 2).sent == 1, "brought up to date"
    run(present, 2), run(newest, 3), run(old, 2)
    assert old.complaints() == present.complaints() == newest.complaints()
    assert newest.complaints()[two]["description"] == "by the old one"
    assert present.shadows("complaint")[two]["mood"] == "of version 2"
    check(site, [old, present, newest])


def test_batches_that_come_twice_out_of_order_or_long_after_change_nothing(site, make):
    """On the wire, below the desk: each fault has to fire, and the undisturbed desk is the control."""
    desk, control = make(), make()
    for n in range(3):
        desk.create(f"C-{n}")
    whole = desk.replica.unsent()
    with pytest.raises(Exception, match="gap"):
        desk.replica.meet(desk.centre.hello({}))
        desk.centre.push(list(reversed(whole)))
    desk.centre.close()
    assert site.as_owner("SELECT count(*) FROM records.ops WHERE device_id IS NOT NULL") == [(0,)]
    first = desk.centre.push(whole)
    again = desk.centre.push(whole)
    assert [a.duplicate for a in first + again] == [False] * 3 + [True] * 3
    desk.replica.answered(first)
    desk.change(min(desk.complaints()), description="after it")
    quiet(site, desk, control)
    before = site.as_owner("SELECT entity_id, fields, seq FROM records.rows ORDER BY seq")
    assert all(answer.duplicate for answer in desk.centre.push(whole)), "replayed, long after"
    assert before == site.as_owner("SELECT entity_id, fields, seq FROM records.rows ORDER BY seq")
    quiet(site, desk, control)
    assert desk.complaints() == control.complaints()


def test_close_against_reopen_asks_whoever_came_second(site, make):
    mine, yours = make(Role.TEAM_LEAD), make(Role.TEAM_LEAD)
    one = mine.create("C-1")
    mine.change(one, "move", state="in_progress")
    mine.change(one, "move", state="resolved")
    quiet(site, mine, yours)
    mine.change(one, "move", state="open")  # opened again
    closed = yours.change(one, "move", state="closed", resolution="done")
    mine.run()
    assert yours.run().unsettled == 1
    [op] = yours.replica.unsettled()
    assert (op.op_id, op.contested["state"].mine, op.contested["state"].theirs) == (
        closed, "closed", "open"
    )  # fmt: skip
    assert yours.complaints()[one]["state"] == "open", "the first stands, and what came with it"
    assert yours.complaints()[one]["resolution"] is None
    assert yours.ops()[closed].body["resolution"] == "done", "kept, to be seen"
    yours.settle_all()
    quiet(site, yours, mine)


def test_fields_and_entities_that_this_version_does_not_know_pass_through(site, make):
    desk, other = make(), make()
    one = other.create("C-1")
    other.change(one, mood="cross")
    other.run()
    desk.run()
    desk.change(one, description="b")
    quiet(site, desk, other)
    assert desk.shadows("complaint")[one]["mood"] == "cross"


def test_a_change_of_team_takes_away_what_is_no_longer_to_be_seen(site, make):
    desk = make()
    one = desk.create("C-1")
    desk.run()
    with site.as_login(site.boss) as c:
        c.execute("SELECT records.change_person(%s, NULL, NULL, 'west', NULL)", (desk.login,))
    desk.run()
    assert one not in desk.complaints() and not desk.shadows("complaint")
    with site.as_login(site.boss) as c:
        c.execute("SELECT records.change_person(%s, NULL, NULL, 'east', NULL)", (desk.login,))
    desk.run()
    assert one in desk.complaints()


def test_what_is_many_goes_in_batches_and_pages(site, make, few_at_once, monkeypatch):
    desk, other = make(), make()
    for n in range(23):
        desk.create(f"C-{n}")
    assert desk.run().sent == 23
    monkeypatch.setattr("workbench.services.sync._PAGE", 5)
    pages = pulled_by(other, monkeypatch)
    other.run()
    assert len(pages) >= 5 and max(pages) <= 5 and len(other.complaints()) == 23
    quiet(site, desk, other)


def test_two_of_one_number_at_one_desk_hold_nothing_up(site, make, monkeypatch):
    """The desk may not send, so the centre cannot rename its own; what comes has the same number."""
    mine, yours = make(), make()
    own, theirs = mine.create("C-7"), yours.create("C-7")
    yours.run()
    monkeypatch.setattr("workbench.services.sync.SCHEMA_VERSION", 99)
    assert mine.run().held_back is not None
    numbers = {ref: row["number"] for ref, row in mine.complaints().items()}
    assert numbers[own] == "C-7" and numbers[theirs] == f"~{theirs[-4:]} C-7", "both are there"
    monkeypatch.undo()
    mine.run()
    after = {ref: row["number"] for ref, row in mine.complaints().items()}
    assert after[theirs] == "C-7" and after[own].startswith("C-7") and after[own] != "C-7"
    quiet(site, mine, yours)


def test_a_desk_gives_a_number_that_is_taken_twice_over(site, make):
    """It deleted the first, which frees the number there; at the centre it is taken for ever."""
    mine, yours = make(), make()
    yours.create("C-7")
    yours.run()
    mine.change(mine.create("C-7"), "delete")
    again = mine.create("C-7")
    mine.run()
    number = mine.complaints()[again]["number"]
    assert number.startswith("C-7-") and number.endswith("-2"), "neither refused nor one of two"
    quiet(site, mine, yours)


def test_an_incident_reaches_every_team_and_two_who_find_it_make_one(site, make):
    lead, qa, agent = make(Role.TEAM_LEAD, "east"), make(Role.QA, None), make(Role.AGENT, "west")
    at = datetime(2026, 11, 10, 12)
    found = FoundIncident(
        identity(Direction.UP, at), Direction.UP, "high_concurrency", ("high_concurrency",),
        at, at, at, 40, 4, 35, "node=gw-4", "", False, at, "lead",
    )  # fmt: skip
    for desk in (lead, qa):
        with desk.records.unit_of_work() as uow:
            uow.incidents.put(found)
            uow.record(entry(found.incident_id))
            values = {name: as_json(value) for name, value in vars(found).items()}
            uow.enqueue("incident", "create", found.incident_id, values)
            uow.commit()
        assert desk.run().unsettled == 0
    assert ("incident", found.incident_id) in set(agent.run().changed)
    with agent.records.unit_of_work() as uow:
        assert uow.incidents.all() == [found]
        uow.enqueue("incident", "update", found.incident_id, {"state": "dismissed"})
        uow.commit()
    assert agent.run().unsettled == 1, "agents do not judge"
    [op] = agent.replica.unsettled()
    assert op.why == "not_allowed"


def pulled_by(desk: WholeDesk, monkeypatch) -> list[int]:
    """How many rows came with each pull from now on."""
    told: list[int] = []
    real = desk.centre.pull

    def pull(*asked):
        page = real(*asked)
        told.append(len(page.rows))
        return page

    monkeypatch.setattr(desk.centre, "pull", pull)
    return told


@pytest.mark.slow
def test_a_desk_is_not_told_what_it_wrote_itself(site, make, few_at_once, monkeypatch):
    desk, other = make(), make()
    quiet(site, desk, other)
    ids = [desk.create(f"C-{n}") for n in range(62)]
    told = pulled_by(desk, monkeypatch)
    assert desk.run().sent == 62
    assert told == [50, 0]  # of 124 rows: who was among them goes on behind them
    assert set(other.run().changed) >= {("complaint", i) for i in ids}
    quiet(site, desk, other)


@pytest.mark.slow
def test_what_others_wrote_in_between_is_told_all_the_same(site, make, few_at_once, monkeypatch):
    desk, other = make(), make()
    quiet(site, desk, other)
    ids = {desk.create(f"C-{n}") for n in range(62)}
    real, turn = desk.centre.push, iter(range(9))

    def push(ops):
        if next(turn) in (3, 6):
            ids.add(other.create(f"T-{len(ids)}"))
            other.run()
        return real(ops)

    monkeypatch.setattr(desk.centre, "push", push)
    assert desk.run().sent == 62
    assert len(ids) == 64 and set(desk.complaints()) == ids
    quiet(site, desk, other)


def test_answers_from_before_the_centre_went_are_kept(site, make, few_at_once, monkeypatch):
    desk = make()
    for n in range(25):
        desk.create(f"C-{n}")
    real, sent = desk.centre.push, []

    def push(ops):
        sent.append(len(ops))
        if len(sent) == 3:
            raise Busy("centre_unreachable", place="x")
        return real(ops)

    monkeypatch.setattr(desk.centre, "push", push)
    with pytest.raises(Busy):
        desk.run()
    assert sent == [10, 10, 5]
    assert desk.replica.place().waiting == 5
    assert {op.state for op in desk.ops().values()} == {OpState.APPLIED, OpState.PENDING}
    assert desk.run().sent == 5
    quiet(site, desk)


def test_a_field_that_nobody_told_is_empty_again_when_a_refused_value_is_given_up(site, make):
    agent, lead = make(), make(Role.TEAM_LEAD)
    one = agent.create("C-1")
    quiet(site, agent, lead)
    assert "owner" not in agent.shadows("complaint")[one]
    site.as_owner("DELETE FROM records.rights WHERE role = 'agent' AND kind = 'update'")
    agent.change(one, satisfaction_words="very")
    assert agent.complaints()[one]["satisfaction_words"] == "very"
    assert agent.run().unsettled == 1
    agent.settle_all()
    assert agent.complaints()[one]["satisfaction_words"] is None
    quiet(site, agent, lead)


def test_a_round_without_news_waits_for_no_writer(site, make):
    desk = make()
    one = desk.create("C-1")
    desk.run()
    with reading(desk.records.engine) as writer:
        writer.execution_options(**{BEGIN: "IMMEDIATE"})
        writer.exec_driver_sql("UPDATE complaints SET description = 'b'")
        done = desk.run()
        writer.rollback()
    assert (done.sent, done.changed, done.erased) == (0, [], {})
    assert desk.complaints()[one]["description"] == "a"


def test_attempts_to_be_erased_are_named_again_until_they_are_gone(make):
    desk = make()
    told = {"customer_ref": "r", "attempts": [1], "complaints": [], "done": False}
    with Session(desk.records.engine) as session, session.begin():
        session.add(SavedRow(kind="erasure", name="e", body=told))
    for _ in range(2):
        assert desk.replica.erasures() == {"r": [1]}
    with desk.records.unit_of_work() as uow:
        uow.erasures.finished("r")
        uow.commit()
    assert desk.replica.erasures() == {}


def test_what_is_done_is_forgotten_after_its_time_and_what_waits_is_not(site, make):
    desk = make()
    for n in range(3):
        desk.create(f"C-{n}")
    desk.run()
    waits = desk.create("C-3")
    later = utc_now() + timedelta(seconds=1)
    assert desk.replica.purge(later - timedelta(days=1)) == 0
    assert desk.replica.purge(later) == 3
    assert [op.entity_id for op in desk.ops().values()] == [waits]
    with Session(desk.records.engine) as session:
        session.execute(sa.update(OutboxRow).values(state=OpState.APPLIED))
        session.commit()
    desk.create("C-4")
    assert desk.replica.purge(utc_now() - timedelta(days=1)) == 0
    assert len(desk.ops()) == 2


@pytest.mark.parametrize(
    "change", [("name", "李"), ("role", "team_lead"), ("team", "west")], ids=lambda c: c[0]
)
def test_what_the_centre_changes_of_a_person_is_known_at_first_contact(
    site, make, change, monkeypatch
):
    """Where the round breaks off before all rows have come, the next start goes by it."""
    desk = make()
    quiet(site, desk)

    def away(cursor, scope, limit=500):
        raise Busy("centre_unreachable", place="x")

    monkeypatch.setattr(desk.centre, "pull", away)
    field, value = change
    given = {"name": None, "role": None, "team": None, "active": None} | {field: value}
    site.boss.centre.change_person(desk.login, **given)
    with pytest.raises(Busy):
        desk.run()
    with Session(desk.records.engine) as session:
        known = session.get_one(PersonRow, desk.login)
        assert getattr(known, field) == value
