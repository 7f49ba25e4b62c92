"""A site's own ledger of complaints: which column is what, and what one of its rows says."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from workbench.domain.complaint import Severity, Source, State
from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping as ColumnMapping
from workbench.domain.times import from_local

FIELDS = (
    "number", "received_at", "customer_name", "phone", "id_card", "product", "description",
    "subject", "region", "state", "source", "severity", "resolution", "closed_at", "competitor",
)  # fmt: skip
IDENTITY = ("customer_name", "phone", "id_card")
_WORDED = ("state", "source", "severity")
_MOST_WORDS = 40  # different values: a column of more is no column of codes


@dataclass(frozen=True)
class Words:
    """resources/complaints/ledger.json: names of columns, and words for states and the like."""

    columns: Mapping[str, Sequence[str]]
    coded: Mapping[str, Mapping[str, Sequence[str]]]

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Words":
        return cls(body["columns"], {name: body[name] for name in _WORDED})

    def code(self, kind: str, text: str) -> str | None:
        """The code that a cell's words mean: the longest known words that it begins with."""
        told = _folded(text)
        found = [
            (len(known), code)
            for code, names in self.coded[kind].items()
            for name in names
            if told.startswith(known := _folded(name))
        ]
        return max(found)[1] if found else None


@dataclass(frozen=True)
class LedgerColumn:
    """``field`` None: kept under its own name. ``why``: 'name', 'saved' or 'none'."""

    header: str
    field: str | None
    why: str


@dataclass(frozen=True)
class Plan:
    """What each column is, in the order of the file. ``order``: of dates whose year is last."""

    columns: tuple[LedgerColumn, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str | None = None

    def index(self, name: str) -> int | None:
        return next((i for i, c in enumerate(self.columns) if c.field == name), None)


@dataclass(frozen=True)
class LedgerRow:
    """``cells`` is all that the row says, by header; of identities what may be shown is not here:
    the service masks them. ``digest`` is the same for rows that say the same."""

    line: int
    number: str | None
    received_at: datetime
    closed_at: datetime | None
    description: str
    product: str | None
    state: State
    source: Source
    severity: Severity
    resolution: str | None
    competitor: str | None
    identity: Mapping[str, str]
    cells: Mapping[str, str]
    digest: str


@dataclass(frozen=True)
class BadRow:
    """``code`` names the reason (text ``reason.<code>``), which ``params`` fill."""

    line: int
    column: str
    value: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def plan(
    headers: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    words: Words,
    mapping: ColumnMapping | None = None,
) -> Plan:
    """Which column is which field: by ``mapping`` where it says so, else by name; a column named
    as a state of both kinds is told by its values. ``rows`` tell the order of dates.

    Raises BadInput('bad_ledger_mapping', 'ledger_needs_date', 'ambiguous_dates').
    """
    mapping = mapping or ColumnMapping()
    given = {h: f for h, f in mapping.columns.items() if h in headers}
    unknown = sorted({f for f in given.values() if f is not None} - set(FIELDS))
    absent = sorted(set(mapping.columns) - set(headers))
    if unknown or absent:
        raise BadInput("bad_ledger_mapping", fields=unknown or absent, known=" ".join(FIELDS))
    kept = [list(row) for row in rows]
    taken = {f for f in given.values() if f}
    found: dict[int, tuple[str | None, str]] = {
        i: (given[h], "saved") for i, h in enumerate(headers) if h in given
    }
    for name, names in words.columns.items():
        if name in taken:
            continue
        known = [_folded(each) for each in names]
        named = [
            (known.index(told), i)
            for i, header in enumerate(headers)
            if i not in found and (told := _folded(header)) in known
        ]
        for _, i in sorted(named):
            is_state = _codes(words, [_cell(row, i) for row in kept])
            if (name == "region" and is_state) or (name == "state" and not is_state):
                continue
            found[i] = (name, "name")
            break
    if "state" not in {f for f, _ in found.values()} and "state" not in taken:
        for i, header in enumerate(headers):  # a column called State that holds what states are
            if i not in found and _folded(header) in ("state", "状态"):
                found[i] = ("state", "name")
                break
    columns = tuple(LedgerColumn(h, *found.get(i, (None, "none"))) for i, h in enumerate(headers))
    made = Plan(columns, mapping.missing, mapping.date_order)
    at = made.index("received_at")
    if at is None:
        raise BadInput("ledger_needs_date", columns=", ".join(headers[:12]))
    order = mapping.date_order or _order(row[at] for row in kept if len(row) > at)
    if order == "?":
        raise BadInput("ambiguous_ledger_dates", column=headers[at])
    return Plan(columns, mapping.missing, order)


def reader(plan: Plan, words: Words) -> Callable[[int, Sequence[str | None]], LedgerRow | BadRow]:
    """What makes a row of a file, as it stands there, into what it says."""
    at = {name: plan.index(name) for name in FIELDS}
    headers = [column.header for column in plan.columns]
    unlike = {column.header for column in plan.columns if column.field in IDENTITY}
    every = {_folded(text) for text in plan.missing.get("*", ())}
    gaps = {h: every | {_folded(t) for t in plan.missing.get(h, ())} for h in headers}

    def read(line: int, row: Sequence[str | None]) -> LedgerRow | BadRow:
        cells = {
            header: text
            for header, text in zip(headers, row, strict=True)
            if text and text.strip() and _folded(text) not in gaps[header]
        }

        def cell(name: str) -> str | None:
            place = at[name]
            return cells.get(headers[place]) if place is not None else None

        received, when = cell("received_at"), None
        if received is None or (when := moment(received, plan.order)) is None:
            header = headers[at["received_at"] or 0]
            return BadRow(
                line, header, received or "", "unreadable_time" if received else "required_missing"
            )
        closed = cell("closed_at")
        number = (cell("number") or "").strip() or None
        if number is not None and len(number) > 100:
            return BadRow(line, headers[at["number"] or 0], number, "number_too_long")
        state = words.code("state", cell("state") or "")
        source = words.code("source", cell("source") or "")
        severity = words.code("severity", cell("severity") or "")
        told = json.dumps(cells, ensure_ascii=False, sort_keys=True)
        return LedgerRow(
            line,
            number,
            when,
            moment(closed, plan.order) if closed else None,
            cell("description") or cell("subject") or "",
            cell("product"),
            State(state) if state else State.OPEN,
            Source(source) if source else Source.PHONE,
            Severity(severity) if severity else Severity.NORMAL,
            cell("resolution"),
            cell("competitor"),
            {name: text.strip() for name in IDENTITY if (text := cell(name))},
            {h: text for h, text in cells.items() if h not in unlike},
            hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        )

    return read


_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(.*)", re.S)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(.*)", re.S)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)", re.S)
_CLOCK = re.compile(
    r"[T\s]*(?:(上午|下午)\s*)?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?分?\s*"
    r"(am|pm)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?",
    re.I,
)
_SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?")
_EPOCH = datetime(1899, 12, 30)


