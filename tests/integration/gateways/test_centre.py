"""The centre's functions on a real PostgreSQL, called as the desks' logins call them."""

import dataclasses

import psycopg
import pytest

from tests.centre import MOVES, RIGHTS, Site
from workbench.domain.errors import Busy, NotPermitted, StoreFault
from workbench.domain.people import Role
from workbench.domain.sync import AuditForked, DeviceCloned, DeviceRevoked, OpState
from workbench.gateways import central_records
from workbench.gateways.central_records import set_up
from workbench.gateways.centre import PART, PostgresCentre


def create(desk, entity_id="c1", **fields):
    body = {"number": f"C-{entity_id}", "state": "open", "text": "a", "severity": "low"} | fields
    answer = desk.send("create", entity_id, body)
    assert answer.state is OpState.APPLIED
    return desk.row(entity_id)


def test_what_one_desk_sends_the_other_of_its_team_pulls_and_another_team_does_not(site: Site):
    first, second, far = site.desk(), site.desk(), site.desk(team="west")
    made = create(first)
    page = second.centre.pull(0, second.hello().scope)
    assert [r for r in page.rows if r.entity == "complaint"] == [made]
    assert page.cursor == made.seq and not page.more
    assert all(r.entity == "person" for r in far.centre.pull(0, far.hello().scope).rows)


def test_the_same_op_again_gives_the_first_answer_and_changes_nothing(site: Site):
    desk = site.desk()
    op = desk.op("create", "c1", {"text": "a"})
    [first] = desk.centre.push([op])
    before = site.as_owner("SELECT seq FROM records.counter")
    [again] = desk.centre.push([op])
    assert (again.state, again.duplicate) == (first.state, True)
    assert site.as_owner("SELECT seq FROM records.counter") == before
    other = dataclasses.replace(op, payload=op.payload.replace('"a"', '"b"'))
    other = dataclasses.replace(other, body_hash=other.body_hash[::-1])
    [refused] = desk.centre.push([other])
    assert (refused.state, refused.why) == (OpState.REJECTED, "op_id_reused")


def test_different_fields_both_stand_and_the_same_field_asks(site: Site):
    mine, yours = site.desk(), site.desk()
    row = create(mine)
    base = dict(row.versions)
    assert yours.send("update", "c1", {"severity": "high"}, base=base).state is OpState.APPLIED
    assert mine.send("update", "c1", {"text": "mine"}, base=base).state is OpState.APPLIED
    lost = yours.send("update", "c1", {"text": "yours", "channel": "app"}, base=base)
    assert (lost.state, lost.why) == (OpState.CONFLICT, "changed")
    assert set(lost.contested) == {"text"}
    assert (lost.contested["text"].mine, lost.contested["text"].theirs) == ("yours", "mine")
    assert lost.contested["text"].by == mine.person
    assert lost.row.fields["channel"] == "app"  # what nobody contested stands
    settled = yours.send(
        "update", "c1", {"text": "both"}, base={"text": lost.contested["text"].version}
    )
    assert settled.state is OpState.APPLIED and settled.row.fields["text"] == "both"


def test_what_builds_on_an_op_not_yet_acknowledged_needs_no_new_number(site: Site):
    desk = site.desk()
    create(desk)
    row = create(desk, "c2")
    one = desk.op("update", "c2", {"text": "1"}, base=dict(row.versions))
    two = desk.op("update", "c2", {"text": "2"}, base={"text": one.op_id})
    assert [a.state for a in desk.centre.push([one, two])] == [OpState.APPLIED] * 2
    assert desk.centre.pull(0, desk.hello().scope).rows[-1].fields["text"] == "2"


