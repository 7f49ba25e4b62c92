"""What the benches work on: one profile of many attempts, made once a run, and a file to import.

A tenth of the attempts is invented (``workbench/demo``) and comes in through the product's own
import; the others are copies of these in SQL, each under an id, a customer and keys of its own.
The whole import of ten million rows takes many minutes and would measure nothing more.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.demo.generator import Month, generate
from workbench.demo.plan import Plan
from workbench.rules.pack import RulePack, shipped_pack
from workbench.storage.profile import Profile
from workbench.storage.subjects import SubjectsFile
from workbench.warehouse.engines import Session
from workbench.warehouse.schema import CONTEXT, FACTS, summed_select, times_select
from workbench.warehouse.sorting import sort_keys
from workbench.warehouse.store import WarehouseKeys, WarehouseStore

SHARE = 10  # the invented attempts are one in so many of the profile's
_SEED = 20_261_122

Say = Callable[[str], None]  # a text key: what is being done, for whoever waits


@dataclass
class Stock:
    """In ``folder``, all made when first asked for. ``rows``: attempts of the large profile, a
    multiple of SHARE."""

    folder: Path
    rows: int
    say: Say = lambda _: None

    def __post_init__(self) -> None:
        self.rows -= self.rows % SHARE

    @property
    def file_rows(self) -> int:
        return self.rows // SHARE

    @cached_property
    def pack(self) -> RulePack:
        return shipped_pack()

    @cached_property
    def month(self) -> Month:
        self.say("inventing")
        return generate(Plan(rows=self.file_rows, seed=_SEED))

    @cached_property
    def file(self) -> Path:
        """``file_rows`` attempts as UTF-8 CSV."""
        from workbench.demo.files import write_canonical

        month = self.month
        self.say("writing")
        path = self.folder / "attempts.csv"
        write_canonical(month, path)
        return path

    @cached_property
    def events(self) -> Path:
        from workbench.demo.files import write_events

        path = self.folder / "events.csv"
        write_events(self.month.plan, path)
        return path

    @cached_property
    def profile(self) -> Path:
        """The folder of a profile with ``rows`` attempts, closed: one process at a time has it."""
        folder = self.new_profile("large")
        with self.opened(folder) as store:
            self.say("importing")
            store.import_files([self.file], events=self.events)
            self.say("copying")
            with store.session() as session, session.transaction():
                _copy(session, SHARE - 1)
                # and what else an import leaves behind
                for table, rows in (
                    ("attempts_by_hour", summed_select("attempts")),
                    ("customer_times", times_select("attempts")),
                ):
                    session.execute(f"CREATE OR REPLACE TABLE {table} AS {rows}")
                sort_keys(session)
        return folder

    def new_profile(self, name: str) -> Path:
        """An empty profile that opens without being asked for anything."""
        folder = self.folder / name
        Profile.open(folder, demo=True)
        return folder

    @contextmanager
    def opened(self, folder: Path) -> Iterator[WarehouseStore]:
        """The warehouse of a profile, as bootstrap opens it."""
        from workbench.reports.tables import write_batches

        profile = Profile.open(folder, demo=True)
        keys = WarehouseKeys(
            database=profile.key("warehouse"), blind=profile.key("blind"), seal=profile.key("seal")
        )
        with closing(SubjectsFile(profile.subjects, profile.key("subjects"))) as subjects:
            store = WarehouseStore.open(
                profile.warehouse,
                keys=keys,
                subjects=subjects,
                pack=self.pack,
                write=write_batches,
            )
            with closing(store):
                yield store

    @contextmanager
    def store(self) -> Iterator[WarehouseStore]:
        with self.opened(self.profile) as store:
            yield store

    def phones(self, count: int) -> list[str]:
        """Phones of ``count`` invented attempts at most, in clear, each once."""
        found = [phone for phone in self.month.columns()["phone"].to_list() if phone]
        return random.Random(_SEED).sample(sorted(set(found)), min(count, len(set(found))))


def attempt_ids(session: Session, count: int) -> list[str]:
    """Random ones, the same in every run over the same rows."""
    found = session.rows(
        f"SELECT attempt_id FROM attempts ORDER BY hash(attempt_key, {_SEED}) LIMIT {count:d}"
    )
    return [attempt_id for (attempt_id,) in found]


def _copy(session: Session, copies: int) -> None:
    """``copies`` of every attempt, person and search key."""

    def moved(key: str) -> str:
        """Another key for each copy, the same wherever the original's stood; NULL stays NULL."""
        return f"CASE WHEN {key} IS NOT NULL THEN hash({key}, n) END AS {key}"

    new = {
        "attempts": (
            "md5_number_lower(attempt_id || '-' || n) AS attempt_key",
            "attempt_id || '-' || n AS attempt_id",
            moved("customer_key"),
            moved("identity_key"),
        ),
        "identities": (moved("identity_key"), moved("customer_key")),
        "search_keys": (moved("key"), moved("customer_key")),
    }
    for table, columns in new.items():
        session.execute(
            f"INSERT INTO {table} SELECT * EXCLUDE (n) REPLACE ({', '.join(columns)})"
            f" FROM range(1, {copies + 1}) AS copies(n), (SELECT * FROM {table}) AS base"
        )


def undiagnosed() -> str:
    """The stored attempts with what rules read and without their diagnosis, as a relation."""
    listed = ", ".join(f'"{name}"' for name in [*FACTS, *CONTEXT])
    return f"(SELECT {listed} FROM attempts)"
