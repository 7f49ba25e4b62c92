"""Draws of calls, reviews and answers in the records database."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workbench.domain.complaint import State
from workbench.domain.review import Call, Draw, Drawn, DrawRule, Review, ReviewAnswer, Stratum
from workbench.storage.models import ComplaintRow, DrawRow, ReviewAnswerRow, ReviewRow
from workbench.storage.work import Work, storable

_AT_ONCE = 500  # names in one statement
_REVIEW = tuple(ReviewRow.__table__.columns.keys())
_ANSWER = tuple(ReviewAnswerRow.__table__.columns.keys())


class SqlReviews:
    """Satisfies services.ports.Reviews."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def hold(self) -> None:
        self._work.writing()

    def calls(self, start: datetime, end: datetime) -> list[Call]:
        these = (ComplaintRow.created_at >= start, ComplaintRow.created_at < end)
        return self._calls(*these)

    def call(self, ref: str) -> Call | None:
        found = self._calls(sa.or_(ComplaintRow.complaint_id == ref, ComplaintRow.number == ref))
        return found[0] if found else None

    def _calls(self, *these: Any) -> list[Call]:
        c = ComplaintRow
        first = (
            sa.select(c.created_by, sa.func.min(c.created_at).label("at"))
            .group_by(c.created_by)
            .subquery()
        )
        query = (
            sa.select(
                c.complaint_id, c.number, c.created_by, c.cause, c.created_at, first.c.at,
                c.severity, c.reputation, c.reopenings, c.satisfaction,
            )
            .join(first, first.c.created_by == c.created_by)
            .where(c.state != State.DRAFT, c.merged_into.is_(None), *these)
            .order_by(c.created_at, c.complaint_id)
        )  # fmt: skip
        rows = self._work.reading().execute(query)
        return [Call(*row[:7], bool(row[7]), *row[8:]) for row in rows]

    # draws
    def put_draw(self, draw: Draw) -> None:
        calls = [asdict(d) | {"at": d.at.isoformat()} for d in draw.calls]
        self._merge(DrawRow(**storable(vars(draw) | {"calls": calls})))

    def draws(self) -> list[Draw]:
        query = sa.select(DrawRow).order_by(DrawRow.at.desc(), DrawRow.draw_id)
        return [_draw(row) for row in self._work.reading().scalars(query)]

    def draw(self, draw_id: str) -> Draw | None:
        row = self._work.reading().get(DrawRow, draw_id)
        return _draw(row) if row else None

    # reviews
    def get(self, review_id: str) -> Review | None:
        row = self._work.reading().get(ReviewRow, review_id, populate_existing=True)
        return _review(row) if row else None

    def of(
        self,
        *,
        agent: str | None = None,
        complaint_ids: Collection[str] | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Review]:
        query = sa.select(ReviewRow).order_by(ReviewRow.at.desc(), ReviewRow.review_id)
        if agent is not None:
            query = query.where(ReviewRow.agent == agent)
        if start is not None:
            query = query.where(ReviewRow.at >= start)
        if end is not None:
            query = query.where(ReviewRow.at < end)
        if complaint_ids is None:
            return [_review(row) for row in self._work.reading().scalars(query)]
        found: list[Review] = []
        for some in _parted(complaint_ids):
            own = query.where(ReviewRow.complaint_id.in_(some))
            found += [_review(row) for row in self._work.reading().scalars(own)]
        return found

    def put(self, review: Review) -> None:
        self._merge(ReviewRow(**storable(vars(review))))

    # answers
    def answers(self, review_ids: Collection[str]) -> list[ReviewAnswer]:
        found: list[ReviewAnswer] = []
        for some in _parted(review_ids):
            query = sa.select(ReviewAnswerRow).where(ReviewAnswerRow.review_id.in_(some))
            rows = self._work.reading().scalars(query)
            found += [ReviewAnswer(**{n: getattr(row, n) for n in _ANSWER}) for row in rows]
        return sorted(found, key=lambda answer: (answer.at, answer.answer_id))

    def add_answer(self, answer: ReviewAnswer) -> None:
        self._merge(ReviewAnswerRow(**storable(vars(answer))))

    def _merge(self, row: DrawRow | ReviewRow | ReviewAnswerRow) -> None:
        session = self._work.writing()
        session.merge(row)
        session.flush()


def _draw(row: DrawRow) -> Draw:
    calls = tuple(
        Drawn(**(c | {"at": datetime.fromisoformat(c["at"]), "risks": tuple(c["risks"])}))
        for c in row.calls
    )
    return Draw(
        row.draw_id, row.at, row.by, DrawRule(row.rule), Stratum(row.stratum), row.seed, row.start,
        row.end, row.population, calls,
    )  # fmt: skip


def _review(row: ReviewRow) -> Review:
    return Review(**{name: getattr(row, name) for name in _REVIEW})


def _parted(names: Collection[str]) -> list[list[str]]:
    listed = list(names)
    return [listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE)]
