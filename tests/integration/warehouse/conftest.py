"""A store on disk with a small pack of its own, and a way to write files for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from workbench.reports.tables import write_batches
from workbench.rules.pack import RulePack, read_pack
from workbench.storage.subjects import SubjectsFile
from workbench.warehouse.engines import Session
from workbench.warehouse.engines.spark import SparkLakeSession
from workbench.warehouse.store import WarehouseKeys, WarehouseStore

PACK = """
name: test
version: "1"
rules:
  - code: Q01
    cause: thin_credit_history
    when: [credit_history_months < 6]
  - code: T01
    cause: network_interruption
    when: [http_status = 0]
"""
KEYS = WarehouseKeys(b"d" * 32, b"b" * 32, b"s" * 32)
HEADER = "attempt_id,customer_id,customer_name,phone,id_card,occurred_at,channel,step,outcome"
ROW = "A1,c1,王小明,13812345678,110101199003072834,2026-10-20 08:00:00,app_ios,face,failed"


def subjects_of(database: Path) -> SubjectsFile:
    """The customers' salts beside a store's file."""
    return SubjectsFile(database.with_name("subjects.db"), b"k" * 32)


def give(session: Session, name: str, rows: pa.Table, folder: Path) -> None:
    """The rows as a relation; on Spark as a lake has them, in a file: with rows that were loaded its
    planner reckons by itself, all of them each time that it looks at the plan."""
    if isinstance(session, SparkLakeSession):
        parquet.write_table(rows, folder / f"{name}.parquet")
        session.read_parquet(name, folder / f"{name}.parquet")
    else:
        session.load(name, rows)


def make_pack(folder: Path, text: str = PACK) -> RulePack:
    file = folder / "pack.yaml"
    file.write_text(text, "utf-8")
    return read_pack(file)


@pytest.fixture
def pack(tmp_path: Path) -> RulePack:
    return make_pack(tmp_path)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "warehouse.db"


def open_store(database: Path, pack: RulePack, keys: WarehouseKeys = KEYS) -> WarehouseStore:
    return WarehouseStore.open(
        database,
        keys=keys,
        subjects=subjects_of(database),
        pack=pack,
        write=write_batches,
        clock=lambda: datetime(2026, 11, 22, 12),
    )


@pytest.fixture
def reopen(database: Path, pack: RulePack) -> Iterator[Callable[..., WarehouseStore]]:
    opened: list[WarehouseStore] = []

    def go(pack: RulePack = pack, keys: WarehouseKeys = KEYS) -> WarehouseStore:
        for store in opened:
            store.close()
        opened.append(open_store(database, pack, keys))
        return opened[-1]

    yield go
    for store in opened:
        store.close()


@pytest.fixture
def store(reopen) -> WarehouseStore:
    return reopen()


def write_csv(
    folder: Path,
    *lines: str,
    name: str = "attempts.csv",
    header: str = HEADER,
    end: str = "\n",
) -> Path:
    file = folder / name
    file.write_bytes("".join(line + end for line in (header, *lines)).encode())
    return file


@contextmanager
def filled_store(folder: Path, *lines: str, header: str) -> Iterator[WarehouseStore]:
    """With the lines in it, for tests that only ask: they can share it."""
    store = open_store(folder / "profile" / "warehouse.db", make_pack(folder))
    try:
        store.import_files([write_csv(folder, *lines, header=header)])
        yield store
    finally:
        store.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A CSV of the given lines, with the usual header unless another stands first."""
    return partial(write_csv, tmp_path)
