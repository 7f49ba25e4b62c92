"""A batch that only adds rows is taken as a whole: with the same result as one by one."""

import json
from typing import Any

import pytest

from tests.centre import Desk, Site
from workbench.domain.people import Role
from workbench.domain.sync import OpState, SentOp

COLUMNS = "entity, entity_id, root, team, fields, versions, deleted"


def born(desk: Desk, name: str, **fields: object) -> SentOp:
    event = {
        "entity": "event",
        "entity_id": f"e-{name}",
        "root": name,
        "body": {"kind": "created", "words": '他说 "不行"\n'},
    }
    body = {"number": f"N-{name}", "state": "open", "text": "甲\t乙"} | fields
    return desk.op("create", name, body, also=[event])


def comment(desk: Desk, name: str, root: str) -> SentOp:
    return desk.op("create", name, {"words": "又来电"}, entity="comment", root=root)


def incident(desk: Desk, name: str) -> SentOp:
    return desk.op("create", name, {"state": "open"}, entity="incident")


def one_by_one(desk: Desk, ops: list[SentOp]) -> list[dict[str, Any]]:
    """As a desk that does not ask for brief answers sends them."""
    sent = [vars(op) | {"device_time": f"{op.device_time.isoformat()}Z"} for op in ops]
    told = desk.centre._call("push", desk.centre.device_id, json.dumps(sent))
    return list(told)


def kept(site: Site, mark: str) -> dict[str, object]:
    """Everything the centre holds of the rows whose ids end so, with the mark taken off."""
    counter = site.as_owner("SELECT seq FROM records.counter")[0][0]
    rows = site.as_owner(
        f"SELECT {COLUMNS}, seq - %s FROM records.rows WHERE entity_id LIKE %s ORDER BY seq",
        counter,
        f"%{mark}",
    )
    ops = site.as_owner(
        "SELECT op_id::text, device_seq, result, detail, payload, body_hash FROM records.ops"
        " WHERE payload LIKE %s ORDER BY device_seq",
        f'%{mark}"%',
    )
    for op in ops:
        assert op[3]["seq"] <= counter
    roots = site.as_owner("SELECT * FROM records.roots WHERE root LIKE %s ORDER BY 1", f"%{mark}")
    numbers = site.as_owner(
        "SELECT * FROM records.numbers WHERE entity_id LIKE %s ORDER BY 1", f"%{mark}"
    )
    names = {op[0]: f"op{n}" for n, op in enumerate(ops)}
    told = json.dumps(
        {
            "rows": rows,
            "ops": [(op[0], op[1], op[2], set(op[3]) == {"seq"}) for op in ops],
            "seqs": [op[3]["seq"] - counter for op in ops],
            "roots": roots,
            "numbers": numbers,
        },
        ensure_ascii=False,
    )
    for op_id, name in names.items():
        told = told.replace(op_id, name)
    return dict(json.loads(told.replace(mark, "")))


@pytest.mark.parametrize(
    "batch",
    [
        lambda d, m: [born(d, f"a{m}")],
        lambda d, m: [born(d, f"a{m}"), born(d, f"b{m}"), comment(d, f"k{m}", f"a{m}")],
        lambda d, m: [born(d, f"a{m}", team="east"), born(d, f"b{m}", team=None)],
        lambda d, m: [incident(d, f"i{m}"), born(d, f"a{m}", number=None)],
    ],
)
def test_it_is_kept_as_if_each_had_come_alone(site: Site, batch) -> None:
    fast, slow = site.desk(Role.TEAM_LEAD), site.desk(Role.TEAM_LEAD)
    slow.centre.push([born(slow, "before")])
    fast.centre.push([born(fast, "earlier")])
    answers = fast.centre.push(batch(fast, "-fast"))
    assert all(answer.as_sent and answer.row is None for answer in answers)
    found = kept(site, "-fast")
    assert found["rows"] and found["ops"] and found["roots"]
    told = one_by_one(slow, batch(slow, "-slow"))
    assert all(each["result"] == "applied" and "as_sent" not in each for each in told)
    assert kept(site, "-slow") == found


def test_what_stands_at_the_centre_already_is_a_root(site: Site) -> None:
    desk = site.desk()
    desk.centre.push([born(desk, "a")])
    [answer] = desk.centre.push([comment(desk, "k", "a")])
    assert answer.as_sent and not answer.as_sent.teamed
    assert site.as_owner("SELECT root, team FROM records.rows WHERE entity_id = 'k'") == [
        ("a", "east")
    ]


