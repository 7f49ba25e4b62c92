"""The same calls to a warehouse in a file and to one elsewhere, and what both are filled with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.integration.warehouse.conftest import KEYS, subjects_of
from tests.postgres import USER, Cluster
from workbench.domain.importing import ImportReport
from workbench.reports.tables import write_batches
from workbench.rules.pack import shipped_pack
from workbench.warehouse.central.store import CentralStore
from workbench.warehouse.store import WarehouseKeys, WarehouseStore

NOW = datetime(2026, 11, 22, 12)
HEADER = (
    "attempt_id,customer_id,customer_name,phone,id_card,occurred_at,channel,step,outcome,branch"
)
PERSON = "王小明,13812345678,11010119900307283X"
FIRST = (
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,pending,7",
    f"B2,c1,{PERSON},2026-09-30 23:59:00,app_ios,face,failed,8",
    "B3,c2,欧阳娜娜,13900001111,,2026-11-01 00:10:00,h5,identity,abandoned,",
    f"B4,c1,{PERSON},yesterday,app_ios,face,failed,9",
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,pending,7",
)
# B1 is final by now, B2 comes again, B3 with other content; the branch is no number any more
SECOND = (
    f"B1,c1,{PERSON},2026-10-20 08:00:00,app_ios,face,failed,7",
    f"B2,c1,{PERSON},2026-09-30 23:59:00,app_ios,face,failed,8",
    "B3,c2,欧阳娜娜,13900001111,,2026-11-01 00:11:00,h5,identity,abandoned,",
    "B5,c3,曾子墨,13700002222,,2026-08-03 10:00:00,h5,identity,success,north",
)


def csv(file: Path, *lines: str) -> Path:
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return file


@contextmanager
def database(cluster: Cluster) -> Iterator[Callable[..., str]]:
    """A new database; gives its URL, for another login where one is named."""
    name = f"w{uuid4().hex[:12]}"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield lambda user=USER, password=cluster.password: cluster.url_of(user, password, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def central(url: str, folder: Path, keys: WarehouseKeys = KEYS) -> CentralStore:
    return CentralStore.connect(
        url,
        keys=lambda _: keys,
        pack=shipped_pack(),
        write=write_batches,
        quarantine_dir=folder,
        clock=lambda: NOW,
    )


def local(folder: Path) -> WarehouseStore:
    return WarehouseStore.open(
        folder / "warehouse.db",
        keys=KEYS,
        subjects=subjects_of(folder / "warehouse.db"),
        pack=shipped_pack(),
        write=write_batches,
        clock=lambda: NOW,
    )


class Twins:
    """The same calls to a file and to a warehouse elsewhere, named by its engine."""

    def __init__(self, folder: Path, file: WarehouseStore | None = None, **elsewhere: Any) -> None:
        self.folder = folder
        self.both = {"duckdb": file or local(folder / "d"), **elsewhere}

    def __call__(self, call: Callable[[Any], Any]) -> Any:
        """The answer that all give."""
        file, *others = (call(store) for store in self.both.values())
        for other in others:
            assert other == file
        return file

    def imported(self, *paths: Path, **more: Any) -> ImportReport:
        return self(lambda store: comparable(store.import_files(paths, **more)))

    def exported(self, suffix: str, **how: Any) -> bytes:
        def written(store: WarehouseStore) -> bytes:
            file = self.folder / f"{uuid4().hex}.{suffix}"
            assert store.export(file, **how) > 0
            return file.read_bytes()

        return self(written)

    def close(self) -> None:
        for store in self.both.values():
            store.close()


def comparable(report: ImportReport) -> ImportReport:
    """Without what no two imports share; the rows set aside in the place of their file."""
    aside = report.quarantine_file and report.quarantine_file.read_text("utf-8-sig")
    return replace(report, seconds=0.0, quarantine_file=aside)
