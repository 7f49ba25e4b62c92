"""A site's ledger of complaints in, whole and once; complaints and their history out; totals."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path

from workbench import paths
from workbench.domain.audit import AuditEntry
from workbench.domain.complaint import UNSETTLED, Complaint, State
from workbench.domain.complaint_parts import Event, EventKind
from workbench.domain.errors import BadInput
from workbench.domain.ids import uuid7
from workbench.domain.importing import ImportReport
from workbench.domain.importing import Mapping as ColumnMapping
from workbench.domain.ledger import BadRow, LedgerRow, Plan, Words, plan, reader
from workbench.domain.masking import mask_id_card, mask_name, mask_phone
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, Progress, ProgressListener, silent
from workbench.domain.times import iso_local, to_local
from workbench.domain.work_queue import ListQuery, SortBy
from workbench.services.auditing import audited_export, note_reveal
from workbench.services.complaint_writing import Writing, born_op
from workbench.services.custody import stated
from workbench.services.outgoing_texts import Known, masked, own_names
from workbench.services.ports import LedgerFile, TableWriter, UnitOfWork
from workbench.services.table_cells import cell

_SPACE = uuid.UUID("6f0d0c5e-52e4-4a0e-8b1c-1d5f4b4f6a57")  # of ids made from what a row says
_KEPT = "ledger_columns"
_OTHERWISE = "id_with_other_content"
_EVERY = 5_000  # rows between two reports
TOTALS = ("month", "product", "state")


@dataclass(frozen=True)
class Totals:
    """``rows``: the values in the order of ``by``, and how many complaints have them."""

    by: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.rows)


class LedgerService:
    """``open_file`` reads any table; ``quarantine`` writes the file of rows set aside beside it."""

    def __init__(
        self,
        writing: Writing,
        open_file: Callable[[Path, ColumnMapping | None], LedgerFile],
        quarantine: Callable[[Path, datetime, Sequence[BadRow]], Path | None],
        write_table: TableWriter,
        known: Known = lambda words: set(),
    ) -> None:
        """``known`` says which words name a customer."""
        self._w = writing
        self._open = open_file
        self._quarantine = quarantine
        self._write_table = write_table
        self._known = known

    def preview(self, path: Path, mapping: ColumnMapping | None = None) -> Plan:
        """What each column would be taken for. Raises as ``take``."""
        self._w.session.require(Act.IMPORT)
        file = self._open(path, mapping)
        return plan(file.headers, (row for _, row in file.rows()), _words(), mapping)

    def take(
        self,
        path: Path,
        mapping: ColumnMapping | None = None,
        *,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> ImportReport:
        """Every row becomes a complaint with its own number and date; one transaction. What came
        before is not added again: a row is known by its number, without one by what it says, the
        n-th that says the same as the n-th. Rows without a date, and rows that say otherwise under
        a number that is taken, are set aside.

        Raises BadInput('ledger_needs_date', 'bad_ledger_mapping', 'ambiguous_ledger_dates') and
        what reading a file raises.
        """
        self._w.session.require(Act.IMPORT)
        started, token = time.monotonic(), cancel or CancelToken()
        file = self._open(path, mapping)
        lines = list(file.rows())
        if not lines and not file.rejected:
            raise BadInput("header_only", file=path.name)
        found = plan(file.headers, (row for _, row in lines), _words(), mapping)
        read = reader(found, _words())
        bad: list[BadRow] = []
        good: list[LedgerRow] = []
        for at, (line, cells) in enumerate(lines):
            if at % _EVERY == 0:
                token.check()
                progress(Progress("reading", at, len(lines)))
            row = read(line, cells)
            if isinstance(row, BadRow):
                bad.append(row)
            else:
                good.append(row)
        named = list(_named(good))
        with self._w.records.unit_of_work() as uow:
            known = uow.ledger.digests(complaint_id for complaint_id, _ in named)
            numbers = uow.ledger.taken(row.number for row in good if row.number)
            new, duplicates = self._sort_out(found, named, known, numbers, bad)
            progress(Progress("writing", 0, len(new)))
            token.check()
            bad += file.rejected
            written = self._quarantine(path, self._w.clock(), sorted(bad, key=lambda row: row.line))
            self._write(uow, path, new, found)
            report = ImportReport(
                len(lines) + len(file.rejected),
                len(new),
                duplicates,
                len(bad),
                written,
                time.monotonic() - started,
            )
            who, now = self._w.person_id, self._w.clock()
            detail = report.as_json() | {"quarantine_file": written.name if written else None}
            uow.record(AuditEntry(now, who, "import", "complaints", path.name, detail))
            uow.commit()
        return report

    def totals(self, by: Sequence[str] = TOTALS) -> Totals:
        """Complaints counted by any columns: year, month, day, product, state (the customer's
        region, where a ledger told it), status (of the complaint), source, cause, severity,
        demand, owner, team, or a ledger's own column. Raises BadInput('no_such_total')."""
        self._w.session.require(Act.READ_COMPLAINTS)
        with self._w.records.unit_of_work() as uow:
            regions = self._regions(uow)
            headers = dict.fromkeys(("state", "region"), regions)
            own = {"year", "month", "day", "product", "status", "source", "cause", "severity",
                   "demand", "owner", "team", "channel", *headers}  # fmt: skip
            extras = set(uow.ledger.extras())
            if unknown := [name for name in by if name not in own | extras or '"' in name]:
                raise BadInput("no_such_total", name=unknown[0], known=", ".join(sorted(own)))
            asked = list(by)
            if not regions:  # no ledger told a region: the complaint's own is the only state
                asked = ["status" if name == "state" else name for name in by]
            rows = uow.ledger.totals(asked, headers)
        return Totals(tuple(by), tuple(rows))

    def export(self, path: Path, *, history: bool = False) -> int:
        """One row a complaint with the ledger's own columns under their names, or one row for
        every event of every complaint. Masked; audited. Returns the rows."""
        self._w.session.require(Act.EXPORT)
        with self._w.records.unit_of_work() as uow:
            extras = uow.ledger.extras()
        columns = _HISTORY if history else (*_COLUMNS, *_own_names(extras))
        rows = self._events() if history else self._complaints(extras)
        return audited_export(
            self._w.records,
            self._w.session,
            self._w.clock,
            "complaints",
            path,
            {"history": history},
            lambda: self._write_table(path, columns, rows),
        )

    def identity(self, complaint_id: str, purpose: str) -> dict[str, str]:
        """Who it is about, as the ledger had it: audited before it is shown.
        Raises Usage('purpose_needed'), BadInput('no_such_complaint')."""
        self._w.session.require(Act.REVEAL)
        with self._w.records.unit_of_work() as uow:
            found = self._w.to_change(uow, complaint_id)
            detail: dict[str, object] = {"number": found.number, "purpose": stated(purpose)}
        note_reveal(
            self._w.records, self._w.session, self._w.clock, "complaint", found.complaint_id, detail
        )
        with self._w.records.unit_of_work() as uow:
            return uow.ledger.identity(found.complaint_id)

    # inside
    def _sort_out(
        self,
        found: Plan,
        named: Sequence[tuple[str, LedgerRow]],
        known: Mapping[str, str],
        numbers: Mapping[str, str],
        bad: list[BadRow],
    ) -> tuple[list[tuple[str, LedgerRow]], int]:
        """(what is new, how many came before); what contradicts goes to ``bad``."""
        at = found.index("number")
        header = found.columns[at].header if at is not None else ""
        new: dict[str, LedgerRow] = {}
        duplicates = 0
        for complaint_id, row in named:
            here = new.get(complaint_id)
            before = here.digest if here else known.get(complaint_id)
            if before is not None:
                if before in ("", row.digest):
                    duplicates += 1
                else:
                    bad.append(BadRow(row.line, header, row.number or "", _OTHERWISE))
            elif row.number is not None and numbers.get(row.number, complaint_id) != complaint_id:
                bad.append(BadRow(row.line, header, row.number, _OTHERWISE))
            else:
                new[complaint_id] = row
        return list(new.items()), duplicates

    def _write(
        self, uow: UnitOfWork, path: Path, new: Sequence[tuple[str, LedgerRow]], found: Plan
    ) -> None:
        if not new:
            return
        now, who = self._w.clock(), self._w.person_id
        serials: dict[str, int] = {}
        made, born = [], []
        for complaint_id, row in new:
            number = row.number or self._number(uow, serials, row.received_at)
            event = Event(
                str(uuid7()), complaint_id, now, who, EventKind.CREATED, to_state=row.state,
                detail={"ledger": path.name, "line": row.line},
            )  # fmt: skip
            complaint = _complaint(complaint_id, number, row, now, who)
            if row.state in UNSETTLED:
                due = self._w.clocks.next_due(complaint, [event])
                complaint = complaint.changed(due_at=due)
            made.append(complaint)
            born.append(event)
        uow.ledger.add(made, born, [r.digest for _, r in new], [r.identity for _, r in new])
        uow.enqueue_born(
            [
                ("complaint", complaint.complaint_id, *born_op(complaint, event))
                for complaint, event in zip(made, born, strict=True)
            ]
        )
        self._learn(uow, found)

    def _number(self, uow: UnitOfWork, serials: dict[str, int], at: datetime) -> str:
        """The next of the day on which it was received."""
        day = f"C-{to_local(at):%Y%m%d}-"
        if day not in serials:
            serials[day] = int(uow.complaints.next_number(at).rpartition("-")[2])
        else:
            serials[day] += 1
        return f"{day}{serials[day]:04d}"

    def _learn(self, uow: UnitOfWork, found: Plan) -> None:
        """Which columns of ledgers tell the customer's region: totals count by them."""
        known, at = self._regions(uow), found.index("region")
        header = found.columns[at].header if at is not None else None
        if header and header not in known:
            uow.saved.put(_KEPT, "region", {"headers": [*known, header]})

    def _regions(self, uow: UnitOfWork) -> tuple[str, ...]:
        body = uow.saved.get(_KEPT, "region") or {}
        headers = body.get("headers")
        return tuple(map(str, headers)) if isinstance(headers, list) else ()

    def _complaints(self, extras: Sequence[str]) -> Iterator[list[object]]:
        for page in self._pages():
            texts = {
                c.complaint_id: [getattr(c, n) for n in _WORDS] + [c.extras.get(n) for n in extras]
                for c in page
            }
            names = self._names(page, texts)
            for complaint in page:
                values, hidden = asdict(complaint), names.get(complaint.complaint_id, ())
                yield [
                    masked(cell(values[name]), hidden) if name in _WORDS else cell(values[name])
                    for name in _COLUMNS
                ] + [masked(complaint.extras.get(name), hidden) for name in extras]

    def _events(self) -> Iterator[list[object]]:
        for page in self._pages():
            histories = {}
            for complaint in page:
                with self._w.records.unit_of_work() as uow:
                    events = uow.parts.of(Event, complaint_id=complaint.complaint_id)
                histories[complaint.complaint_id] = [(event, _detail(event)) for event in events]
            texts = {c: [t for e, d in told for t in (e.why, d)] for c, told in histories.items()}
            names = self._names(page, texts)
            for complaint in page:
                hidden = names.get(complaint.complaint_id, ())
                for event, detail in histories[complaint.complaint_id]:
                    yield [
                        complaint.number, iso_local(event.at), event.actor, event.kind.value,
                        event.from_state, event.to_state, masked(event.why, hidden),
                        masked(detail, hidden),
                    ]  # fmt: skip

    def _names(
        self, page: Sequence[Complaint], texts: Mapping[str, Sequence[object]]
    ) -> dict[str, set[str]]:
        with self._w.records.unit_of_work() as uow:
            ledger = uow.ledger.names([complaint.complaint_id for complaint in page])
        return own_names(texts, page, ledger, self._known)

    def _pages(self) -> Iterator[list[Complaint]]:
        query = ListQuery(sort=SortBy.NUMBER, descending=False, limit=1000)
        while True:
            with self._w.records.unit_of_work() as uow:
                page = uow.complaints.page(query)
            yield list(page.rows)
            if page.after is None:
                return
            query = replace(query, after=page.after)


