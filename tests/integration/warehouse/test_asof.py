"""What the desk said at a time is said again, exactly, from what the store kept."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.integration.warehouse import test_refreshing as stores
from tests.integration.warehouse.test_refreshing import (
    EVENT_FIELDS,
    FIELDS,
    OTHER,
    PACK,
    START,
    grown,
    table,
)  # fmt: skip
from tests.integration.warehouse.twins import central, database
from tests.postgres import Cluster
from workbench.domain.reproduction import Said, inputs_digest
from workbench.reports.tables import write_batches
from workbench.rules.pack import parse_pack
from workbench.warehouse import refreshing, schema
from workbench.warehouse.store import WarehouseStore

pytestmark = pytest.mark.slow

CAPPED = parse_pack("""
name: context
version: "3"
rules:
  - {code: P, cause: regulatory_tightening, when: policy IS NOT NULL, attempts_cap: {30d: 2}}
""")
PACKS = {pack.version: pack for pack in (PACK, OTHER, CAPPED)}
_SAID = tuple(name for name in schema.DIAGNOSIS if name != "rules_version")


class Clock:
    """Goes on by a minute a step."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Answers:
    """What a store said of every attempt after each step."""

    store: WarehouseStore
    clock: Clock
    share: int = 6  # one in so many attempts is asked for

    def __post_init__(self) -> None:
        self.told: list[tuple[datetime, str, object]] = []

    def note(self) -> None:
        with self.store.session() as session:
            rows = session.rows(
                f"SELECT attempt_id, {', '.join(_SAID)} FROM attempts"
                f" WHERE attempt_key % {self.share} = 0"
            )
        for attempt, *said in rows:
            self.told.append((self.clock.now, attempt, self._spelt(attempt, Said(*said))))
        self.clock.now += timedelta(minutes=1)

    def _spelt(self, attempt: str, said: Said) -> object:
        explanation = self.store.explain(attempt)
        shown = {lang: explanation.as_json(lang) for lang in ("zh", "en")}
        return said, shown, inputs_digest(explanation.fields or {})

    def again(self, at: datetime, attempt: str) -> object:
        kept = self.store.kept_answer(attempt, at)
        explanation, said = self.store.explain_kept(kept, PACKS[kept.rules_version])
        assert said == kept.said
        shown = {lang: explanation.as_json(lang) for lang in ("zh", "en")}
        return said, shown, inputs_digest(explanation.fields or {})

    def unlike(self) -> list[tuple[datetime, str]]:
        """Those answers, of attempts that are still there, that come out otherwise by now."""
        with self.store.session() as session:
            there = {a for (a,) in session.rows("SELECT attempt_id FROM attempts")}
        return [
            (at, attempt)
            for at, attempt, said in self.told
            if attempt in there and self.again(at, attempt) != said
        ]


@pytest.fixture
def answers() -> Iterator[Answers]:
    with opened() as found:
        yield found


class opened:
    def __enter__(self) -> Answers:
        clock = Clock()
        self.store = WarehouseStore.ephemeral(PACK, write=write_batches, clock=clock)
        return Answers(self.store, clock)

    def __exit__(self, *_: object) -> None:
        self.store.close()


STEPS = [*(s for s in stores.STEPS if s != "drop"), "rules", "rules"]


def test_every_answer_of_a_store_that_grew_is_given_again(answers: Answers, tmp_path: Path) -> None:
    steps = ["file", "events", "rules", "file", "scores", "event gone", "rules", "erase", "file"]
    grown(3, steps, answers.store, tmp_path, answers.note)
    assert len({at for at, *_ in answers.told}) > 5
    assert len({str(said) for *_, said in answers.told}) > len({a for _, a, _ in answers.told})
    assert answers.unlike() == []


def test_when_to_try_again_is_told_as_it_was_known_then(answers: Answers, tmp_path: Path) -> None:
    store, answers.share = answers.store, 1
    store.use(CAPPED)
    row = {"customer_id": "c1", "outcome": "failed"}
    policy = {"kind": "policy", "name": "甲", "starts_at": START}

    def come(attempt_id: str, hour: int) -> None:
        at = START + timedelta(hours=hour)
        rows = [row | {"attempt_id": attempt_id, "occurred_at": at}]
        store.import_files([table(tmp_path, f"{attempt_id}.csv", FIELDS, rows)])
        answers.note()

    def ends(days: int) -> None:
        told = [policy | {"ends_at": START + timedelta(days=days)}]
        store.import_files([], events=table(tmp_path, "events.csv", EVENT_FIELDS, told))
        answers.note()

    come("A1", 10)
    ends(5)
    ends(9)
    come("A2", 12)
    when = [said[1]["en"]["next_attempt_at"] for _, a, said in answers.told if a == "A1"]  # type: ignore[index]
    assert len(set(when)) == 4
    assert answers.unlike() == []


@example(46950, ["scores", "events"], True)  # scores that fill nothing in
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 10**6), st.lists(st.sampled_from(STEPS), min_size=2, max_size=6), st.booleans()
)
def test_any_answer_of_any_store_is_given_again(
    monkeypatch: pytest.MonkeyPatch, seed: int, steps: list[str], always_partly: bool
) -> None:
    with monkeypatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(refreshing, "SHARE", 1e9 if always_partly else 0.3)
        with opened() as answers:
            grown(seed, steps, answers.store, Path(folder), answers.note)
            assert answers.unlike() == []


@pytest.mark.parametrize("seed", range(2))
def test_the_centre_gives_its_answers_again(
    postgres_cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: int
) -> None:
    monkeypatch.setattr(refreshing, "SHARE", 1e9 if seed else 0.3)
    with database(postgres_cluster) as url:
        store = central(url(), tmp_path)
        answers = Answers(store, Clock())
        store._pack, store._clock = PACK, answers.clock
        grown(seed, [*STEPS, "file"], store, tmp_path, answers.note)
        assert answers.unlike() == []
        store.close()