def test_a_move_is_whole_from_the_state_its_author_saw_and_by_the_table(site: Site):
    mine, yours, qa = site.desk(), site.desk(), site.desk(Role.QA)
    base = dict(create(mine).versions)
    history = {"entity": "history", "entity_id": "h1", "root": "c1", "body": {"to": "in_progress"}}
    moved = mine.send("move", "c1", {"state": "in_progress"}, base=base, also=[history])
    assert moved.state is OpState.APPLIED
    late = yours.send("move", "c1", {"state": "in_progress", "text": "x"}, base=base)
    assert late.state is OpState.CONFLICT and "state" in late.contested
    assert late.row.fields["text"] == "a"
    now = {"state": late.row.versions["state"]}
    assert yours.send("move", "c1", {"state": "open"}, base=now).why == "not_allowed"
    assert qa.send("move", "c1", {"state": "resolved"}, base=now).why == "not_allowed"
    assert yours.send("move", "c1", {"state": "resolved"}, base=now).state is OpState.APPLIED
    seen = mine.centre.pull(0, mine.hello().scope).rows
    assert [r.fields for r in seen if r.entity == "history"] == [{"to": "in_progress"}]


def test_a_move_whose_history_is_refused_is_not_made(site: Site):
    desk = site.desk()
    base = dict(create(desk).versions)
    lost = {"entity": "history", "entity_id": "h1", "root": "nowhere", "body": {}}
    refused = desk.send("move", "c1", {"state": "in_progress"}, base=base, also=[lost])
    assert (refused.state, refused.why) == (OpState.REJECTED, "no_such_row")
    assert desk.centre.pull(0, desk.hello().scope).rows[-1].fields["state"] == "open"


def test_edit_against_delete_asks_whichever_came_first(site: Site):
    mine, yours = site.desk(), site.desk()
    base = dict(create(mine).versions)
    yours.send("update", "c1", {"text": "edited"}, base=base)
    refused = mine.send("delete", "c1", {}, base=base)
    assert (refused.state, refused.why) == (OpState.CONFLICT, "changed")
    assert mine.send("delete", "c1", {}, base=dict(refused.row.versions)).row.deleted
    late = yours.send("update", "c1", {"text": "late"}, base=dict(refused.row.versions))
    assert (late.state, late.why) == (OpState.CONFLICT, "deleted")
    assert late.contested["text"].mine == "late"
    back = yours.send("update", "c1", {"text": "late"}, base=dict(late.row.versions), revives=True)
    assert back.state is OpState.APPLIED and not back.row.deleted


def test_two_desks_that_gave_one_number_keep_both_complaints_and_both_numbers(site: Site):
    one, two = site.desk(), site.desk()
    create(one, "c1", number="C-20261123-0001")
    row = create(two, "c2", number="C-20261123-0001")
    assert row.fields["number"] == f"C-20261123-0001-{two.hello().code}"
    assert row.fields["former_number"] == "C-20261123-0001"


def test_what_goes_to_another_team_goes_from_sight_with_all_below_it(site: Site):
    agent, lead, far = site.desk(), site.desk(Role.TEAM_LEAD), site.desk(team="west")
    create(agent)
    comment = {"entity": "comment", "root": "c1"}
    agent.send("create", "n1", {"text": "called"}, **comment)
    at = agent.centre.pull(0, agent.hello().scope).cursor
    row = agent.centre.pull(0, agent.hello().scope).rows[-2]
    assert (
        agent.send("assign", "c1", {"team": "west"}, base=dict(row.versions)).why == "not_allowed"
    )
    assert (
        lead.send("assign", "c1", {"team": "west"}, base=dict(row.versions)).state
        is OpState.APPLIED
    )
    page = agent.centre.pull(at, agent.hello().scope)
    assert set(page.gone) == {("complaint", "c1"), ("comment", "n1")} and not page.rows
    theirs = far.centre.pull(0, far.hello().scope).rows
    assert {("complaint", "c1"), ("comment", "n1")} <= {(r.entity, r.entity_id) for r in theirs}
    # who saw it may still add what was said; to change it is refused, and nothing is told of it
    assert agent.send("create", "n2", {"text": "late"}, **comment).state is OpState.APPLIED
    edit = agent.send("update", "c1", {"text": "x"}, base=dict(row.versions))
    assert (edit.state, edit.why, edit.row) == (OpState.REJECTED, "out_of_scope", None)
    stranger = site.desk(team="north")
    assert stranger.send("create", "n3", {"text": "?"}, **comment).why == "out_of_scope"


