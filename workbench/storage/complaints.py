"""Complaints in the records database: stored, found, listed a page at a time, counted."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workbench.domain.complaint import (
    Complaint,
    ComplaintFilter,
    ComplaintPage,
    Demand,
    Experience,
    Reputation,
    ResolutionKind,
    Severity,
    Source,
    State,
)
from workbench.domain.errors import Busy
from workbench.domain.search_words import Snippet, match
from workbench.domain.times import to_local
from workbench.domain.told import Told
from workbench.domain.work_queue import CauseGroup, ListPage, ListQuery, Measures, Place, SortBy
from workbench.storage.models import ComplaintRow
from workbench.storage.search import snippets
from workbench.storage.work import Work, storable

_CODED = {
    "state": State,
    "source": Source,
    "demand": Demand,
    "severity": Severity,
    "experience": Experience,
    "resolution_kind": ResolutionKind,
}
_LISTS = {"attempt_ids": str, "products": str, "reputation": Reputation}
SEVERITY_RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(Severity)}
_FIELDS = tuple(c.name for c in ComplaintRow.__table__.columns if c.name != "severity_rank")


_FEW = 5_000
_MANY = 60_000
_BEGINNING = re.compile(r'[^" ]{2}"[*]')  # of a word: asked of one row the index would look at all


class SqlComplaints:
    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, complaint: Complaint) -> None:
        """Raises Busy if another process has meanwhile added the same one."""
        session = self._work.writing()
        session.add(ComplaintRow(**stored(complaint)))
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            self._work.rollback()
            raise Busy("records_changed") from error

    def change(self, complaint: Complaint) -> None:
        """Put the complaint in the place of the stored one."""
        values = stored(complaint)
        key = values.pop("complaint_id")
        self._work.writing().execute(
            sa.update(ComplaintRow).where(ComplaintRow.complaint_id == key).values(**values)
        )

    def to_change(self, complaint_id: str) -> Complaint | None:
        """As ``get``, after which nobody else writes until this work ends."""
        self._work.writing()
        return self.get(complaint_id)

    def get(self, complaint_id: str) -> Complaint | None:
        row = self._work.reading().scalar(
            sa.select(ComplaintRow)
            .where(
                sa.or_(
                    ComplaintRow.complaint_id == complaint_id, ComplaintRow.number == complaint_id
                )
            )
            .execution_options(populate_existing=True)
        )
        return _complaint(row) if row else None

    def find(self, where: ComplaintFilter) -> ComplaintPage:
        session = self._work.reading()
        conditions = _conditions(where)
        if where.text.strip():
            conditions.append(_having(where.text, self._spread(where.text)))
        rows = session.scalars(
            sa.select(ComplaintRow)
            .where(*conditions)
            .order_by(ComplaintRow.created_at.desc(), ComplaintRow.number.desc())
            .limit(where.limit)
            .offset(where.offset)
        ).all()
        if len(rows) < where.limit and (rows or not where.offset):
            total = where.offset + len(rows)  # the page ended the list: no second search
        else:
            if where.text.strip():
                conditions[-1] = _having(where.text, 0)
            count = sa.select(sa.func.count()).select_from(ComplaintRow).where(*conditions)
            total = session.scalar(count) or 0
        return ComplaintPage(tuple(map(_complaint, rows)), total)

    def page(self, query: ListQuery) -> ListPage:
        """The next rows of a list. Each statement reads along one index and stops."""
        session, rows = self._work.reading(), []
        spread = self._spread(query.text)
        for statement in page_statements(query, self._telling(query, spread), spread):
            if len(rows) <= query.limit:
                rows += session.scalars(statement.limit(query.limit + 1 - len(rows))).all()
        shown = rows[: query.limit]
        last = shown[-1] if len(rows) > query.limit else None
        after = Place(getattr(last, _column(query.sort).key), last.number) if last else None
        return ListPage(tuple(map(_complaint, shown)), after)

    def highlights(self, text: str, complaint_ids: Collection[str]) -> dict[str, Snippet]:
        """Where the complaints of a page have the words that were searched."""
        return snippets(self._work.reading(), text, complaint_ids)

    def _spread(self, text: str) -> int:
        """In how many complaints the words are; counted as far as it makes a difference."""
        asked = match(text)
        if asked is None:
            return 0
        counted = sa.text(
            "SELECT count(*) FROM (SELECT 1 FROM complaint_search"
            " WHERE complaint_search MATCH :asked LIMIT :most)"
        )
        most = {"asked": asked, "most": _MANY + 1}
        return self._work.reading().scalar(counted, most) or 0

    def _telling(self, query: ListQuery, spread: int = _MANY) -> frozenset[str]:
        """The filters that a few rows alone pass: looked up and sorted those are soonest read.
        Where none tells so much the list is read in its order until the page is full."""
        if query.text.strip() and spread <= _FEW:
            return frozenset()  # the words alone tell most
        found = set()
        for name, condition in _filters(query).items():
            if name in _LOOKED_UP:
                some = sa.select(sa.literal(1)).select_from(ComplaintRow).where(condition)
                few = sa.select(sa.func.count()).select_from(some.limit(_FEW + 1).subquery())
                if (self._work.reading().scalar(few) or 0) <= _FEW:
                    found.add(name)
        return frozenset(found)

    def count(self, query: ListQuery) -> int:
        conditions = _narrowed(query)
        if query.text.strip():
            conditions.append(_having(query.text, 0))  # all are wanted: looked up in order
        statement = sa.select(sa.func.count()).select_from(ComplaintRow).where(*conditions)
        return self._work.reading().scalar(statement) or 0

    def measures(self, start: datetime, end: datetime) -> list[Measures]:
        found = self._work.reading().execute(MEASURES, {"start": start, "end": end})
        return [Measures(**row) for row in found.mappings()]

    def groups(self, since: datetime, least: int) -> list[CauseGroup]:
        found = self._work.reading().execute(_GROUPS, {"since": since, "least": least})
        return [CauseGroup(**row) for row in found.mappings()]

    def with_reason(self, since: datetime) -> list[tuple[str, str, int]]:
        """(month as '2026-11', reason code, complaints) of those that came with a reason."""
        month = sa.func.strftime("%Y-%m", ComplaintRow.created_at, "+8 hours")
        query = (
            sa.select(month, ComplaintRow.reason_code, sa.func.count())
            .where(
                ComplaintRow.reason_code.is_not(None),
                ComplaintRow.created_at >= since,
                ComplaintRow.state != State.DRAFT.value,
            )
            .group_by(month, ComplaintRow.reason_code)
        )
        return [(m, code, n) for m, code, n in self._work.reading().execute(query)]

    def texts(self, since: datetime | None, limit: int, offset: int) -> list[tuple[str, str]]:
        """(id, description) of those written from ``since`` on (None: of all), newest first."""
        query = sa.select(ComplaintRow.complaint_id, ComplaintRow.description).where(
            ComplaintRow.description != "", ComplaintRow.state != State.DRAFT.value
        )
        if since is None:
            query = query.order_by(ComplaintRow.created_at.desc())
        else:
            query = query.where(ComplaintRow.updated_at >= since)
        rows = self._work.reading().execute(query.limit(limit).offset(offset))
        return [(complaint_id, text) for complaint_id, text in rows]

    def told(self, since: datetime | None = None) -> list[Told]:
        row = ComplaintRow
        at = sa.func.coalesce(row.received_at, row.created_at, type_=sa.DateTime)
        query = sa.select(
            row.complaint_id, row.number, at, row.cause, row.symptom, row.attempt_id, row.demand,
            row.resolution_kind, row.competitor, row.description,
        ).where(row.state != State.DRAFT.value, row.merged_into.is_(None))  # fmt: skip
        if since is not None:
            query = query.where(at >= since)
        found = self._work.reading().execute(query.order_by(at, row.number))
        return [Told(*values) for values in found]

    def next_number(self, at: datetime) -> str:
        """One more than the day's highest; nobody else can take it before this work ends."""
        day = f"C-{to_local(at):%Y%m%d}-"
        of_day = sa.select(ComplaintRow.number).where(
            ComplaintRow.number >= day, ComplaintRow.number < f"{day[:-1]}."
        )
        session = self._work.writing()
        highest = session.scalar(of_day.order_by(ComplaintRow.number.desc()).limit(1))
        if highest and _serial(highest) >= 9999:  # from here on text order is not number order
            longest = sa.func.length(ComplaintRow.number).desc()
            highest = session.scalar(of_day.order_by(longest, ComplaintRow.number.desc()).limit(1))
        return f"{day}{_serial(highest) + 1 if highest else 1:04d}"


