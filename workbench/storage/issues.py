"""Issues in the records database."""

import sqlalchemy as sa

from workbench.domain.complaint import Severity, State
from workbench.domain.issue import Issue, IssueState
from workbench.storage.models import ComplaintRow, IssueRow
from workbench.storage.work import Work, storable

_FIELDS = tuple(c.name for c in IssueRow.__table__.columns)
_CODED = {"state": IssueState, "severity": Severity}


class SqlIssues:
    def __init__(self, work: Work) -> None:
        self._work = work

    def all(self) -> list[Issue]:
        """Oldest first."""
        query = sa.select(IssueRow).order_by(IssueRow.created_at, IssueRow.issue_id)
        found = self._work.reading().scalars(query.execution_options(populate_existing=True))
        return list(map(_issue, found))

    def get(self, named: str) -> Issue | None:
        """By id or number; of two of one number the older."""
        query = sa.select(IssueRow).where(
            sa.or_(IssueRow.issue_id == named, IssueRow.number == named)
        )
        query = query.order_by(IssueRow.created_at).limit(1)
        row = self._work.reading().scalar(query.execution_options(populate_existing=True))
        return _issue(row) if row else None

    def to_change(self, named: str) -> Issue | None:
        """As ``get``, after which nobody else writes until this work ends."""
        self._work.writing()
        return self.get(named)

    def put(self, issue: Issue) -> None:
        """Add, or change the one of the same id."""
        session = self._work.writing()
        session.merge(IssueRow(**storable(vars(issue))))
        session.flush()

    def next_number(self, day: str) -> str:
        """I-20261122-0001: of the day, the first that this desk does not know."""
        prefix = f"I-{day}-"
        query = sa.select(IssueRow.number).where(IssueRow.number.startswith(prefix))
        taken = [number[len(prefix) :] for number in self._work.writing().scalars(query)]
        last = max((int(t[:4]) for t in taken if t[:4].isdigit()), default=0)
        return f"{prefix}{last + 1:04}"

    def complaints_about(self) -> list[tuple[str, str, str | None, str]]:
        """(attempt_id, complaint_id, owner, state) of every complaint that names an attempt."""
        row = ComplaintRow
        query = sa.select(row.attempt_id, row.complaint_id, row.owner, row.state)
        query = query.where(row.attempt_id.is_not(None), row.state != State.WITHDRAWN)
        found = self._work.reading().execute(query.where(row.merged_into.is_(None)))
        return [(a, c, o, s) for a, c, o, s in found]


def _issue(row: IssueRow) -> Issue:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Issue(**values | {name: kind(values[name]) for name, kind in _CODED.items()})