def test_an_agent_takes_a_complaint_for_itself_and_gives_none_away(site: Site):
    agent = site.desk()
    base = dict(create(agent).versions)
    assert agent.send("assign", "c1", {"owner": "somebody"}, base=base).why == "not_allowed"
    assert agent.send("update", "c1", {"owner": "somebody"}, base=base).why == "not_allowed"
    assert agent.send("assign", "c1", {"owner": agent.person}).state is OpState.APPLIED


def test_a_poison_op_is_refused_alone(site: Site):
    desk = site.desk()
    good, bad = desk.op("create", "c1", {"text": "a"}), desk.op("create", "c2", {"text": "\x00"})
    more = desk.op("create", "c3", {"text": "b"})
    answers = desk.centre.push([good, bad, more])
    assert [a.state for a in answers] == [OpState.APPLIED, OpState.REJECTED, OpState.APPLIED]
    assert answers[1].why == "refused"


def test_a_damaged_op_is_refused(site: Site):
    desk = site.desk()
    op = dataclasses.replace(desk.op("create", "c1", {"text": "a"}), body_hash="0" * 64)
    [answer] = desk.centre.push([op])
    assert (answer.state, answer.why) == (OpState.REJECTED, "damaged")


def test_a_gap_and_a_used_number_are_refused_and_nothing_of_the_batch_stays(site: Site):
    desk = site.desk()
    desk.op("create", "lost", {})
    with pytest.raises(StoreFault) as caught:
        desk.centre.push([desk.op("create", "c1", {})])
    assert caught.value.key == "centre_gap" and caught.value.params["held"] == "0"
    desk.seq = 0
    create(desk, "c2")
    desk.seq = 0
    with pytest.raises(DeviceCloned):
        desk.centre.push([desk.op("create", "c3", {})])
    assert site.as_owner("SELECT entity_id FROM records.rows WHERE entity = 'complaint'") == [
        ("c2",)
    ]


def test_a_schema_version_outside_the_range_is_refused_and_the_queue_stays(site: Site):
    desk = site.desk()
    with pytest.raises(StoreFault) as caught:
        desk.centre.push([dataclasses.replace(desk.op("create", "c1", {}), schema_version=99)])
    assert caught.value.key == "centre_schema_version"
    assert desk.hello().last_seq == 0


def _seen(connection, desk):
    """What a pull gives now, without the hello that waits for writers."""
    connection.rollback()
    [[page]] = connection.execute("SELECT records.pull(%s, 0, 0, 100)", (desk.centre.device_id,))
    return {row["entity_id"] for row in page["rows"]}


def test_a_slow_writer_is_never_behind_the_cursor(site: Site):
    """With a sequence for a cursor the slow one's row would be lost: here the fast one waits."""
    slow, fast = site.desk(), site.desk()
    op = slow.op("create", "slow", {"text": "a"})
    with site.as_login(slow) as connection:
        sent = psycopg.types.json.Jsonb([dataclasses.asdict(op) | {"device_time": None}])
        connection.execute("SELECT records.push(%s, %s)", (slow.centre.device_id, sent))
        with site.as_login(fast) as other:
            other.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(
                    "SELECT records.push(%s, %s)",
                    (fast.centre.device_id, psycopg.types.json.Jsonb([])),
                )
            assert "slow" not in _seen(other, fast)
        connection.commit()
    seen = fast.centre.pull(0, fast.hello().scope)
    assert "slow" in {r.entity_id for r in seen.rows}


def test_a_restored_centre_is_noticed_and_gets_another_epoch(site: Site):
    desk = site.desk()
    create(desk)
    standing = desk.hello()
    page = desk.centre.pull(0, standing.scope)
    said = {"epoch": standing.epoch, "cursor": page.cursor, "mark": page.mark, "acknowledged": 1}
    assert desk.hello(**said).epoch == standing.epoch
    # an older backup, on which another desk has worked since: the numbers fit, the mark does not
    site.as_owner("DELETE FROM records.rows WHERE entity_id = 'c1'")
    site.as_owner("DELETE FROM records.numbers; DELETE FROM records.roots")
    site.as_owner("DELETE FROM records.ops WHERE device_id = %s", desk.centre.device_id)
    site.as_owner("UPDATE records.counter SET seq = seq - 1")
    site.as_owner(
        "UPDATE records.devices SET last_seq = 0 WHERE device_id = %s", desk.centre.device_id
    )
    create(site.desk(), "c9")
    later = desk.hello(**said | {"acknowledged": 0})
    assert later.epoch != standing.epoch
    again = {"epoch": later.epoch, "cursor": 0, "acknowledged": later.last_seq}
    assert desk.hello(**again).epoch == later.epoch