def page_statements(
    query: ListQuery, telling: frozenset[str], spread: int = 0
) -> Sequence[sa.Select[Any]]:
    """Rows with a value in the order asked for, then those without one. Filters that are not
    ``telling`` are hidden from the indexes."""
    column, number, after = _column(query.sort), ComplaintRow.number, query.after
    by_number = number.desc() if query.descending else number.asc()
    base = sa.select(ComplaintRow).where(*_narrowed(query, telling))
    if query.text.strip():
        base = base.where(_having(query.text, spread))
    statements = []
    if after is None or after.value is not None:
        order = (column.desc() if query.descending else column.asc(), by_number)
        valued = base.where(column.is_not(None)).order_by(*order)
        if after is not None:
            here, there = sa.tuple_(column, number), sa.tuple_(after.value, after.number)
            valued = valued.where(here < there if query.descending else here > there)
        statements.append(valued)
    if column.nullable:
        blank = base.where(column.is_(None)).order_by(by_number)
        if after is not None and after.value is None:
            blank = blank.where(
                number < after.number if query.descending else number > after.number
            )
        statements.append(blank)
    return statements


def _column(sort: SortBy) -> Any:
    name = "severity_rank" if sort is SortBy.SEVERITY else sort.value
    return ComplaintRow.__table__.c[name]


