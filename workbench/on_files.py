"""Commands that work on files alone, wired; part of the composition root.

No profile is opened, and nothing is kept but what was asked for and the rows set aside.
"""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.errors import Usage
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.texts import sayer

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.domain.driver import Driver
    from workbench.domain.importing import ImportReport, Mapping
    from workbench.domain.spike import Spike
    from workbench.domain.trend import Every
    from workbench.rules.pack import RulePack
    from workbench.warehouse.lake.diagnosing import LakeEngine
    from workbench.warehouse.readers import Rejected


def diagnose_file(
    source: Path,
    out: Path,
    *,
    rules: Path | None,
    mapping: "Mapping | None",
    events: Path | None,
    scores: Sequence[Path] = (),
    scores_source: str | None = None,
    progress: ProgressListener,
    cancel: CancelToken,
    lang: str | None = None,
) -> "ImportReport":
    """``workbench diagnose``: no profile, nothing kept but ``out`` and the rows set aside."""
    from workbench.reports.tables import write_batches
    from workbench.rules.pack import read_pack, shipped_pack
    from workbench.warehouse.store import WarehouseStore

    pack = read_pack(rules) if rules else shipped_pack()
    store = WarehouseStore.ephemeral(pack, write=write_batches, say=sayer(lang))
    try:
        report = store.import_files(
            [source],
            mapping=mapping,
            events=events,
            scores=scores,
            source=scores_source,
            quarantine_dir=out.absolute().parent,
            progress=progress,
            cancel=cancel,
        )
        store.write_diagnoses(out)
    finally:
        store.close()
    return report


def diagnose_lake(
    source: Path,
    out: Path,
    *,
    engine: str,
    rules: Path | None,
    events: Path | None,
    overwrite: bool,
    progress: ProgressListener,
    cancel: CancelToken,
    lang: str | None = None,
) -> "ImportReport":
    """``workbench diagnose`` of a Parquet lake on the engine that a URL names: ``duckdb`` or
    ``spark://…``. Raises Usage for another."""
    from workbench.rules.pack import read_pack, shipped_pack
    from workbench.warehouse.lake import diagnosing

    pack = read_pack(rules) if rules else shipped_pack()
    dated, aside = _events(events, pack, out, lang) if events else (None, None)
    with closing(_lake_engine(engine)) as opened:
        report = diagnosing.diagnose_lake(
            opened,
            source,
            out,
            pack,
            events=dated,
            overwrite=overwrite,
            progress=progress,
            cancel=cancel,
        )
    if aside is None:
        return report
    return replace(
        report,
        read=report.read + aside.read,
        quarantined=aside.quarantined,
        quarantine_file=aside.quarantine_file,
    )


def _lake_engine(url: str) -> "LakeEngine":
    if url == "duckdb":
        from workbench.warehouse.engines.duckdb import DuckEngine

        return DuckEngine(None, os.urandom(32))
    if url.startswith("spark:"):
        from workbench.warehouse.engines.spark import SparkEngine

        return SparkEngine(url)
    raise Usage("not_a_lake_engine", url=url)


def _events(
    file: Path, pack: "RulePack", out: Path, lang: str | None
) -> tuple["pa.Table", "ImportReport"]:
    """The rows of an events file, read by the one reader that imports have too."""
    from workbench.reports.tables import write_batches
    from workbench.warehouse.store import WarehouseStore

    store = WarehouseStore.ephemeral(pack, write=write_batches, say=sayer(lang))
    try:
        aside = store.import_files([], events=file, quarantine_dir=out.absolute().parent)
        with store.session() as session:
            rows = session.fetch("SELECT kind, name, starts_at, ends_at, scope FROM events")
    finally:
        store.close()
    return rows, aside


def spikes_in_file(
    path: Path, every: "Every | None" = None, lang: str | None = None
) -> tuple[list["Spike"], bool, list[str]]:
    """``workbench spikes FILE``: the spikes of its series, averaged over ``every`` if given;
    whether its times carry a zone; and for each row set aside, why."""
    from workbench.warehouse.series import aggregated, read_series
    from workbench.warehouse.spikes import find_spikes

    file = read_series(path)
    series = aggregated(file.series, every) if every else file.series
    return find_spikes(series), file.zoned, _reasons(file.rejected, lang)


def drivers_in_file(
    path: Path, *, real: str, expected: str, by: Sequence[str], lang: str | None = None
) -> tuple[list["Driver"], list[str]]:
    """``workbench drivers FILE``: the slices that explain it, and why rows were set aside."""
    from workbench.warehouse.drivers import explain_file
    from workbench.warehouse.series import read_cells

    cells = read_cells(path, real, expected, by)
    return explain_file(cells), _reasons(cells.rejected, lang)


def _reasons(rejected: Sequence["Rejected"], lang: str | None) -> list[str]:
    say = sayer(lang)
    return [
        say("reason.at_line", line=row.line)
        + say(f"reason.{row.code}", column=row.column, value=row.value[:40], **row.params)
        for row in rejected
    ]