def moment(text: str, order: str | None) -> datetime | None:
    """A date, with or without a time, as UTC; a day alone is its midnight in Shanghai, and so
    stays that day. None for what is no date."""
    told = unicodedata.normalize("NFKC", text).strip()
    if found := _YEAR_FIRST.fullmatch(told):
        year, month, day, rest = found.groups()
    elif _SERIAL.fullmatch(told):
        return from_local(_EPOCH + timedelta(days=float(told)))
    elif found := _YEAR_LAST.fullmatch(told):
        first, second, year, rest = found.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
    elif found := _PACKED.fullmatch(told):
        year, month, day, rest = found.groups()
    else:
        return None
    try:
        made = datetime(int(year), int(month), int(day))
        return from_local(made + _clock(rest)) if rest.strip() else from_local(made)
    except ValueError:
        return None


def _clock(text: str) -> timedelta:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    half, hours, minutes, seconds, noon = found.groups()
    hour = int(hours)
    if (half == "下午" or (noon or "").lower() == "pm") and hour < 12:
        hour += 12
    elif (half == "上午" or (noon or "").lower() == "am") and hour == 12:
        hour = 0
    if hour > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=int(minutes), seconds=int(seconds or 0))


def _order(texts: Iterable[str | None]) -> str | None:
    """'dmy' or 'mdy' as the column tells, '?' where it has such dates and none tells."""
    seen = False
    for text in texts:
        if text and (found := _YEAR_LAST.match(text.strip())):
            seen = True
            if int(found[1]) > 12:
                return "dmy"
            if int(found[2]) > 12:
                return "mdy"
    return "?" if seen else None


def _codes(words: Words, cells: Sequence[str | None]) -> bool:
    """Whether most of what a column says are states of a complaint."""
    said = {text for text in cells if text}
    if not said:
        return False
    if len(said) > _MOST_WORDS:
        return False
    known = sum(words.code("state", text) is not None for text in said)
    return known * 2 >= len(said)


def _cell(row: Sequence[str | None], at: int) -> str | None:
    return row[at] if at < len(row) else None


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-?？:：]+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
