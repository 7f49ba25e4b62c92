"""The ports in memory: what UI tests put under the real services (assert state, not calls)."""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.domain.attempt import AttemptRow, CustomerCard, LookupResult
from workbench.domain.audit import AuditEntry
from workbench.domain.board import Affected
from workbench.domain.codes import UnmappedCode, UnmappedCodes
from workbench.domain.complaint import (
    Complaint,
    ComplaintDraft,
    ComplaintFilter,
    ComplaintPage,
    Demand,
    Severity,
    Source,
    State,
)
from workbench.domain.complaint_parts import Link, Part, Reminder
from workbench.domain.diagnosis import Evidence, Explanation, Reason, ReasonText, Status, Truth
from workbench.domain.errors import BadInput, KnownError
from workbench.domain.event import DatedEvent
from workbench.domain.following import Delivery, Followed, Mark
from workbench.domain.hints import Incident
from workbench.domain.importing import (
    ColumnGuess,
    FileKind,
    ImportPreview,
    ImportReport,
    Mapping,
)
from workbench.domain.incident import FoundIncident
from workbench.domain.issue import Issue, IssuePlace, Waiter
from workbench.domain.issue_groups import Tally, day_of
from workbench.domain.people import Person, Role
from workbench.domain.progress import CancelToken, Progress, ProgressListener
from workbench.domain.retention import Compacted, Removed
from workbench.domain.rule_desk import Answer, CaseResult, Coverage, RuleUse
from workbench.domain.rule_desk import Case as RuleCase
from workbench.domain.rule_release import Release
from workbench.domain.times import from_local
from workbench.domain.trend import CODE_FIELDS, Every, Measure, TrendFilter, TrendPoint, TrendQuery
from workbench.domain.work_queue import CauseGroup, ListPage, ListQuery, Measures
from workbench.rules.codes import fold
from workbench.rules.grouping import Grouping
from workbench.rules.pack import RulePack

NOW = datetime(2026, 11, 22, 12, 30)  # UTC


def attempt_row(number: int = 1, **changes: Any) -> AttemptRow:
    """A failed attempt of customer R1, declined for a thin credit history."""
    row = AttemptRow(
        attempt_id=f"A{number:04}",
        customer_ref="R1",
        occurred_at=NOW - timedelta(hours=number),
        channel="app_android",
        province="江苏",
        step="credit_review",
        outcome="failed",
        symptom="review_declined",
        cause_group="qualification",
        cause="thin_credit_history",
        reason_code="Q01",
        status="determined",
        customer_name="王**",
        phone="138****5678",
    )
    return replace(row, **changes)


def customer_card(ref: str = "R1", **changes: Any) -> CustomerCard:
    card = CustomerCard(
        ref=ref,
        name="王**",
        phone="138****5678",
        id_card="320102********1234",
        customer_id="******7788",
        attempts=3,
        failures=2,
        last_at=NOW - timedelta(hours=1),
        identity_verified=True,
    )
    return replace(card, **changes)


def explanation(attempt_id: str = "A0001", **changes: Any) -> Explanation:
    texts = {
        "zh": ReasonText(
            agent="近期信用记录只有 3 个月，要求满 6 个月。",
            customer="您的信用记录还比较短，再积累几个月后可以再次申请。",
            never_say=("风控评分", "模型名称"),
            next_steps=("说明原因", "建议保持按时还款", "到期后再次申请"),
        ),
        "en": ReasonText(
            agent="The credit history is 3 months long; 6 are required.",
            customer="Your credit history is still short; please apply again in a few months.",
            never_say=("risk score", "model name"),
            next_steps=("Explain why", "Advise punctual repayment", "Apply again later"),
        ),
    }
    reason = Reason(
        code="Q01",
        symptom="review_declined",
        cause="thin_credit_history",
        rank=1,
        evidence=(
            Evidence(
                "credit_history_months < 6",
                Truth.TRUE,
                observed="3",
                limit="6",
                field="credit_history_months",
                operator="<",
                unit="months",
                source="credit",
            ),
        ),
        texts=texts,
        owner="customer",
        action="wait_until",
    )
    whole = Explanation(
        attempt_id=attempt_id,
        symptom="review_declined",
        cause_group="qualification",
        cause="thin_credit_history",
        status=Status.DETERMINED,
        reasons=(reason,),
        possible=(),
        texts=texts,
        rules_version="1.0.0",
        next_attempt_at=datetime(2027, 2, 20),
        would_change=(("credit_history_months", "6", ">="),),
    )
    return replace(whole, **changes)


