"""The events file: dated things that explain a change, such as campaigns and releases."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from workbench.domain.attempt import ALL_FIELDS
from workbench.domain.errors import BadInput
from workbench.domain.event import DatedEvent
from workbench.warehouse.clean import time_sql
from workbench.warehouse.engines import Session
from workbench.warehouse.loading import Loading
from workbench.warehouse.policies import SCOPED
from workbench.warehouse.readers import Rejected, open_source
from workbench.warehouse.recognise import fold_header, fold_word, known_field, words

_REQUIRED = ("kind", "name", "starts_at")
_COLUMNS = (*_REQUIRED, "ends_at", "scope")


def add_events(loading: Loading, path: Path) -> tuple[int, bool]:
    """Put the file's events into the store; one of the same kind, name and start is replaced.

    Returns how many rows were set aside and whether anything changed. Times are Shanghai's unless
    they carry a zone; an empty end means 'still in force'. Raises BadInput.
    """
    source = open_source(path)
    at = _columns(path, source.headers)
    rows: list[dict[str, object]] = []
    bad: list[tuple[int, list[Rejected]]] = []
    for batch in source.batches():
        loading.cancel.check()
        for row in batch.to_pylist():
            texts = {c: (row[f"c{i}"] or "").strip() for c, i in at.items()}
            if any(texts.values()):
                rows.append({c: texts.get(c, "") for c in _COLUMNS} | {"line": row["_line"]})
    bad += [(r.line, [r]) for r in source.rejected]
    good = []
    for row, starts, ends in zip(rows, *_times(loading, rows), strict=True):
        problem = _problem(row, starts, ends)
        if problem is not None:
            column, code = problem
            line = int(str(row["line"]))
            bad.append((line, [Rejected(line, column, str(row[column]), code)]))
            continue
        kind, scope = _kind(str(row["kind"])), _scope(str(row["scope"]))
        good.append((kind, row["name"], starts, ends, scope))
    loading.quarantine.add(path.name, sorted(bad, key=lambda item: item[0]))
    before = loading.session.rows("SELECT * FROM w.events ORDER BY ALL")
    for event in good:
        loading.session.execute(
            "DELETE FROM w.events WHERE kind = ? AND name = ? AND starts_at = ?", event[:3]
        )
        loading.session.execute("INSERT INTO w.events VALUES (?, ?, ?, ?, ?)", event)
    changed = before != loading.session.rows("SELECT * FROM w.events ORDER BY ALL")
    return len(bad), changed


def dated_events(
    session: Session, start: datetime | None, end: datetime | None
) -> list[DatedEvent]:
    """Those that began or were in force between two times (UTC), in order. What has no end and is
    no policy or campaign is a moment."""
    conditions, params = ["TRUE"], []
    if end is not None:
        conditions.append("starts_at < ?")
        params.append(end)
    if start is not None:
        conditions.append(
            "(starts_at >= ? OR ends_at > ? OR ends_at IS NULL AND kind IN ('policy', 'campaign'))"
        )
        params += [start, start]
    rows = session.rows(
        "SELECT kind, name, starts_at, ends_at, COALESCE(scope, '') FROM events"
        f" WHERE {' AND '.join(conditions)} ORDER BY starts_at, kind, name",
        params,
    )
    return [DatedEvent(*row) for row in rows]


def _columns(path: Path, headers: Sequence[str]) -> dict[str, int]:
    names = {fold_header(n): c for c, ns in words("events")["columns"].items() for n in (c, *ns)}
    at = {names[f]: i for i, h in enumerate(headers) if (f := fold_header(h)) in names}
    missing = [c for c in _REQUIRED if c not in at]
    if missing:
        raise BadInput("not_an_events_file", file=path.name, missing=", ".join(missing))
    return at


def _times(loading: Loading, rows: Sequence[dict[str, object]]) -> list[list[datetime | None]]:
    """Starts and ends of all rows, by the one reader of times that attempts have too."""
    session = loading.session
    table = pa.table(
        {c: pa.array([r[c] for r in rows], pa.string()) for c in ("starts_at", "ends_at")}
    )
    session.load("event_texts", table.append_column("n", pa.array(range(len(rows)), pa.int64())))
    try:
        found = session.rows(
            f"SELECT {time_sql('starts_at')}, {time_sql('ends_at')} FROM event_texts ORDER BY n"
        )
    finally:
        session.unload("event_texts")
    return [[row[i] for row in found] for i in (0, 1)]


def _problem(
    row: dict[str, object], starts: datetime | None, ends: datetime | None
) -> tuple[str, str] | None:
    """(column, code) of the first thing wrong with an event, or None."""
    if _kind(str(row["kind"])) is None:
        return "kind", "unknown_event_kind"
    if not row["name"]:
        return "name", "required_missing"
    if starts is None:
        return "starts_at", "unreadable_time" if row["starts_at"] else "required_missing"
    if row["ends_at"] and ends is None:
        return "ends_at", "unreadable_time"
    if ends is not None and ends <= starts:
        return "ends_at", "ends_before_start"
    if _scope(str(row["scope"])) is None:
        return "scope", "bad_scope"
    return None


def _kind(text: str) -> str | None:
    kinds: dict[str, list[str]] = words("events")["kinds"]
    for kind, names in kinds.items():
        if fold_word(text) in {fold_word(name) for name in (kind, *names)}:
            return kind
    return None


def _scope(text: str) -> str | None:
    """``field=value;field=value`` in standard names and values; None where it cannot be read."""
    pairs = []
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        name, sign, value = part.replace("＝", "=").partition("=")
        field = known_field(name)
        if not sign or not value.strip() or field not in SCOPED:
            return None
        table = words("values").get(field, {}) if ALL_FIELDS[field].values else {}
        standard = next((v for v, ws in table.items() if fold_word(value) in ws), value.strip())
        pairs.append(f"{field}={standard}")
    return ";".join(pairs)