_LOOKED_UP = {"state", "owner", "team", "cause", "source"}


def _narrowed(
    query: ListQuery, telling: frozenset[str] | None = None
) -> list[sa.ColumnElement[bool]]:
    """None: as the database thinks best."""
    hidden = _LOOKED_UP - telling if telling is not None else set()
    if telling and not telling.isdisjoint({"owner", "team"}):
        hidden -= {"state"}  # the next column of the indexes of both
    merged = ComplaintRow.merged_into.is_(None)
    drafts = [] if query.states else [ComplaintRow.state != State.DRAFT.value]
    return [merged, *drafts, *_filters(query, hidden).values()]


def _filters(query: ListQuery, hidden: Collection[str] = ()) -> dict[str, sa.ColumnElement[bool]]:
    """The conditions by the column that they are about."""

    def column(name: str) -> Any:
        plain = ComplaintRow.__table__.c[name]
        return plain.concat("") if name in hidden else plain  # no index is on an expression

    found: dict[str, sa.ColumnElement[bool]] = {}
    for name, values in (
        ("state", [s.value for s in query.states]),
        ("cause", query.causes),
        ("severity", [s.value for s in query.severities]),
        ("source", query.sources),
    ):
        if values:
            found[name] = column(name).in_(values)
    if query.reason_code is not None:
        found["reason_code"] = column("reason_code") == query.reason_code
    if query.unassigned:
        found["owner"] = column("owner").is_(None)
    elif query.owner is not None:
        found["owner"] = column("owner") == query.owner
    if query.team is not None:
        found["team"] = column("team") == query.team
    if query.due_before is not None:
        found["due_at"] = column("due_at") < query.due_before
    received = [
        *([column("received_at") >= query.received_from] if query.received_from else []),
        *([column("received_at") < query.received_before] if query.received_before else []),
    ]
    if received:
        found["received_at"] = sa.and_(*received)
    if query.drafts_of is not None:
        found["created_by"] = column("created_by") == query.drafts_of
    return found