def complaint(number: int = 1, **changes: Any) -> Complaint:
    made = Complaint(
        complaint_id=f"01940000-0000-7000-8000-{number:012}",
        number=f"C-20261122-{number:04}",
        state=State.OPEN,
        created_at=NOW - timedelta(minutes=number),
        created_by="zhang",
        customer_ref="R1",
        customer_name="王**",
        phone="138****5678",
        attempt_id="A0001",
        reason_code="Q01",
        cause="thin_credit_history",
        symptom="review_declined",
        channel="app_android",
        source=Source.PHONE,
        description="客户称多次申请均未通过，要求说明原因。",
        demand=Demand.EXPLAIN,
        severity=Severity.NORMAL,
    )
    return replace(made, **changes)


class FakeFeed:
    """What each look finds; ``error`` is raised by the next one."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.error: KnownError | None = None
        self.opened: list[Followed] = []
        self.closed = 0
        self.settled = True

    def open(self, source: Followed, mapping: Mapping | None) -> "FakeFeed":
        self.opened.append(source)
        return self

    def look(self, marks: MappingOf[str, str]) -> Iterator[Delivery]:
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        while self.deliveries:
            yield self.deliveries.pop(0)

    def close(self) -> None:
        self.closed += 1


class FakeAttemptStore:
    """Answers from lists. ``error`` is raised by the next call that reads or writes."""

    def __init__(self, rows: Sequence[AttemptRow] = ()) -> None:
        self.attempts = list(rows)
        self.customers: list[CustomerCard] = [customer_card()] if rows else []
        self.explanations: dict[str, Explanation] = {}
        self.holding: set[str] = set()  # conditions that hold; every other one does not
        self.points: list[TrendPoint] | None = None
        self.previews: dict[str, ImportPreview] = {}
        self.imported: list[tuple[tuple[Path, ...], Mapping | None]] = []
        self.scores: list[tuple[Path, ...]] = []
        self.exported: list[Path] = []
        self.unmapped: list[UnmappedCode] = []
        self.known_incidents: list[Incident] = []
        self.known_events: list[DatedEvent] = []
        self.error: KnownError | None = None
        self.terms: list[str] = []
        self.closed = False
        self.noted: dict[str, str] = {}
        self.versions: dict[str, str] = {}  # of the app, by attempt
        # how failures are told apart; a test puts another in its place
        self.fingerprint: Callable[[AttemptRow], str] = lambda row: (
            f"v1|reason={row.reason_code or row.symptom}|step={row.step}"
        )

    def marks(self, prefix: str) -> dict[str, str]:
        return {name: value for name, value in self.noted.items() if name.startswith(prefix)}

    def set_mark(self, mark: Mark) -> None:
        self.noted[mark.name] = mark.value

    def preview(
        self,
        path: Path,
        mapping: Mapping | None = None,
        rows: int = 50,
        kind: FileKind | None = None,
    ) -> ImportPreview:
        self._fail()
        named = self.previews.get(path.name)
        if named is not None:
            return named
        chosen = mapping.columns if mapping else {}
        guesses = {"申请编号": "attempt_id", "手机": "phone", "时间": "occurred_at", "备注": None}
        samples = {
            "申请编号": ("A1", "A2"),
            "手机": ("138****5678", "139****0001"),
            "时间": ("2026/11/22 20:14", "2026/11/21 08:00"),
            "备注": ("加急", ""),
        }
        columns = tuple(
            ColumnGuess(
                header,
                chosen.get(header, field),
                f"x_{index}",
                0.95 if field else 0.0,
                "name" if field else "none",
                samples[header],
            )
            for index, (header, field) in enumerate(guesses.items())
        )
        cells = tuple(zip(*(samples[h] for h in guesses), strict=True))
        return ImportPreview(path, "csv", "GB18030", ",", columns, cells)

    def older(self, before: datetime) -> Removed:
        self._fail()
        old = [row for row in self.attempts if row.occurred_at and row.occurred_at < before]
        return Removed(len(old), len({row.customer_ref for row in old}), 0)

    def drop_older(
        self, before: datetime, *, progress: ProgressListener, cancel: CancelToken
    ) -> Removed:
        removed = self.older(before)
        self.attempts = [
            row for row in self.attempts if not row.occurred_at or row.occurred_at >= before
        ]
        return removed

    def compact(self) -> Compacted:
        self._fail()
        return Compacted(3 << 20, 1 << 20)

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        mapping: Mapping | None = None,
        events: Path | None = None,
        scores: Sequence[Path] = (),
        source: str | None = None,
        quarantine_dir: Path | None = None,
        mark: Mark | None = None,
        progress: ProgressListener,
        cancel: CancelToken,
    ) -> ImportReport:
        self._fail()
        if mark is not None:
            self.set_mark(mark)
        if events is not None and not paths:
            return self._take_events(events)
        for done in (1, 2):
            cancel.check()
            progress(Progress("read", done, 2))
        self.imported.append((tuple(paths), mapping))
        self.scores.append(tuple(scores))
        new = [attempt_row(len(self.attempts) + n) for n in (1, 2)]
        self.attempts += new
        return ImportReport(4, 2, 1, 1, Path("/tmp/quarantine.csv"), 0.5)

    def lookup(self, term: str, limit: int = 200) -> LookupResult:
        self._fail()
        self.terms.append(term)
        hits = [
            row
            for row in self.attempts
            if term == row.attempt_id
            or (row.phone and term[:3] == row.phone[:3] and term[-4:] == row.phone[-4:])
            or (row.customer_name and term[:1] == row.customer_name[:1])
        ]
        refs = {row.customer_ref for row in hits}
        return LookupResult(
            tuple(c for c in self.customers if c.ref in refs),
            tuple(row for row in self.attempts if row.customer_ref in refs)[:limit],
        )

    def timeline(self, customer_ref: str, limit: int = 500) -> list[AttemptRow]:
        self._fail()
        return [row for row in self.attempts if row.customer_ref == customer_ref][:limit]

    def holds(self, conditions: Sequence[str], attempt_id: str) -> dict[str, bool | None]:
        self._fail()
        return {sql: sql in self.holding for sql in conditions}

    # the rule desk
    def typed(self, pack: RulePack) -> RulePack:
        return pack

    def run_cases(self, pack: RulePack, cases: Sequence[RuleCase]) -> list[CaseResult]:
        return []

    def use_of_rules(self, pack: RulePack | None, where: TrendFilter) -> list[RuleUse]:
        self._fail()
        return []

    def answers_of(self, pack: RulePack, attempt_ids: Collection[str]) -> dict[str, Answer]:
        return {}

    def coverage(self, where: TrendFilter) -> list[Coverage]:
        self._fail()
        return []

    def explain(self, attempt_id: str) -> Explanation:
        self._fail()
        if attempt_id in self.explanations:
            return self.explanations[attempt_id]
        if not any(row.attempt_id == attempt_id for row in self.attempts):
            raise BadInput("no_such_attempt", attempt=attempt_id)
        return explanation(attempt_id)

    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        """``points`` if set, else counts of ``attempts`` by ``query.by`` and day."""
        self._fail()
        if self.points is not None:
            return list(self.points)
        counts: dict[tuple, list[AttemptRow]] = {}
        for row in self._where(query.where, failures_only=False):
            local = row.occurred_at + timedelta(hours=8)
            start = local.replace(minute=0, second=0)
            if query.every is not Every.HOUR:
                start = start.replace(hour=0)
            if query.every is Every.WEEK:
                start -= timedelta(days=start.weekday())
            start -= timedelta(hours=8)
            if query.every is None:
                start = query.where.start or datetime(1970, 1, 1)
            keys = tuple(_slice(row, field) for field in query.by)
            counts.setdefault((start, keys), []).append(row)
        points = []
        for (bucket, keys), rows in sorted(counts.items(), key=lambda item: str(item[0])):
            failures = sum(row.outcome in ("failed", "abandoned") for row in rows)
            settled = sum(row.outcome != "pending" for row in rows)
            value = {
                Measure.FAILURES: failures,
                Measure.ATTEMPTS: len(rows),
                Measure.FAILURE_RATE: failures / settled if settled else 0.0,
                Measure.CUSTOMERS: len(
                    {r.customer_ref for r in rows if r.outcome in ("failed", "abandoned")}
                ),
            }[query.measure]
            if query.measure is Measure.FAILURES and not failures:
                continue
            counted = settled if query.measure is Measure.FAILURE_RATE else len(rows)
            points.append(TrendPoint(bucket, keys, value, failures, counted))
        return points

    def trends(self, queries: Sequence[TrendQuery]) -> list[list[TrendPoint]]:
        return [self.trend(query) for query in queries]

    def rows(
        self, where: TrendFilter, *, failures_only: bool, limit: int = 1000, offset: int = 0
    ) -> list[AttemptRow]:
        self._fail()
        return self._where(where, failures_only=failures_only)[offset : offset + limit]

    def count(self, where: TrendFilter, *, failures_only: bool) -> int:
        self._fail()
        return len(self._where(where, failures_only=failures_only))

    def values(self, field: str) -> list[str]:
        self._fail()
        return sorted({v for row in self.attempts if (v := getattr(row, field, None))})

    def unmapped_codes(
        self, known: Collection[tuple[str, str]], schemes: MappingOf[str, str], limit: int = 1000
    ) -> UnmappedCodes:
        self._fail()
        left = [
            row for row in self.unmapped
            if (fold(row.seen.scheme or ""), fold(row.seen.code)) not in known
        ]  # fmt: skip
        return UnmappedCodes(tuple(left[:limit]), len(left))

    def affected(self, where: TrendFilter) -> Affected:
        failed = {row.customer_ref for row in self._where(where, failures_only=True)}
        return Affected(len(failed), len(failed), 500_000 * len(failed))

    def events(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[DatedEvent]:
        return list(self.known_events)

    def _take_events(self, file: Path) -> ImportReport:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                ends = row["ends_at"]
                self.known_events.append(
                    DatedEvent(
                        row["kind"],
                        row["name"],
                        from_local(datetime.fromisoformat(row["starts_at"]).replace(tzinfo=None)),
                        from_local(datetime.fromisoformat(ends).replace(tzinfo=None))
                        if ends
                        else None,
                        row["scope"],
                    )
                )
        return ImportReport(0, 0, 0, 0, None, 0.1)

    def drop_event(self, event: DatedEvent) -> None:
        self.known_events.remove(event)

    def incidents(self, at: datetime) -> list[Incident]:
        return [i for i in self.known_incidents if i.starts_at <= at <= (i.ends_at or at)]

    def tallies(self, grouping: Grouping) -> list[Tally]:
        self._fail()
        days: dict[tuple[str, str | None, int | None], list[AttemptRow]] = {}
        for row in self._failed():
            day = day_of(row.occurred_at) if row.occurred_at else None
            key = self._print(row, grouping), self.versions.get(row.attempt_id), day
            days.setdefault(key, []).append(row)
        return [
            Tally(
                *key,
                len(rows),
                min((r.occurred_at for r in rows if r.occurred_at), default=None),
                max((r.occurred_at for r in rows if r.occurred_at), default=None),
                rows[0].cause,
            )
            for key, rows in days.items()
        ]

    def regrouped(self, before: Grouping, after: Grouping) -> list[tuple[str, str, int]]:
        now = Counter((self._print(r, before), self._print(r, after)) for r in self._failed())
        return [(was, becomes, count) for (was, becomes), count in now.items()]

    def _print(self, row: AttemptRow, grouping: Grouping) -> str:
        """Every failure fits the first refinement here."""
        parts = [self.fingerprint(row)]
        for refinement in grouping.refinements[:1]:
            parts += [f"rule={refinement.name}"]
            parts += [f"{name}={getattr(row, name, None)}" for name in refinement.by]
        return "|".join(parts)

    def group_customers(self, grouping: Grouping, key_of: MappingOf[str, str]) -> dict[str, int]:
        found: dict[str, set[str | None]] = {}
        for row in self._failed():
            name = self._print(row, grouping)
            found.setdefault(key_of.get(name, name), set()).add(row.customer_ref)
        return {key: len(refs) for key, refs in found.items()}

    def fingerprints(self, grouping: Grouping, attempt_ids: Collection[str]) -> dict[str, str]:
        failed = self._failed()
        return {
            r.attempt_id: self._print(r, grouping) for r in failed if r.attempt_id in attempt_ids
        }

    def group_rows(
        self, grouping: Grouping, fingerprints: Sequence[str], limit: int = 200, offset: int = 0
    ) -> list[AttemptRow]:
        own = [row for row in self._failed() if self._print(row, grouping) in fingerprints]
        own.sort(key=lambda row: row.occurred_at or datetime.min, reverse=True)
        return own[offset : offset + limit]

    def witnesses(
        self, grouping: Grouping, fingerprints: Collection[str], each: int = 20
    ) -> dict[str, list[str]]:
        return {
            name: [row.attempt_id for row in self.group_rows(grouping, [name], each)]
            for name in fingerprints
        }

    def check_grouping(self, grouping: Grouping) -> None:
        grouping.check({})

    def _failed(self) -> list[AttemptRow]:
        return [row for row in self.attempts if row.outcome in ("failed", "abandoned")]

    def span(self) -> tuple[int, datetime | None, datetime | None]:
        self._fail()
        times = [row.occurred_at for row in self.attempts if row.occurred_at]
        return len(self.attempts), min(times, default=None), max(times, default=None)

    def export(self, path: Path, where: TrendFilter | None = None) -> int:
        self._fail()
        self.exported.append(path)
        path.write_bytes(b"")
        return len(self.attempts)

    @property
    def rules_version(self) -> str:
        return "1.0.0"

    def close(self) -> None:
        self.closed = True

    def _where(self, where: TrendFilter, *, failures_only: bool) -> list[AttemptRow]:
        found = [
            row
            for row in self.attempts
            if (where.start is None or (row.occurred_at and row.occurred_at >= where.start))
            and (where.end is None or (row.occurred_at and row.occurred_at < where.end))
            and all(
                field in CODE_FIELDS or _slice(row, field) in values
                for field, values in where.equals
            )
            and (not failures_only or row.outcome in ("failed", "abandoned"))
        ]
        return sorted(found, key=lambda row: row.occurred_at or datetime.min, reverse=True)

    def _fail(self) -> None:
        if self.error is not None:
            error, self.error = self.error, None
            raise error


def _slice(row: AttemptRow, field: str) -> str | None:
    local = (row.occurred_at or NOW) + timedelta(hours=8)
    told = {
        "weekday": str(local.isoweekday()),
        "hour_of_day": f"{local:%H}",
        "hour_of_week": f"{local.isoweekday()}-{local:%H}",
    }
    return told[field] if field in told else getattr(row, field, None)


class FakeComplaints:
    def __init__(self, rows: list[Complaint]) -> None:
        self.rows = rows

    def add(self, complaint: Complaint) -> None:
        self.rows.append(complaint)

    def get(self, complaint_id: str) -> Complaint | None:
        return next((c for c in self.rows if complaint_id in (c.complaint_id, c.number)), None)

    def texts(self, since: datetime | None, limit: int, offset: int) -> list[tuple[str, str]]:
        return [(c.complaint_id, c.description) for c in self.rows][offset : offset + limit]

    def find(self, where: ComplaintFilter) -> ComplaintPage:
        found = [
            c
            for c in sorted(self.rows, key=lambda c: c.created_at, reverse=True)
            if (not where.states or c.state in where.states)
            and (where.customer_ref is None or c.customer_ref == where.customer_ref)
            and (where.attempt_id is None or c.attempt_id == where.attempt_id)
            and where.text.lower()
            in f"{c.number} {c.description} {c.attempt_id} {c.customer_name}".lower()
        ]
        page = found[where.offset : where.offset + where.limit]
        return ComplaintPage(tuple(page), len(found))

    def page(self, query: ListQuery) -> ListPage:
        """One page; the queues of real records are tried in test_complaints_page.py."""
        return ListPage(self.find(ComplaintFilter(query.text, query.states)).rows, None)

    def highlights(self, text: str, complaint_ids: Sequence[str]) -> dict[str, Any]:
        return {}

    def to_change(self, complaint_id: str) -> Complaint | None:
        return self.get(complaint_id)

    def change(self, complaint: Complaint) -> None:
        self.rows = [complaint if r.number == complaint.number else r for r in self.rows]

    def count(self, query: ListQuery) -> int:
        return len(self.page(query).rows)

    def groups(self, since: datetime, least: int) -> list[CauseGroup]:
        return []

    def measures(self, start: datetime, end: datetime) -> list[Measures]:
        return []

    def next_number(self, at: datetime) -> str:
        return f"C-{at:%Y%m%d}-{len(self.rows) + 1:04}"


class FakeIssues:
    def __init__(self, rows: list[Issue], complaints: list[Complaint]) -> None:
        self.rows, self._complaints = rows, complaints

    def all(self) -> list[Issue]:
        return list(self.rows)

    def get(self, named: str) -> Issue | None:
        return next((i for i in self.rows if named in (i.issue_id, i.number)), None)

    def to_change(self, named: str) -> Issue | None:
        return self.get(named)

    def put(self, issue: Issue) -> None:
        self.rows[:] = [i for i in self.rows if i.issue_id != issue.issue_id] + [issue]

    def next_number(self, day: str) -> str:
        return f"I-{day}-{len(self.rows) + 1:04}"

    def complaints_about(self) -> list[tuple[str, str, str | None, str]]:
        return [
            (c.attempt_id, c.complaint_id, c.owner, c.state)
            for c in self._complaints
            if c.attempt_id
        ]


class FakeParts:
    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts

    def add(self, *parts: Part) -> None:
        self.parts += parts

    def due(self, person_id: str, before: datetime) -> list[Reminder]:
        return []

    def links_of(self, complaint_id: str) -> list[Link]:
        return []

    def put(self, part: Part) -> None:
        self.parts = [p for p in self.parts if not _same_place(p, part)] + [part]

    def remove(self, kind: type[Part], **equals: object) -> None:
        gone = self.of(kind, **equals)
        self.parts = [part for part in self.parts if part not in gone]

    def since(self, kind: type[Part], field: str, at: datetime, **equals: object) -> list[Part]:
        return [part for part in self.of(kind, **equals) if getattr(part, field) >= at]

    def of(self, kind: type[Part], /, **equals: object) -> list[Part]:
        return [
            part
            for part in self.parts
            if isinstance(part, kind) and all(getattr(part, n) == v for n, v in equals.items())
        ]


def _same_place(one: Part, other: Part) -> bool:
    """Whether two are one row of the few kinds that change."""
    keys = {IssuePlace: ("fingerprint",), Waiter: ("issue_id", "customer_ref", "agent")}
    named = keys.get(type(one), ())
    same = type(one) is type(other) and bool(named)
    return same and all(getattr(one, n) == getattr(other, n) for n in named)


class FakePeople:
    def __init__(self, people: list[Person]) -> None:
        self.people = people

    def get(self, person_id: str) -> Person | None:
        return next((p for p in self.people if p.person_id == person_id), None)

    def all(self) -> list[Person]:
        return list(self.people)

    def add(self, person: Person) -> None:
        self.people.append(person)


class FakeSaved:
    def __init__(self, bodies: dict[tuple[str, str], dict[str, object]]) -> None:
        self.bodies = bodies

    def get(self, kind: str, name: str) -> dict[str, object] | None:
        return self.bodies.get((kind, name))

    to_change = get

    def put(self, kind: str, name: str, body: dict[str, object]) -> None:
        self.bodies[kind, name] = body

    def names(self, kind: str) -> list[str]:
        return sorted(name for k, name in self.bodies if k == kind)

    def delete(self, kind: str, name: str) -> None:
        self.bodies.pop((kind, name), None)


class FakeReleases:
    """None was ever begun here: the shipped rules are in use."""

    def all(self) -> list[Release]:
        return []


class FakeIncidents:
    """None was found here."""

    def all(self) -> list[FoundIncident]:
        return []


class FakeTickets:
    def of(self, *_: object) -> list[object]:
        return []


class FakeUnitOfWork:
    """Works on copies; ``commit`` makes them the records."""

    def __init__(self, records: "FakeRecords") -> None:
        self._records = records
        self.complaints = FakeComplaints(list(records.complaints))
        self.parts = FakeParts(list(records.parts))
        self.issues = FakeIssues(list(records.issues), records.complaints)
        self.people = FakePeople(list(records.people))
        self.saved = FakeSaved(dict(records.saved))
        self.releases = FakeReleases()
        self.incidents = FakeIncidents()
        self.tickets = FakeTickets()
        self.entries: list[AuditEntry] = []
        self.ops: list[tuple[str, str, str]] = []
        self.committed = False

    def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    def noted(self, action: str, actor: str, since: datetime) -> int:
        rows = [*self._records.entries, *self.entries]
        return sum((e.action, e.actor) == (action, actor) and e.at >= since for e in rows)

    def enqueue(
        self,
        entity: str,
        kind: str,
        entity_id: str,
        values: dict[str, object],
        **_: object,
    ) -> str:
        self.ops.append((entity, kind, entity_id))
        return str(len(self.ops))

    def commit(self) -> None:
        if self._records.error is not None:
            error, self._records.error = self._records.error, None
            raise error
        self._records.complaints = self.complaints.rows
        self._records.parts = self.parts.parts
        self._records.people = self.people.people
        self._records.issues = self.issues.rows
        self._records.saved = self.saved.bodies
        self._records.entries += self.entries
        self._records.ops += self.ops
        self.committed = True

    def rollback(self) -> None:
        self.entries.clear()


class FakeRecords:
    """``error`` is raised by the next commit."""

    def __init__(self, complaints: Sequence[Complaint] = ()) -> None:
        self.complaints = list(complaints)
        self.parts: list[Part] = []
        self.people: list[Person] = []
        self.issues: list[Issue] = []
        self.saved: dict[tuple[str, str], dict[str, object]] = {}
        self.entries: list[AuditEntry] = []
        self.ops: list[tuple[str, str, str]] = []
        self.error: KnownError | None = None
        self.closed = False

    @contextmanager
    def unit_of_work(self) -> Iterator[FakeUnitOfWork]:
        yield FakeUnitOfWork(self)

    def verify_audit(self) -> int:
        return len(self.entries)

    def audit(self, limit: int = 200) -> list[AuditEntry]:
        return self.entries[::-1][:limit]

    def close(self) -> None:
        self.closed = True


class FakeJournal:
    def __init__(self) -> None:
        self.drafts: dict[str, ComplaintDraft] = {}
        self.writes = 0
        self.error: KnownError | None = None

    def write(self, draft: ComplaintDraft) -> None:
        if self.error is not None:
            raise self.error
        self.writes += 1
        self.drafts[draft.draft_id] = draft

    def flush(self) -> None: ...

    def pending(self) -> list[ComplaintDraft]:
        return list(self.drafts.values())

    def discard(self, draft_id: str) -> None:
        self.drafts.pop(draft_id, None)

    def close(self) -> None: ...


class NoTexts:
    """An index of texts in which nothing is like anything."""

    def add(self, id: str, text: str) -> None: ...

    def nearest(self, text: str, k: int) -> list[Any]:
        return []


class FakeSettings:
    """The defaults that the window starts with; a value set is a value got."""

    def __init__(self, **values: Any) -> None:
        self.values: dict[str, Any] = {
            "language": "en",
            "theme": "light",
            "window_geometry": "",
            "last_page": "lookup",
            "complaints_queue": "",
            "import_folder": "",
            "keys": {},
            "zoom": 100,
            "place": {},
            "softphone": False,
            "softphone_port": 8765,
            "softphone_token": "",
            "centre_address": "",
            "tour": {role.value: 0 for role in Role},
            "notices": True,
            "quiet_from": "00:00",
            "quiet_until": "00:00",
        } | values
        self.locks: set[str] = set()

    def locked(self, name: str) -> bool:
        return name in self.locks

    def get(self, name: str) -> Any:
        return self.values[name]

    def set(self, name: str, value: Any) -> None:
        if name not in self.values:
            raise KeyError(name)
        self.values[name] = value
