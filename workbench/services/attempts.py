"""Finding, explaining, importing, exporting and counting attempts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.domain.attempt import AttemptRow, LookupResult
from workbench.domain.codes import CodeSeen
from workbench.domain.diagnosis import Explanation
from workbench.domain.importing import FileKind, ImportPreview, ImportReport, Mapping
from workbench.domain.incident import FoundIncident
from workbench.domain.people import Act
from workbench.domain.progress import CancelToken, ProgressListener, silent
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter, TrendPoint, TrendQuery
from workbench.services.auditing import audited_export, note
from workbench.services.ports import AttemptStore, Clock, Records
from workbench.services.session import Session

_MAPPING = "mapping"
UnmappedOf = Callable[[dict[str, object]], tuple[CodeSeen, ...]]
IncidentOf = Callable[[str | None, datetime | None], FoundIncident | None]


class AttemptService:
    """What lookup and trends call, page and command alike. Blocks: never on the GUI thread."""

    def __init__(
        self,
        store: AttemptStore,
        records: Records,
        session: Session,
        clock: Clock = utc_now,
        unmapped_of: UnmappedOf | None = None,
    ) -> None:
        """``unmapped_of`` says which of an attempt's codes no catalogue knows; ``incident_of``,
        given later, which burst a failure of a cause at a time is part of."""
        self._store = store
        self._records = records
        self._session = session
        self._clock = clock
        self._unmapped_of = unmapped_of
        self.incident_of: IncidentOf = lambda cause, at: None

    # importing
    def preview(
        self, path: Path, mapping: Mapping | None = None, kind: FileKind | None = None
    ) -> ImportPreview:
        self._session.require(Act.IMPORT)
        return self._store.preview(path, mapping, kind=kind)

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        mapping: Mapping | None = None,
        events: Path | None = None,
        scores: Sequence[Path] = (),
        source: str | None = None,
        quarantine_dir: Path | None = None,
        progress: ProgressListener = silent,
        cancel: CancelToken | None = None,
    ) -> ImportReport:
        self._session.require(Act.IMPORT)
        report = self._store.import_files(
            paths,
            mapping=mapping,
            events=events,
            scores=scores,
            source=source,
            quarantine_dir=quarantine_dir,
            progress=progress,
            cancel=cancel or CancelToken(),
        )
        self._audit("import", ",".join(p.name for p in (*paths, *scores)), report.as_json())
        return report

    def save_mapping(self, mapping: Mapping) -> None:
        self._session.require(Act.IMPORT)
        with self._records.unit_of_work() as uow:
            uow.saved.put(_MAPPING, mapping.name, mapping_to_json(mapping))
            uow.commit()

    def fitting_mapping(self, headers: Sequence[str]) -> str | None:
        """The name of a saved mapping made for a file of the very same headers, in any order."""
        self._session.require(Act.IMPORT)
        for name in self.mapping_names():
            found = self.mapping(name)
            if found is not None and found.columns and set(found.columns) == set(headers):
                return name
        return None

    def mapping(self, name: str) -> Mapping | None:
        self._session.require(Act.IMPORT)
        with self._records.unit_of_work() as uow:
            body = uow.saved.get(_MAPPING, name)
        return mapping_from_json(name, body) if body is not None else None

    def mapping_names(self) -> list[str]:
        self._session.require(Act.IMPORT)
        with self._records.unit_of_work() as uow:
            return uow.saved.names(_MAPPING)

    # the call
    def lookup(self, term: str) -> LookupResult:
        self._session.require(Act.LOOKUP)
        return self._store.lookup(term)

    def timeline(self, customer_ref: str) -> list[AttemptRow]:
        self._session.require(Act.LOOKUP)
        return self._store.timeline(customer_ref)

    def explain(self, attempt_id: str) -> Explanation:
        self._session.require(Act.EXPLAIN)
        explanation = self._store.explain(attempt_id)
        fields = explanation.fields
        if not fields:
            return explanation
        at = fields.get("occurred_at")
        return replace(
            explanation,
            unmapped=self._unmapped_of(fields) if self._unmapped_of is not None else (),
            incident=self.incident_of(explanation.cause, at if isinstance(at, datetime) else None),
        )

    # trends
    def trend(self, query: TrendQuery) -> list[TrendPoint]:
        self._session.require(Act.SEE_TRENDS)
        return self._store.trend(query)

    def trends(self, queries: Sequence[TrendQuery]) -> list[list[TrendPoint]]:
        """The answers of all questions of one page."""
        self._session.require(Act.SEE_TRENDS)
        return self._store.trends(queries)

    def rows(
        self, where: TrendFilter, *, failures_only: bool, limit: int = 1000, offset: int = 0
    ) -> list[AttemptRow]:
        self._session.require(Act.SEE_TRENDS)
        return self._store.rows(where, failures_only=failures_only, limit=limit, offset=offset)

    def count(self, where: TrendFilter, *, failures_only: bool) -> int:
        self._session.require(Act.SEE_TRENDS)
        return self._store.count(where, failures_only=failures_only)

    def values(self, field: str) -> list[str]:
        self._session.require(Act.SEE_TRENDS)
        return self._store.values(field)

    def span(self) -> tuple[int, datetime | None, datetime | None]:
        self._session.require(Act.LOOKUP)
        return self._store.span()

    @property
    def rules_version(self) -> str:
        return self._store.rules_version

    def export(self, path: Path, where: TrendFilter | None = None) -> int:
        """Masked rows to a file; the audit says who took them, before and after."""
        self._session.require(Act.EXPORT)
        return audited_export(
            self._records,
            self._session,
            self._clock,
            "attempts",
            path,
            {},
            lambda: self._store.export(path, where),
        )

    def _audit(self, action: str, subject: str, detail: dict[str, object]) -> None:
        note(self._records, self._session, self._clock, action, "attempts", subject, detail)


def guessed_mapping(preview: ImportPreview) -> Mapping:
    """What the preview shows, said explicitly."""
    return Mapping(
        columns={column.header: column.field for column in preview.columns},
        encoding=preview.encoding,
        delimiter=preview.delimiter,
    )


def mapping_to_json(mapping: Mapping) -> dict[str, object]:
    """The shape of a mapping file (JSON), which people share."""
    return {
        "columns": mapping.columns,
        "missing": {k: list(v) for k, v in mapping.missing.items()},
        "encoding": mapping.encoding,
        "delimiter": mapping.delimiter,
        "sheet": mapping.sheet,
        "date_order": mapping.date_order,
    }


def mapping_from_json(name: str, body: dict[str, Any]) -> Mapping:
    """The inverse of ``mapping_to_json``."""
    return Mapping(
        name=name,
        columns=dict(body.get("columns") or {}),
        missing={k: tuple(v) for k, v in (body.get("missing") or {}).items()},
        encoding=body.get("encoding"),
        delimiter=body.get("delimiter"),
        sheet=body.get("sheet"),
        date_order=body.get("date_order"),
    )
