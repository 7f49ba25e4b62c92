"""How often the shipped pack is right, on the simulated attempts of ../shared where present: as they
are, and as another season with other events would have been."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.domain.progress import CancelToken, silent
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse.store import WarehouseStore

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here"),
]


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def judged(
    attempts: Path, events: Path | None, truth: Mapping[str, str], folder: Path
) -> tuple[dict[str, float], dict[str, float]]:
    """F1 by cause, and the precision of what is called determined by cause."""
    store = WarehouseStore.ephemeral(shipped_pack(), write=write_batches)
    try:
        store.import_files(
            [attempts],
            events=events,
            quarantine_dir=folder,
            progress=silent,
            cancel=CancelToken(),
        )
        store.write_diagnoses(folder / "out.csv")
    finally:
        store.close()
    found = table(folder / "out.csv").set_index("attempt_id")
    answers = dict(zip(found.index, zip(found["cause"], found["status"], strict=True), strict=True))
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    determined: dict[str, list[bool]] = defaultdict(list)
    for attempt, cause in truth.items():
        answer, status = answers[attempt]
        said[answer] += 1
        right[cause] += cause == answer
        if status == "determined":
            determined[answer].append(cause == answer)
    true = Counter(truth.values())
    f1 = {cause: 2 * right[cause] / (true[cause] + said[cause]) for cause in true}
    return f1, {cause: sum(hits) / len(hits) for cause, hits in determined.items()}


@pytest.mark.parametrize("with_events", [True, False], ids=["events", "no events"])
@pytest.mark.parametrize("folder", ["attempts_canonical", "attempts_call_centre"])
def test_causes_are_found_and_what_is_called_determined_is_right(
    folder: str, with_events: bool, tmp_path: Path
) -> None:
    truth = table(DATA / folder / "truth.csv")
    f1, precision = judged(
        DATA / folder / "attempts.csv",
        DATA / folder / "events.csv" if with_events else None,
        dict(zip(truth["attempt_id"], truth["cause"], strict=True)),
        tmp_path,
    )
    assert sum(f1.values()) / len(f1) >= 0.95, f1
    assert min(f1.values()) >= 0.88, f1
    assert min(precision.values()) >= 0.97, precision


# what a season without events leaves, and the events of another one
OWN_EVENTS = ("risk_model_failure", "regulatory_tightening", "high_concurrency")
SEASONS = [  # days from the first: policy scope and day, model day, burst day and hour, bad app day
    ("employment_type=freelance", 7, 15, (24, 12), 3),
    ("channel=mini_program", 18, 5, (11, 21), 25),
    ("province=江苏", 12, 20, (3, 0), 9),
]


@pytest.mark.parametrize("scope, policy, model, burst, app", SEASONS)
def test_another_seasons_events_are_told_apart_without_a_file_of_them(
    scope: str, policy: int, model: int, burst: tuple[int, int], app: int, tmp_path: Path
) -> None:
    chance = np.random.RandomState(policy)
    folder = DATA / "attempts_canonical"
    columns = list((attempts := table(folder / "attempts.csv")).columns)
    rows = attempts.merge(table(folder / "truth.csv"), how="left").fillna({"cause": ""})
    evening = rows["occurred_at"].between("2026-11-10 20:00:00", "2026-11-11 02:00:00")
    rows = rows[~rows["cause"].isin(OWN_EVENTS)]
    rows = rows[~((rows["cause"] == "service_defect") & (rows["app_version"] == "12.4.0"))]
    rows = rows[~evening.loc[rows.index] | (chance.rand(len(rows)) < 0.12)].reset_index(drop=True)
    at = pd.to_datetime(rows["occurred_at"]) - pd.Timedelta(days=140)
    rows = rows.assign(at=at, risk_model="m1", app_version="5.1")
    start = at.min().normalize()

    def day(n: float) -> pd.Timestamp:
        return start + pd.Timedelta(days=n)

    def change(where: pd.Series, **values: object) -> None:
        for column, value in values.items():
            rows.loc[where, column] = (
                chance.choice(value, where.sum()) if isinstance(value, list) else value
            )

    def share(part: float) -> np.ndarray:
        return chance.rand(len(rows)) < part

    # a burst: eight times the usual attempts for three hours, half of them refused
    began = day(burst[0] + burst[1] / 24)
    more = rows[rows["cause"] != "service_defect"].sample(8 * 80, random_state=chance)
    more = more.assign(
        attempt_id=[f"X{n}" for n in range(len(more))],
        customer_id=[f"x{n}" for n in range(len(more))],
        phone="",
        id_card="",
        at=began + pd.to_timedelta(chance.rand(len(more)) * 3, unit="h"),
    )
    rows = pd.concat([rows, more], ignore_index=True)
    refused = rows["attempt_id"].str.startswith("X") & share(0.5)
    change(
        refused & (rows["cause"] != "network_interruption"),
        outcome="failed",
        decision="none",
        error_source="gateway",
        error_code=["SYS_BUSY", "GW_TIMEOUT", ""],
        error_message=["活动太火爆了", "人数过多，请稍后"],
        http_status=["429", "503", "504"],
        step=["entry", "credit_review"],
        exit_reason="",
        cause="high_concurrency",
    )
    # a policy for one group, and a model that declines a third of those it should not
    field, value = scope.split("=")
    declined = {
        "outcome": "failed",
        "decision": "declined",
        "error_source": "risk",
        "step": "credit_review",
        "http_status": "200",
        "error_message": ["评分不足", ""],
    }
    reviewed = rows["decision"].isin(["approved", "declined"])
    covered = reviewed & (rows["at"] >= day(policy)) & (rows[field] == value) & share(0.9)
    change(
        covered,
        **declined,
        error_code=["POLICY_REJECT", "CREDIT_REJECT"],
        cause="regulatory_tightening",
    )
    change(rows["at"] >= day(model), risk_model="m2")
    faulty = rows["at"].between(day(model), day(model + 3)) & (rows["decision"] == "approved")
    change(faulty & share(0.35), **declined, error_code="CREDIT_REJECT", cause="risk_model_failure")
    # an app version that crashes for two days
    crashed = rows["at"].between(day(app), day(app + 2)) & (rows["channel"] == "app_ios")
    change(crashed, app_version="6.0")
    change(
        crashed & share(0.5) & (rows["cause"] != "high_concurrency"),
        outcome="failed",
        decision="none",
        error_source="app",
        error_code=["CRASHED", ""],
        http_status="0",
        latency_ms="700",
        step="face",
        exit_reason="",
        cause="service_defect",
    )
    rows["occurred_at"] = rows["at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    rows[columns].to_csv(tmp_path / "attempts.csv", index=False)
    failed = rows[rows["cause"] != ""]
    truth = dict(zip(failed["attempt_id"], failed["cause"], strict=True))
    f1, precision = judged(tmp_path / "attempts.csv", None, truth, tmp_path)
    assert sum(f1.values()) / len(f1) >= 0.94, f1
    assert min(precision.values()) >= 0.95, precision