def test_it_says_the_team_that_the_centre_gave_and_the_last_seq(site: Site) -> None:
    desk = site.desk(Role.TEAM_LEAD)
    first, second = desk.centre.push([born(desk, "a"), incident(desk, "i")])
    assert (first.as_sent.teamed, first.as_sent.team) == (True, "east")
    assert not second.as_sent.teamed
    seqs = dict(site.as_owner("SELECT entity_id, seq FROM records.rows"))
    assert (first.as_sent.seq, second.as_sent.seq) == (seqs["e-a"], seqs["i"])
    assert seqs["a"] == seqs["e-a"] - 1  # they follow one another
    assert first.upto is None
    assert (second.upto.after, second.upto.cursor) == (seqs["a"] - 1, seqs["i"])
    page = desk.centre.pull(second.upto.cursor, desk.hello().scope)
    assert (page.rows, page.mark) == ((), second.upto.mark)


def wrong_hash(desk: Desk) -> SentOp:
    op = born(desk, "x")
    return SentOp(**(vars(op) | {"body_hash": op.body_hash[::-1]}))


@pytest.mark.parametrize(
    ("odd", "state"),
    [
        (lambda d: born(d, "x", number="N-before"), OpState.APPLIED),  # renamed
        (lambda d: comment(d, "x", "nowhere"), OpState.REJECTED),
        (lambda d: d.op("create", "x", {}, entity="person"), OpState.REJECTED),
        (lambda d: d.op("create", "x", {}, entity="no_such_thing"), OpState.REJECTED),
        (wrong_hash, OpState.REJECTED),
        (lambda d: d.op("update", "before", {"text": "b"}), OpState.CONFLICT),
        (lambda d: born(d, "before"), OpState.APPLIED),  # it is there
        (lambda d: d.op("create", "x\u0000", {}), OpState.REJECTED),
        (lambda d: comment(d, "x", "far"), OpState.REJECTED),  # another team's
    ],
)
def test_one_that_wants_a_closer_look_is_looked_at_and_the_others_are_taken(
    site: Site, odd, state: OpState
) -> None:
    desk, far = site.desk(), site.desk(team="west")
    far.centre.push([born(far, "far")])
    desk.centre.push([born(desk, "before")])
    answers = desk.centre.push([born(desk, "a"), odd(desk), born(desk, "b")])
    assert [answer.state for answer in answers] == [OpState.APPLIED, state, OpState.APPLIED]
    assert all(answer.as_sent is None and answer.upto is None for answer in answers)
    rows = dict(site.as_owner("SELECT entity_id, fields ->> 'number' FROM records.rows"))
    assert (rows["a"], rows["b"], rows["before"]) == ("N-a", "N-b", "N-before")
    assert rows.get("x") not in ("N-before",)


def test_what_came_before_is_not_taken_again(site: Site) -> None:
    desk = site.desk()
    ops = [born(desk, "a"), born(desk, "b")]
    desk.centre.push(ops)
    before = site.as_owner("SELECT * FROM records.rows ORDER BY seq")
    again = desk.centre.push([*ops, born(desk, "c")])
    assert [answer.duplicate for answer in again] == [True, True, False]
    after = site.as_owner("SELECT * FROM records.rows ORDER BY seq")
    assert after[: len(before)] == before and len(after) == len(before) + 2


def test_one_of_another_s_name_among_them_is_refused(site: Site) -> None:
    lead, other = site.desk(Role.TEAM_LEAD), site.desk(Role.TEAM_LEAD)
    site.as_owner("INSERT INTO records.rights VALUES ('team_lead', 'review', 'create')")
    for reviewer, state in ((other, OpState.REJECTED), (lead, OpState.APPLIED)):
        body = {"reviewer": reviewer.person}
        batch = [
            born(lead, f"a-{reviewer.person}"),
            lead.op("create", f"r-{reviewer.person}", body, entity="review"),
        ]
        [_, answer] = lead.centre.push(batch)
        assert answer.state is state
    [[kept_as]] = site.as_owner(
        "SELECT fields ->> 'reviewer' FROM records.rows WHERE entity = 'review'"
    )
    assert kept_as == lead.person


def test_one_number_twice_in_a_batch_makes_two_numbers(site: Site) -> None:
    desk = site.desk()
    batch = [born(desk, "a", number="N"), born(desk, "b", number="N")]
    assert {answer.state for answer in desk.centre.push(batch)} == {OpState.APPLIED}
    rows = dict(
        site.as_owner(
            "SELECT entity_id, fields ->> 'number' FROM records.rows WHERE entity = 'complaint'"
        )
    )
    assert rows["a"] == "N" and rows["b"].startswith("N-")