def _having(text: str, spread: int) -> sa.ColumnElement[bool]:
    """Complaints with these words: few are looked up, of many a set is made against which the list
    is read, and where most have them each row of the list is asked."""
    asked = match(text)
    if asked is None:
        return sa.false()
    if spread <= _FEW:
        condition = (
            "complaints.complaint_id IN (SELECT d.complaint_id FROM complaint_search"
            " CROSS JOIN search_docs d ON d.doc = complaint_search.rowid WHERE complaint_search MATCH :asked)"
        )
    elif spread <= _MANY or _BEGINNING.search(asked):
        condition = (
            "(SELECT d.doc FROM search_docs d WHERE d.complaint_id = complaints.complaint_id)"
            " IN (SELECT rowid FROM complaint_search WHERE complaint_search MATCH :asked)"
        )
    else:
        condition = (
            "EXISTS (SELECT 1 FROM search_docs d CROSS JOIN complaint_search"
            " WHERE d.complaint_id = complaints.complaint_id AND complaint_search.rowid = d.doc"
            " AND complaint_search MATCH :asked)"
        )
    return sa.text(condition).bindparams(asked=asked)


_GROUPS = (
    sa.text("""
    SELECT cause, reason_code, count(DISTINCT coalesce(customer_ref, complaint_id)) AS customers,
        count(*) AS complaints, sum(state IN ('open', 'in_progress', 'waiting', 'escalated',
            'reopened')) AS open,
        min(received_at) AS first_at, max(received_at) AS last_at
    FROM complaints
    WHERE state NOT IN ('draft', 'withdrawn') AND cause IS NOT NULL AND received_at >= :since
    GROUP BY cause, reason_code
    HAVING customers >= :least
    ORDER BY customers DESC, cause, reason_code
""")
    .bindparams(sa.bindparam("since", type_=sa.DateTime))
    .columns(first_at=sa.DateTime, last_at=sa.DateTime)
)


# the one definition of the closed-loop measures; a complaint merged into another counts there
MEASURES = sa.text("""
    SELECT cause,
        count(*) AS received,
        count(first_answer_at) AS answered,
        avg((julianday(first_answer_at) - julianday(received_at)) * 24) AS hours_to_answer,
        count(resolved_at) AS resolved,
        avg((julianday(resolved_at) - julianday(received_at)) * 24) AS hours_to_resolve,
        sum(CASE WHEN reopenings > 0 THEN 1.0 ELSE 0 END)
            / nullif(sum(CASE WHEN reopenings > 0 OR resolved_at IS NOT NULL THEN 1 END), 0)
            AS reopen_rate,
        count(satisfaction) AS rated,
        avg(satisfaction) AS satisfaction,
        coalesce(sum(lost_revenue_fen), 0) AS lost_revenue_fen,
        sum(CASE WHEN reputation IS NOT NULL AND reputation NOT IN ('[]', 'null') THEN 1 ELSE 0 END)
            AS public
    FROM complaints
    WHERE state <> 'draft' AND merged_into IS NULL
        AND received_at >= :start AND received_at < :end
    GROUP BY cause
    ORDER BY received DESC, cause
""").bindparams(sa.bindparam("start", type_=sa.DateTime), sa.bindparam("end", type_=sa.DateTime))


def _serial(number: str) -> int:
    return int(number.rpartition("-")[2])


def _conditions(where: ComplaintFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if where.states:
        conditions.append(ComplaintRow.state.in_([s.value for s in where.states]))
    else:
        conditions.append(ComplaintRow.state != State.DRAFT.value)
    if where.customer_ref is not None:
        conditions.append(ComplaintRow.customer_ref == where.customer_ref)
    if where.attempt_id is not None:
        conditions.append(ComplaintRow.attempt_id == where.attempt_id)
    return conditions


def stored(complaint: Complaint) -> dict[str, Any]:
    """The row of a complaint, by column."""
    values: dict[str, Any] = storable(vars(complaint))
    return values | {"severity_rank": SEVERITY_RANK.get(complaint.severity, 1)}


def _complaint(row: ComplaintRow) -> Complaint:
    values = {name: getattr(row, name) for name in _FIELDS}
    for name, kind in _CODED.items():
        if values[name] is not None:
            values[name] = _word(kind, values[name])
    for name, each in _LISTS.items():
        values[name] = tuple(_word(each, value) for value in values[name])
    return Complaint(**values)


def _word(kind: type[str], value: str) -> str:
    """A word that a newer desk wrote stays as it is: it is shown, and lost on no way back."""
    try:
        return kind(value)
    except ValueError:
        return value