_COLUMNS = tuple(f.name for f in fields(Complaint) if f.name not in ("versions", "extras"))
_WORDS = ("description", "experience", "competitor", "resolution", "wrap_up", "satisfaction_words")
_HISTORY = ("number", "at", "actor", "kind", "from_state", "to_state", "why", "detail")


def _words() -> Words:
    return Words.from_json(
        json.loads((paths.resources() / "complaints" / "ledger.json").read_text("utf-8"))
    )


def _named(rows: Sequence[LedgerRow]) -> Iterator[tuple[str, LedgerRow]]:
    """Each row with the id that it has at every desk and at every time."""
    seen: Counter[str] = Counter()
    for row in rows:
        if row.number is not None:
            key = f"number {row.number}"
        else:
            seen[row.digest] += 1
            key = f"row {row.digest} {seen[row.digest]}"
        yield str(uuid.uuid5(_SPACE, key)), row


def _complaint(
    complaint_id: str, number: str, row: LedgerRow, now: datetime, who: str
) -> Complaint:
    identity = row.identity
    extras = dict(row.cells)
    if card := mask_id_card(identity.get("id_card")):
        extras["id_card"] = card
    over = row.state in (State.RESOLVED, State.CLOSED, State.WITHDRAWN)
    return Complaint(
        complaint_id=complaint_id,
        number=number,
        state=row.state,
        created_at=row.received_at,
        created_by=who,
        customer_ref=None,
        customer_name=mask_name(identity.get("customer_name")),
        phone=mask_phone(identity.get("phone")),
        attempt_id=None,
        reason_code=None,
        cause=None,
        symptom=None,
        channel=None,
        source=row.source,
        description=row.description,
        demand=None,
        severity=row.severity,
        updated_at=now,
        received_at=row.received_at,
        products=(row.product,) if row.product else (),
        resolution=row.resolution,
        competitor=row.competitor,
        closed_at=row.closed_at if over else None,
        resolved_at=row.closed_at if over and row.state is not State.WITHDRAWN else None,
        extras=extras,
    )


def _detail(event: Event) -> str | None:
    return json.dumps(event.detail, ensure_ascii=False) if event.detail else None


def _own_names(extras: Sequence[str]) -> list[str]:
    """The ledger's columns as a table may have them: none is called as one of ours."""
    return [f"{name} (ledger)" if name in _COLUMNS else name for name in extras]