def test_a_change_of_team_makes_desks_begin_again(site: Site):
    desk, boss = site.desk(), site.boss
    scope = desk.hello().scope
    create(desk)
    with site.as_login(boss) as c:
        c.execute("SELECT records.change_person(%s, NULL, NULL, 'west', NULL)", (desk.person,))
    page = desk.centre.pull(0, scope)
    assert page.restart == desk.hello().scope != scope
    assert "c1" not in {r.entity_id for r in desk.centre.pull(0, page.restart).rows}


def test_a_revoked_desk_is_shut_out_and_says_that_it_wiped_itself(site: Site):
    desk = site.desk()
    with site.as_login(site.boss) as c:
        c.execute("SELECT records.revoke_device(%s, false)", (desk.centre.device_id,))
    for call in (
        lambda: desk.hello(),
        lambda: desk.centre.push([]),
        lambda: desk.centre.pull(0, 0),
    ):
        with pytest.raises(DeviceRevoked):
            call()
    desk.centre.wiped()
    [found] = [d for d in site.boss.centre.status()["desks"] if d["login"] == desk.login]
    assert found["wiped_at"] and found["revoked_at"]


def test_a_closed_person_is_shut_out_at_once(site: Site):
    desk = site.desk()
    with site.as_login(site.boss) as c:
        c.execute("SELECT records.change_person(%s, NULL, NULL, NULL, false)", (desk.person,))
    with pytest.raises(NotPermitted):
        desk.hello()
    with pytest.raises(psycopg.OperationalError):
        site.as_login(desk)


def test_the_last_administrator_stays(site: Site):
    with site.as_login(site.boss) as c, pytest.raises(psycopg.Error, match="last_admin"):
        c.execute("SELECT records.change_person('boss', NULL, 'agent', NULL, NULL)")


def test_a_device_is_one_persons(site: Site):
    mine, yours = site.desk(), site.desk()
    url = site.url_of(yours.login)
    copy = PostgresCentre(url, mine.centre.device_id)
    with pytest.raises(NotPermitted):
        copy.hello({})
    copy.close()


@pytest.mark.parametrize("role", list(Role))
def test_a_login_reads_no_table_and_calls_no_inner_function(site: Site, role: Role):
    desk = site.desk(role)
    create(site.desk(), "c1")
    tables = site.as_owner(
        "SELECT relname FROM pg_class c WHERE relnamespace = 'records'::regnamespace"
        " AND relkind IN ('r', 'p')"
    )
    assert len(tables) > 10
    with site.as_login(desk) as connection:
        connection.autocommit = True
        for (table,) in tables:
            for sql in (f"SELECT * FROM records.{table}", f"DELETE FROM records.{table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.encode())
        for call in (
            "records.next_seq()",
            "records.note(NULL, 'x', 'x', '{}')",
            "records.take_delete('{}')",
            "records.written(NULL, '{}', '{}')",
            "records.tell_person(NULL)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {call}".encode())
        for sql in (
            "SET ROLE workbench_records_owner",
            "SET ROLE workbench_records_keeper",
            "SET SESSION AUTHORIZATION workbench",
            "CREATE TABLE records.mine (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.encode())
        connection.execute("SET ROLE workbench_desk")  # its own group: it stays who it is
        asked = "SELECT records.admit('x', 'x', 'x', 'admin', NULL, 'x')"
        if role is not Role.ADMIN:
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(asked)
            assert caught.value.sqlstate == "WB009"


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMIN])
@pytest.mark.parametrize(
    "call",
    [
        "records.change_person('boss', NULL, NULL, NULL, false)",
        "records.revoke_device(gen_random_uuid(), false)",
        "records.read_audit(0, 10)",
        "records.verify_audit()",
    ],
)
def test_an_administrators_calls_are_nobody_elses(site: Site, role: Role, call: str):
    with site.as_login(site.desk(role)) as connection:
        with pytest.raises(psycopg.Error) as caught:
            connection.execute(f"SELECT {call}".encode())
        assert caught.value.sqlstate == "WB009"


