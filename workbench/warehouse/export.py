"""What of the warehouse goes into files: masked attempts, and the answers of ``diagnose``.

How a file is written is not the warehouse's: a writer is given to the store.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from workbench.domain.trend import TrendFilter
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.subjects import Seals
from workbench.warehouse.trends import condition

WriteBatches = Callable[[Path, pa.Schema, Iterable[pa.RecordBatch]], int]

# fields of an attempt that are identities -> columns of ``identities`` with their masked form
IDENTITIES = {
    "customer_id": "customer_id",
    "customer_name": "name",
    "phone": "phone",
    "id_card": "id_card",
}
DIAGNOSES = (
    "attempt_id",
    "symptom",
    "cause_group",
    "cause",
    "reason_code",
    "status",
    "rules_version",
    "contributing",
)  # the output of ``workbench diagnose`` (design.md section 6)


def export_attempts(
    session: Session,
    write: WriteBatches,
    path: Path,
    where: TrendFilter | None,
    seals: Seals | None = None,
    sealed_in: str = "identities",
) -> int:
    """Every attempt that the filter lets through, oldest first; returns rows. Identities are
    masked, or the originals where ``seals`` are given (but for whom no key is left): the caller has
    written the audit row."""
    facts = [c for c in schema.FACTS if c not in schema.KEYS]
    columns = [
        *(f"a.{quoted(c)}" for c in facts),
        *(f"i.{own} AS {field}" for field, own in IDENTITIES.items()),
        *(f"a.{quoted(e.name)}" for e in schema.extras(session)),
        *(f"a.{quoted(c)}" for c in (*schema.FILLED, *schema.CONTEXT, *schema.DIAGNOSIS)),
    ]
    sql, params = condition(where or TrendFilter())
    rows = f"(SELECT * FROM attempts WHERE {sql}) a LEFT JOIN identities i USING (identity_key)"
    order = "ORDER BY a.occurred_at NULLS LAST, a.attempt_id"
    sealed = ""
    if seals:
        sealed = ", s.customer_key AS _customer, s.identity_key AS _key, s.sealed AS _sealed"
        rows += f" LEFT JOIN {sealed_in} s ON s.identity_key = a.identity_key"
    sql = f"SELECT {', '.join(columns)}{sealed} FROM {rows} {order}"
    if seals is None:
        return _export(session, write, path, sql, params)
    shape = session.fetch(f"SELECT * FROM ({sql}) LIMIT 0", params).schema
    shown = pa.schema([f for f in shape if not f.name.startswith("_")])
    opened = (_unsealed(batch, shown, seals) for batch in session.stream(sql, params))
    return write(path, shown, opened)


def _unsealed(batch: pa.RecordBatch, shown: pa.Schema, seals: Seals) -> pa.RecordBatch:
    """The batch with the originals in the place of the masked forms."""
    hidden = (batch[name].to_pylist() for name in ("_customer", "_key", "_sealed"))
    rows = list(zip(*hidden, strict=True))
    known = [(int(customer), int(key), sealed) for customer, key, sealed in rows if sealed]
    opened = iter(seals.opened(known))
    people = [next(opened) if sealed else None for _, _, sealed in rows]
    columns = [
        pa.array(
            [
                masked if person is None else person.get(field.name)
                for person, masked in zip(people, batch[field.name].to_pylist(), strict=True)
            ],
            field.type,
        )
        if field.name in IDENTITIES
        else batch[field.name]
        for field in shown
    ]
    return pa.RecordBatch.from_arrays(columns, schema=shown)


def export_diagnoses(session: Session, write: WriteBatches, path: Path) -> int:
    """One row an attempt, empty where there is nothing to explain; returns rows."""
    listed = ", ".join(f"coalesce({c}, '') AS {c}" for c in DIAGNOSES)
    return _export(session, write, path, f"SELECT {listed} FROM attempts ORDER BY attempt_id", [])


def _export(
    session: Session, write: WriteBatches, path: Path, sql: str, params: Sequence[object]
) -> int:
    shape = session.fetch(f"SELECT * FROM ({sql}) LIMIT 0", params).schema
    return write(path, shape, session.stream(sql, params))
