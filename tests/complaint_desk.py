"""A desk of real records in a temporary profile, one for each person who works at it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fresh_records import KEY, WITNESS
from tests.ui.fakes import FakeAttemptStore, FakeJournal, attempt_row, explanation
from workbench.bootstrap import _complaint_policy
from workbench.domain.calendar import DayTable
from workbench.domain.complaint import Complaint, Demand, ResolutionKind, State
from workbench.domain.people import Person, Role
from workbench.reports.tables import write_table
from workbench.services.complaint_desk import ComplaintDesk
from workbench.services.complaints import ComplaintService
from workbench.services.deadlines import Deadlines
from workbench.services.issue_desk import IssueDesk
from workbench.services.session import Session
from workbench.storage.files import SealedFiles
from workbench.storage.records import SqlRecords

START = datetime(2026, 11, 22, 4, 0)
PEOPLE = {
    "zhang": Person("zhang", "张敏", Role.AGENT, team="north"),
    "wang": Person("wang", "王芳", Role.AGENT, team="south"),
    "li": Person("li", "李强", Role.TEAM_LEAD, team="north"),
    "zhao": Person("zhao", "赵静", Role.TEAM_LEAD, team="south"),
    "qian": Person("qian", "钱伟", Role.QA),
}


class Office:
    """``office["zhang"]`` is Zhang Min's desk; the clock goes on only by ``wait``."""

    def __init__(self, folder: Path, clocks: Any = None) -> None:
        self.folder = folder
        self.records = SqlRecords(folder / "records.db", KEY, WITNESS)
        self.files = SealedFiles(folder / "attachments", KEY)
        self.attempts = FakeAttemptStore([attempt_row()])
        self.attempts.explanations = {"A0001": explanation("A0001")}
        self.now = START
        self._clocks = clocks or Deadlines((), DayTable())
        with self.records.unit_of_work() as uow:
            for person in PEOPLE.values():
                uow.people.put(person)
            uow.commit()
        self._desks: dict[str, ComplaintDesk] = {}

    def issues(self, who: str) -> IssueDesk:
        """All about issues, for one person."""
        return IssueDesk.open(
            self.records,
            Session(PEOPLE[who]),
            self.attempts,
            self.files,
            write_table,
            lambda: {},
            clock=lambda: self.now,
        )

    def __getitem__(self, who: str) -> ComplaintDesk:
        if who not in self._desks:
            self._desks[who] = ComplaintDesk.open(
                self.records,
                Session(PEOPLE[who]),
                self.attempts,
                self.files,
                _complaint_policy(),
                self._clocks,
                clock=lambda: self.now,
            )
        return self._desks[who]

    def intake(self, who: str = "zhang") -> ComplaintService:
        return ComplaintService(
            self.records,
            FakeJournal(),
            Session(PEOPLE[who]),
            lambda: self.now,
            policy=_complaint_policy(),
            clocks=self._clocks,
        )

    def log(self, who: str = "zhang", **changes: Any) -> Complaint:
        service = self.intake(who)
        typed: Mapping[str, Any] = {"description": "白条开不了", "demand": Demand.EXPLAIN}
        draft = service.draft_from(attempt_row()).with_changes(**{**typed, **changes})
        return service.save(draft)

    def resolved(self, who: str = "zhang", **changes: Any) -> Complaint:
        made = self.log(who, **changes)
        kind = ResolutionKind.EXPLAINED
        return self[who].life.move(
            made.number, State.RESOLVED, resolution="已说明原因。", kind=kind
        )

    def get(self, complaint: Complaint | str) -> Complaint:
        ref = complaint if isinstance(complaint, str) else complaint.complaint_id
        with self.records.unit_of_work() as uow:
            found = uow.complaints.get(ref)
        assert found is not None
        return found

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def close(self) -> None:
        self.records.close()


def suppressed(attempt_id: str = "A0001"):
    """An explanation whose principal reason may not be told."""
    open_one = explanation(attempt_id)
    secret = replace(open_one.reasons[0], suppressed=True)
    return replace(open_one, reasons=(secret,))
