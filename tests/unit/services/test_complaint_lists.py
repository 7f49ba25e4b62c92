"""Queues, pages, views, presence and measures of complaints."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from tests.complaint_desk import KEY, START, WITNESS, Office
from tests.ui.fakes import complaint
from workbench.domain.complaint import UNSETTLED, Severity, Source, State
from workbench.domain.errors import BadInput
from workbench.domain.work_queue import ListQuery, Queue, SortBy
from workbench.storage import complaints
from workbench.storage.complaints import page_statements
from workbench.storage.models import ComplaintRow
from workbench.storage.records import SqlRecords


def numbers(office: Office, who: str, which: Queue) -> list[str]:
    lists = office[who].lists
    return [c.number for c in lists.page(lists.queue(which)).rows]


def test_each_queue_holds_its_own_and_the_nearest_deadline_comes_first(office: Office) -> None:
    late, soon, free, waiting, gone = (office.log() for _ in range(5))
    for each, hours in ((late, 100), (soon, 2)):
        office["li"].life.assign(each.number, "zhang")
        with office.records.unit_of_work() as uow:
            due = office.now + timedelta(hours=hours)
            uow.complaints.change(replace(office.get(each), due_at=due))
            uow.commit()
    office["li"].life.assign(waiting.number, "wang")
    office["wang"].life.move(waiting.number, State.WAITING, why="等资料")
    office["zhang"].life.move(gone.number, State.WITHDRAWN, why="客户撤诉")
    assert numbers(office, "zhang", Queue.MINE) == [soon.number, late.number]
    assert numbers(office, "wang", Queue.TEAM) == [waiting.number]
    assert numbers(office, "li", Queue.UNASSIGNED) == [free.number]
    assert numbers(office, "li", Queue.BREACHING) == [soon.number]
    assert numbers(office, "li", Queue.WAITING) == [waiting.number]
    assert numbers(office, "qian", Queue.TEAM) == [], "who has no team has none"
    assert office["zhang"].lists.counts() == {
        Queue.MINE: 2, Queue.TEAM: 2, Queue.UNASSIGNED: 1, Queue.BREACHING: 1, Queue.WAITING: 1
    }  # fmt: skip


def test_drafts_are_listed_to_who_wrote_them(office: Office) -> None:
    intake = office.intake("zhang")
    kept = intake.save_draft(intake.draft_from(None))
    drafts = ListQuery(states=(State.DRAFT,))
    assert [c.number for c in office["zhang"].lists.page(drafts).rows] == [kept.number]
    assert office["wang"].lists.page(drafts).rows == ()
    assert office["zhang"].lists.page(ListQuery()).rows == ()
    with pytest.raises(BadInput, match="drafts_alone"):
        office["wang"].lists.page(ListQuery(states=(State.DRAFT, State.OPEN)))


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from([State.OPEN, State.CLOSED]),
            "severity": st.sampled_from(list(Severity)),
            "source": st.sampled_from(list(Source)),
            "owner": st.sampled_from([None, "zhang", "wang"]),
            "cause": st.sampled_from([None, "high_debt", "ineligible"]),
            "due_at": st.sampled_from([None, START, START + timedelta(days=1)]),
            "created_at": st.sampled_from([START, START + timedelta(days=1)]),
        }
    ),
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.sampled_from(list(SortBy)), st.booleans(), st.integers(1, 4), st.booleans())
def test_pages_put_together_are_the_whole_list_in_order(
    tmp_path_factory, rows, sort, descending, limit, open_only
) -> None:
    records = SqlRecords(tmp_path_factory.mktemp("p") / "records.db", KEY, WITNESS)
    made = [complaint(n, **row) for n, row in enumerate(rows)]
    query = ListQuery(
        states=(State.OPEN,) if open_only else (), sort=sort, descending=descending, limit=limit
    )
    with records.unit_of_work() as uow:
        for each in made:
            uow.complaints.add(each)
        uow.commit()
        found, after = [], None
        for _ in range(len(made) + 1):
            page = uow.complaints.page(replace(query, after=after))
            found += page.rows
            after = page.after
            if after is None:
                break
        assert uow.complaints.count(query) == len(found)
    records.close()

    rank = list(Severity).index
    kept = [c for c in made if not open_only or c.state is State.OPEN]

    def key(c):
        value = getattr(c, sort.value)
        return (rank(value) if sort is SortBy.SEVERITY else value, c.number)

    valued = [c for c in kept if getattr(c, sort.value) is not None]
    blank = [c for c in kept if getattr(c, sort.value) is None]
    expected = sorted(valued, key=key, reverse=descending)
    expected += sorted(blank, key=lambda c: c.number, reverse=descending)
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", list(SortBy))
def test_a_page_of_any_order_is_read_along_an_index_and_not_sorted(office, sort, descending):
    first = ListQuery(sort=sort, descending=descending, limit=2)
    for _ in range(4):
        office.log()
    rows = office["li"].lists.page(first)
    for query in (first, replace(first, after=rows.after)):
        for plan in plans(office, query, frozenset()):
            assert "TEMP B-TREE" not in plan
            assert "USING INDEX" in plan


@pytest.mark.parametrize(
    "query",
    [
        ListQuery(states=(State.CLOSED,)),
        ListQuery(team="north", sort=SortBy.SEVERITY),
        ListQuery(causes=("high_debt",), sources=("letter",), owner="zhang", sort=SortBy.UPDATED),
        ListQuery(states=UNSETTLED, due_before=START, sort=SortBy.DUE, descending=False),
    ],
)
def test_what_many_rows_pass_is_read_in_the_order_of_the_list(office, query) -> None:
    for plan in plans(office, query, frozenset()):
        assert "TEMP B-TREE" not in plan and "USING INDEX" in plan


@pytest.mark.parametrize("name", ["state", "owner", "team", "cause", "source"])
def test_what_few_rows_pass_is_looked_up(office: Office, name: str) -> None:
    query = ListQuery((State.REOPENED,), "zhang", "north", causes=("x",), sources=("letter",))
    for plan in plans(office, query, frozenset({name})):
        assert f"USING INDEX ix_complaints_{name}_" in plan


@pytest.mark.parametrize("which", [Queue.MINE, Queue.TEAM, Queue.UNASSIGNED])
def test_a_persons_and_a_teams_queue_are_looked_up(office: Office, which: Queue) -> None:
    for plan in plans(office, office["zhang"].lists.queue(which), frozenset({"owner", "team"})):
        assert "SEARCH complaints USING INDEX" in plan


def test_whether_few_pass_is_found_by_asking(office: Office, monkeypatch) -> None:
    monkeypatch.setattr(complaints, "_FEW", 2)
    for owner in ("zhang", "zhang", "wang", None, None, None):
        made = office.log()
        if owner:
            office["li"].life.assign(made.number, owner)
    with office.records.unit_of_work() as uow:
        ask = uow.complaints._telling
        assert ask(ListQuery(owner="zhang", states=(State.OPEN,))) == {"owner"}
        assert ask(ListQuery(unassigned=True, states=(State.CLOSED,))) == {"state"}
        assert ask(ListQuery()) == frozenset()


@pytest.mark.parametrize("which", list(Queue))
def test_a_queue_is_counted_from_an_index_alone(office: Office, which: Queue) -> None:
    query = office["zhang"].lists.queue(which)
    count = sa.select(sa.func.count()).select_from(ComplaintRow).where(*complaints._narrowed(query))
    assert "USING COVERING INDEX" in plan_of(office, count)


def plans(office: Office, query: ListQuery, telling: frozenset[str]) -> list[str]:
    return [plan_of(office, each.limit(3)) for each in page_statements(query, telling)]


def plan_of(office: Office, statement) -> str:
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with office.records.engine.connect() as connection:
        rows = connection.execute(sa.text(f"EXPLAIN QUERY PLAN {compiled}")).all()
    return " | ".join(row[3] for row in rows)


def test_a_saved_view_comes_back_as_it_was_without_its_place(office: Office) -> None:
    query = ListQuery(
        states=(State.OPEN,), severities=(Severity.HIGH,), causes=("high_debt",),
        due_before=START, sort=SortBy.DUE, descending=False, limit=50,
    )  # fmt: skip
    office["zhang"].lists.save_view("急件", query)
    assert office["wang"].lists.views() == ["急件"]
    assert office["wang"].lists.view("急件") == query
    office["zhang"].lists.delete_view("急件")
    with pytest.raises(BadInput, match="no_such_view"):
        office["zhang"].lists.view("急件")


def test_who_else_has_it_open_is_told_until_they_leave_or_fall_silent(office: Office) -> None:
    made = office.log().complaint_id
    zhang, li = office["zhang"].lists, office["li"].lists
    assert zhang.open(made) == ()
    assert [p.person_id for p in li.open(made)] == ["zhang"]
    assert [p.person_id for p in zhang.open(made)] == ["li"]
    li.leave(made)
    assert zhang.open(made) == ()
    office.wait(minutes=2)
    assert li.open(made) == (), "a program that died says nothing any more"


def test_the_measures_are_means_and_shares_by_cause(office: Office) -> None:
    first, second = office.log(), office.log()
    office.log(received_at=datetime(2020, 1, 1))
    office.wait(hours=1)
    from workbench.domain.complaint import ResolutionKind
    from workbench.domain.complaint_parts import Audience

    office["zhang"].talk.comment(first.number, "您好", Audience.CUSTOMER)
    office.wait(hours=2)
    for each, again in ((first, True), (second, False)):
        life = office["zhang"].life
        life.move(each.number, State.RESOLVED, resolution="好了", kind=ResolutionKind.EXPLAINED)
        if again:
            life.move(each.number, State.REOPENED, why="不满意")
    office["zhang"].life.rate(second.number, 4)
    (row,) = office["li"].lists.measures(START, START + timedelta(days=1))
    assert (row.cause, row.received, row.answered, row.resolved) == ("thin_credit_history", 2, 1, 1)
    assert row.hours_to_answer == pytest.approx(1)
    assert row.hours_to_resolve == pytest.approx(3)
    assert (row.reopen_rate, row.rated, row.satisfaction) == (0.5, 1, 4)


def test_words_narrow_a_queue_like_every_other_filter(office: Office) -> None:
    first, second = office.log(), office.log()
    lists = office["zhang"].lists
    found = lists.page(replace(lists.queue(Queue.UNASSIGNED), text=f" {first.number} "))
    assert [c.number for c in found.rows] == [first.number]
    assert lists.count(ListQuery(text=second.number)) == 1
    assert lists.page(ListQuery(text="%")).rows == (), "what is typed is no pattern"
