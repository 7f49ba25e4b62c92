"""Parquet as text batches; nested columns one by one, lists as JSON."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from workbench.domain.errors import BadInput
from workbench.warehouse.readers import HEAD_ROWS, Rejected, readable
from workbench.warehouse.readers.archives import Content
from workbench.warehouse.readers.marks import marked_batch
from workbench.warehouse.readers.sheets import cell_text
from workbench.warehouse.readers.text import unique_headers

_BATCH = 16_384
_NESTED = 3  # levels of fields within fields that become columns
_BUFFER = 1 << 20  # bytes of a column that are read ahead: a row group may hold gigabytes


class ParquetSource:
    """See ``readers.Source``. ``_line`` is the row, from 1."""

    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def __init__(self, content: Content) -> None:
        self.path = path = content.path
        self._where = content.seekable()
        self.format = "parquet"
        self.rejected: list[Rejected] = []
        self._done = 0
        with readable(path), self._file() as file:
            self._total = file.metadata.num_rows
            flat = _flattened(file.schema_arrow.empty_table())
            self.headers = unique_headers(flat.schema.names)
        if not self._total:
            raise BadInput("header_only", file=path.name)
        first = next(self._text(HEAD_ROWS))
        self.head = list(zip(*(c.to_pylist() for c in first.columns), strict=True))

    def _file(self) -> parquet.ParquetFile:
        try:
            return parquet.ParquetFile(self._where, buffer_size=_BUFFER, pre_buffer=False)
        except pa.ArrowException as error:
            raise BadInput("damaged_file", file=self.path.name) from error

    def _text(self, rows: int) -> Iterator[pa.RecordBatch]:
        try:
            with self._file() as file:
                for batch in file.iter_batches(rows):
                    table = _flattened(pa.Table.from_batches([batch]))
                    columns = [_as_text(column.combine_chunks()) for column in table.columns]
                    yield pa.RecordBatch.from_arrays(columns, names=list(self.headers))
        except (pa.ArrowException, OSError) as error:
            raise BadInput("damaged_file", file=self.path.name) from error

    def batches(self) -> Iterator[pa.RecordBatch]:
        self._done = 0
        with readable(self.path):
            for batch in self._text(_BATCH):
                lines = pa.array(range(self._done + 1, self._done + len(batch) + 1), pa.int64())
                self._done += len(batch)
                yield marked_batch(batch.columns, lines)

    def share_read(self) -> float | None:
        return float(self._done / max(1, self._total))


def _flattened(table: pa.Table) -> pa.Table:
    """Fields within a field as columns ``outer.inner``."""
    for _ in range(_NESTED):
        if not any(pa.types.is_struct(field.type) for field in table.schema):
            break
        table = table.flatten()
    return table


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind):
        # Microseconds are all that we keep. The stored instant is UTC whatever the zone says; a
        # plain Z spares a zone database.
        column = pc.cast(column, pa.timestamp("us"), safe=False).cast(pa.string())
        return pc.binary_join_element_wise(column, "Z", "") if kind.tz else column
    if not (pa.types.is_nested(kind) or pa.types.is_floating(kind) or pa.types.is_binary(kind)):
        try:
            text = column.cast(pa.string())
            return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        except pa.ArrowNotImplementedError:
            pass
    return pa.array([value_text(value) for value in column.to_pylist()], pa.string())


def value_text(value: Any) -> str | None:
    """A value of JSON or Parquet as the text that a CSV of the same rows would hold."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str) if value else None
    return cell_text(value)
