"""What of the warehouse goes into files: masked attempts, and the answers of ``diagnose``.

How a file is written is not the warehouse's: a writer is given to the store.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from workbench.domain.trend import TrendFilter
from workbench.warehouse import schema
from workbench.warehouse.engines import Session, quoted
from workbench.warehouse.trends import condition

WriteBatches = Callable[[Path, pa.Schema, Iterable[pa.RecordBatch]], int]

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
    session: Session, write: WriteBatches, path: Path, where: TrendFilter | None
) -> int:
    """Every attempt that the filter lets through, masked, oldest first; returns rows."""
    facts = [c for c in schema.FACTS if c not in schema.KEYS]
    columns = [
        *(f"a.{quoted(c)}" for c in facts),
        "i.customer_id, i.name AS customer_name, i.phone, i.id_card",
        *(f"a.{quoted(e.name)}" for e in schema.extras(session)),
        *(f"a.{quoted(c)}" for c in (*schema.CONTEXT, *schema.DIAGNOSIS)),
    ]
    sql, params = condition(where or TrendFilter())
    rows = f"(SELECT * FROM attempts WHERE {sql}) a LEFT JOIN identities i USING (identity_key)"
    order = "ORDER BY a.occurred_at NULLS LAST, a.attempt_id"
    return _export(session, write, path, f"SELECT {', '.join(columns)} FROM {rows} {order}", params)


def export_diagnoses(session: Session, write: WriteBatches, path: Path) -> int:
    """One row an attempt, empty where there is nothing to explain; returns rows."""
    listed = ", ".join(f"coalesce({c}, '') AS {c}" for c in DIAGNOSES)
    return _export(session, write, path, f"SELECT {listed} FROM attempts ORDER BY attempt_id", [])


def _export(
    session: Session, write: WriteBatches, path: Path, sql: str, params: Sequence[object]
) -> int:
    shape = session.fetch(f"SELECT * FROM ({sql}) LIMIT 0", params).schema
    return write(path, shape, session.stream(sql, params))
