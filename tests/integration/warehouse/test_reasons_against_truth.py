"""How often the shipped pack is right, on the simulated attempts of ../shared where present."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from workbench.domain.progress import CancelToken, silent
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse.store import WarehouseStore

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")


def table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["attempt_id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("with_events", [True, False], ids=["events", "no events"])
@pytest.mark.parametrize("folder", ["attempts_canonical", "attempts_call_centre"])
def test_causes_are_found_and_what_is_called_determined_is_right(
    folder: str, with_events: bool, tmp_path: Path
) -> None:
    store = WarehouseStore.ephemeral(shipped_pack(), write=write_batches)
    try:
        store.import_files(
            [DATA / folder / "attempts.csv"],
            events=DATA / folder / "events.csv" if with_events else None,
            quarantine_dir=tmp_path,
            progress=silent,
            cancel=CancelToken(),
        )
        store.write_diagnoses(tmp_path / "out.csv")
    finally:
        store.close()
    found = table(tmp_path / "out.csv")
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    determined: dict[str, list[bool]] = defaultdict(list)
    for attempt, row in table(DATA / folder / "truth.csv").items():
        cause, answer = row["cause"], found[attempt]["cause"]
        true[cause] += 1
        said[answer] += 1
        right[cause] += cause == answer
        if found[attempt]["status"] == "determined":
            determined[answer].append(cause == answer)
    f1 = {cause: 2 * right[cause] / (true[cause] + said[cause]) for cause in true}
    precision = {cause: sum(hits) / len(hits) for cause, hits in determined.items()}
    assert sum(f1.values()) / len(f1) >= 0.95, f1
    assert min(f1.values()) >= 0.88, f1
    assert min(precision.values()) >= 0.97, precision
