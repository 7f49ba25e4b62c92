"""Merge and split, and both put back later."""

import pytest

from tests.complaint_desk import Office
from workbench.domain.complaint import State
from workbench.domain.complaint_parts import EventKind
from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.work_queue import ListQuery


def listed(office: Office) -> set[str]:
    return {c.number for c in office["li"].lists.page(ListQuery()).rows}


def test_a_merged_complaint_leaves_the_lists_and_comes_back_with_all_it_had(office) -> None:
    part, whole = office.log(), office.log()
    office["zhang"].talk.comment(part.number, "旧备注")
    office["zhang"].life.move(part.number, State.WAITING, why="等资料")
    link = office["li"].joins.merge(part.number, whole.number, "同一件事")
    assert listed(office) == {whole.number}
    assert office.get(part).merged_into == whole.complaint_id
    with pytest.raises(BadInput, match="complaint_merged"):
        office["zhang"].life.move(part.number, State.IN_PROGRESS)
    for each in (part, whole):
        assert office["li"].life.history(each.number)[-1].kind is EventKind.MERGED
        assert office["li"].joins.links(each.number) == [link]

    office.wait(days=200)
    office["zhang"].talk.comment(whole.number, "后来的备注")
    office["li"].joins.undo(link.link_id, "其实是两件事")
    assert listed(office) == {part.number, whole.number}
    back = office.get(part)
    assert (back.merged_into, back.state) == (None, State.WAITING)
    assert [c.words for c in office["li"].talk.comments(part.number)] == ["旧备注"]
    assert [c.words for c in office["li"].talk.comments(whole.number)] == ["后来的备注"]
    (undone,) = office["li"].joins.links(part.number)
    assert (undone.undone_by, undone.undone_at) == ("li", office.now)
    with pytest.raises(BadInput, match="link_undone"):
        office["li"].joins.undo(link.link_id)


def test_nothing_is_merged_with_itself_or_through_another(office: Office) -> None:
    a, b, c = office.log(), office.log(), office.log()
    joins = office["li"].joins
    with pytest.raises(BadInput, match="merge_self"):
        joins.merge(a.number, a.number, "x")
    with pytest.raises(BadInput, match="join_needs_why"):
        joins.merge(a.number, b.number, " ")
    joins.merge(a.number, b.number, "x")
    for pair in ((a, c), (c, a), (b, a)):
        with pytest.raises(BadInput, match="complaint_merged"):
            joins.merge(pair[0].number, pair[1].number, "x")
    with pytest.raises(NotPermitted):
        office["zhang"].joins.merge(c.number, b.number, "x")


def test_a_split_is_a_complaint_of_its_own_of_the_same_customer_and_time(office: Office) -> None:
    whole = office.resolved()
    office.wait(days=3)
    made = office["li"].joins.split(whole.number, "另一件：要求删除信息", "两件事")
    assert made.number not in (whole.number,) and listed(office) == {whole.number, made.number}
    assert (made.customer_ref, made.received_at) == (whole.customer_ref, whole.received_at)
    assert (made.state, made.resolution, made.created_at) == (State.OPEN, None, office.now)
    assert office.get(whole).description == "白条开不了"
    (link,) = office["li"].joins.links(made.number)
    office["li"].joins.undo(link.link_id)
    assert listed(office) == {whole.number}
    assert office.get(made).merged_into == whole.complaint_id


def test_a_merge_and_its_undo_are_whole_in_audit_and_ops(office: Office) -> None:
    part, whole = office.log(), office.log()
    before = office.records.verify_audit()
    link = office["li"].joins.merge(part.number, whole.number, "同一件事")
    office["li"].joins.undo(link.link_id)
    assert office.records.verify_audit() == before + 4