def test_every_right_is_of_the_table_and_what_is_not_in_it_is_refused(site: Site):
    desks = {role: site.desk(role) for role in Role}
    for role, desk in desks.items():
        for n, (entity, kind) in enumerate(
            [
                ("complaint", "create"),
                ("issue", "create"),
                ("person", "update"),
                ("comment", "delete"),
            ]
        ):
            answer = desk.send(kind, f"{role}{n}", {"text": "a"}, entity=entity)
            allowed = (role.value, entity, kind) in RIGHTS
            assert (answer.why == "not_allowed") is not allowed


def test_the_audit_is_only_added_to_and_says_what_was_changed_behind_its_back(site: Site):
    site.desk()
    boss = site.boss.centre
    rows = boss._call("verify_audit")["rows"]
    assert rows == 2  # the first administrator and the desk's person
    for sql in (
        "DELETE FROM records.audit",
        "UPDATE records.audit SET action = 'x'",
        "TRUNCATE records.audit",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            site.as_owner(sql)
    for sql, found in (
        ("UPDATE records.audit SET subject = 'nobody' WHERE seq = 1", "audit_broken"),
        ("DELETE FROM records.audit WHERE seq = 1", "audit_row_missing"),
        ("DELETE FROM records.audit WHERE seq = 2", "audit_cut"),
    ):
        with psycopg.connect(site.url) as forger:  # a superuser who takes the guard away
            forger.execute("SET session_replication_role = replica")
            forger.execute(sql.encode())
            forger.commit()
            with pytest.raises(StoreFault) as caught:
                boss._call("verify_audit")
            assert caught.value.key == found
            forger.execute("DELETE FROM records.audit")
            forger.execute("UPDATE records.audit_head SET seq = 0, hash = repeat('0', 64)")
            forger.commit()
        site.desk(), site.desk()
        assert boss._call("verify_audit")["rows"] == 2


def test_a_desk_that_was_told_the_head_of_the_audit_can_tell_a_new_one(site: Site):
    desk = site.desk()
    seq, head, _ = desk.centre.audit_at(0)
    site.desk()
    assert desk.centre.audit_at(seq)[2] == head
    with psycopg.connect(site.url) as forger:
        forger.execute("SET session_replication_role = replica")
        forger.execute("DELETE FROM records.audit")
        forger.execute("UPDATE records.audit_head SET seq = 0, hash = repeat('0', 64)")
        forger.commit()
    assert desk.centre.audit_at(seq) == (0, "0" * 64, None)
    site.desk(), site.desk(), site.desk()
    assert site.boss.centre.verify_audit() == 3, "by itself the new chain is whole"
    assert desk.centre.audit_at(seq)[2] not in (None, head)


def test_a_desks_audit_is_witnessed_once_and_for_all(site: Site):
    from workbench.domain.sync import hash_of

    desk = site.desk()
    rows, head = [], "0" * 64
    for seq in (1, 2, 3):
        head = hash_of(f"{head}\nentry {seq}")
        rows.append((seq, f"entry {seq}", head))
    assert desk.centre.witness(rows[:2]) == 2
    assert desk.centre.witness(rows) == 3
    for forged in (
        [(3, "entry 3", "f" * 64)],
        [(3, "entry 3", None)],
        [(4, "entry 4", None)],
        [(4, "entry 4", "f" * 64)],
        [(5, "entry 5", hash_of(f"{head}\nentry 5"))],
    ):
        with pytest.raises(AuditForked):
            desk.centre.witness(forged)


def test_contents_go_in_parts_go_on_where_they_broke_off_and_are_proved_whole(site: Site):
    import hashlib

    desk, far = site.desk(), site.desk(team="west")
    create(desk)
    data = bytes(range(256)) * (PART // 100)
    content = hashlib.sha256(data).hexdigest()
    with pytest.raises(StoreFault):
        desk.centre.give_content("f1", content, data)  # before its attachment
    desk.send("create", "f1", {"content": content}, entity="attachment", root="c1")
    desk.centre._call(
        "give_content", desk.centre.device_id, "f1", content, len(data), 3, 1, data[PART : 2 * PART]
    )
    assert desk.centre.take_content(content) is None  # not whole
    desk.centre.give_content("f1", content, data)
    assert desk.centre.take_content(content) == data
    assert far.centre.take_content(content) is None


def test_a_part_that_was_damaged_is_sent_again(site: Site):
    import hashlib

    from workbench.domain.errors import Busy

    desk = site.desk()
    create(desk)
    data = b"x" * (PART + 1)
    content = hashlib.sha256(data).hexdigest()
    desk.send("create", "f1", {"content": content}, entity="attachment", root="c1")
    desk.centre._call(
        "give_content", desk.centre.device_id, "f1", content, len(data), 2, 0, b"y" * PART
    )
    with pytest.raises(Busy):
        desk.centre.give_content("f1", content, data)
    desk.centre.give_content("f1", content, data)
    assert desk.centre.take_content(content) == data


def test_setting_up_again_changes_nothing_and_keeps_all(site: Site):
    desk = site.desk()
    row = create(desk)
    before = site.as_owner("SELECT * FROM records.counter")
    set_up(site.url, RIGHTS, MOVES)
    assert site.as_owner("SELECT * FROM records.counter") == before
    assert (
        desk.send("update", "c1", {"text": "b"}, base=dict(row.versions)).state is OpState.APPLIED
    )


@pytest.mark.parametrize("file", ["1_roles.sql", "3_keeper.sql", "7_metrics.sql"])
def test_a_server_that_ends_a_migration_in_the_middle_leaves_the_version_before(
    site: Site, monkeypatch, file: str
):
    """The backend is terminated while a centre of the version before is brought up to date."""
    desk = site.desk()
    create(desk)
    site.as_owner("DROP TABLE records.personal, records.erased")
    site.as_owner("UPDATE records.alembic_version SET version_num = '0002'")
    run, fired = central_records._run, []

    def cut(connection, name):
        if name == file:
            site.as_owner(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                " AND datname = current_database() AND state = 'idle in transaction'"
            )
            fired.append(name)
        run(connection, name)

    monkeypatch.setattr(central_records, "_run", cut)
    with pytest.raises(Busy):
        set_up(site.url, RIGHTS, MOVES)
    assert fired == [file]
    there = "SELECT version_num, to_regclass('records.erased') FROM records.alembic_version"
    assert site.as_owner(there) == [("0002", None)]
    monkeypatch.undo()
    set_up(site.url, RIGHTS, MOVES)
    assert site.as_owner(there) == [(central_records.HEAD, "records.erased")]
    assert [row.entity_id for row in desk.centre.pull(0, desk.hello().scope).rows][-1] == "c1"


def test_a_newer_centre_is_refused_with_a_sentence(site: Site):
    site.as_owner("UPDATE records.alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFault, match="central_too_new"):
        set_up(site.url, RIGHTS, MOVES)


# who has it open
def test_desks_see_who_else_has_a_complaint_open(site: Site) -> None:
    first, second, far = site.desk(), site.desk(), site.desk(team="west")
    first.send("create", "seen-1", {"number": "C-1", "state": "open", "team": "east"})
    assert first.centre.here("seen-1") == []
    assert second.centre.here("seen-1") == [first.person]
    assert first.centre.here("seen-1") == [second.person]
    assert far.centre.here("seen-1") == [], "another team neither sees nor is seen"
    assert first.centre.here("seen-1") == [second.person]
    second.centre.here(None)
    assert first.centre.here("seen-1") == []


def test_a_desk_that_is_not_heard_of_has_nothing_open(site: Site) -> None:
    first, second = site.desk(), site.desk()
    first.send("create", "seen-2", {"number": "C-2", "state": "open", "team": "east"})
    second.centre.here("seen-2")
    site.as_owner("UPDATE records.presence SET seen_at = now() - interval '2 minutes'")
    assert first.centre.here("seen-2") == []
