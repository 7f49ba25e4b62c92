"""Customers' salts in a lake: one Parquet file in a folder that readers of Parquet do not see."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from workbench.domain.errors import NotPermitted
from workbench.domain.salts import SALT
from workbench.files import sync_file, sync_folder
from workbench.warehouse.subjects import Subjects

_SHAPE = pa.schema([("customer_key", pa.uint64()), ("salt", pa.binary(SALT))])
_GROUP_ROWS = 65_536  # rows that are read to find one


def write_salts(lake: Path, subjects: Subjects) -> None:
    """Beside the tables of a lake that is being written."""
    file = _file(lake)
    file.parent.mkdir()
    with parquet.ParquetWriter(file, _SHAPE, compression="none") as writer:
        for page in subjects.pages():
            if page:
                writer.write_table(_table(page), row_group_size=_GROUP_ROWS)
    sync_file(file)
    sync_folder(file.parent)


class LakeSubjects:
    """Satisfies ``warehouse.subjects.Subjects`` for a lake as it lies there."""

    def __init__(self, lake: Path) -> None:
        self._lake = lake

    def ensure(self, customers: Sequence[int]) -> NoReturn:
        raise NotPermitted("lake_read_only", place=str(self._lake))

    def find(self, customers: Collection[int]) -> dict[int, bytes]:
        wanted = pa.array(customers, pa.uint64())
        with suppress(FileNotFoundError):  # left out, or of an older version
            found = parquet.read_table(
                _file(self._lake), filters=pc.field("customer_key").isin(wanted), partitioning=None
            )
            return dict(zip(*(column.to_pylist() for column in found.columns), strict=True))
        return {}

    def destroy(self, customers: Collection[int]) -> None:
        """Writes the file anew without them. Raises OSError where it may not be written."""
        if not self.find(customers):
            return
        file = _file(self._lake)
        kept = parquet.read_table(file, partitioning=None)
        gone = pc.is_in(kept["customer_key"], pa.array(customers, pa.uint64()))
        partial = file.with_suffix(".partial")
        parquet.write_table(
            kept.filter(pc.invert(gone)), partial, compression="none", row_group_size=_GROUP_ROWS
        )
        sync_file(partial)
        partial.replace(file)
        sync_folder(file.parent)

    def pages(self) -> Iterator[list[tuple[int, bytes]]]:
        with suppress(FileNotFoundError), parquet.ParquetFile(_file(self._lake)) as whole:
            for batch in whole.iter_batches(_GROUP_ROWS):
                columns = (column.to_pylist() for column in batch.columns)
                yield list(zip(*columns, strict=True))

    def mend(self) -> None:
        """A lake is written anew."""


def _file(lake: Path) -> Path:
    return lake / "_subjects" / "salts.parquet"


def _table(page: Sequence[tuple[int, bytes]]) -> pa.Table:
    return pa.table(list(zip(*page, strict=True)), schema=_SHAPE)
