"""JSON (an array of objects, or one object a line) and Parquet, as text batches."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from workbench.domain.errors import BadInput
from workbench.warehouse.readers import HEAD_ROWS, Rejected, batch_schema, readable, text_batch
from workbench.warehouse.readers.sheets import cell_text
from workbench.warehouse.readers.text import MAX_LINE

_BATCH = 4096
_MAX_ARRAY = 256 << 20  # an array is parsed whole; larger files come as one object a line


class JsonSource:
    """See ``readers.Source``. ``_line`` is the line, or the place in the array."""

    encoding: str | None = "utf-8"
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.format = "json"
        self.rejected: list[Rejected] = []
        self._read = 0
        with readable(path):
            self._rows = self._array()
            keys: dict[str, None] = {}
            for _, row in self._records(None):
                keys.update(dict.fromkeys(row))
        self.headers = tuple(keys)
        if not self.headers:
            raise BadInput("empty_file", file=path.name)
        self.head = [self._cells(row) for _, row in islice(self._records(None), HEAD_ROWS)]

    def _array(self) -> list[Any] | None:
        """The rows of a file that is one array (bare, or under the only list of an object)."""
        with self.path.open("rb") as file:
            whole = self.path.stat().st_size <= _MAX_ARRAY
            if file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"[" and not whole:
                raise BadInput(
                    "json_too_large", file=self.path.name, limit=f"{_MAX_ARRAY >> 20} MB"
                )
        if not whole:
            return None
        try:
            body = json.loads(self.path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise BadInput("damaged_file", file=self.path.name) from None
        except (ValueError, RecursionError):
            return None  # one object a line, then; what is neither is set aside line by line
        if isinstance(body, dict):
            lists = [value for value in body.values() if isinstance(value, list)]
            return lists[0] if len(lists) == 1 else [body]
        return body if isinstance(body, list) else None

    def _records(self, rejected: list[Rejected] | None) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, raw in self._numbered():
            row = raw
            if isinstance(raw, bytes):
                try:
                    row = json.loads(raw)
                except (ValueError, RecursionError):
                    row = None
            if isinstance(row, dict):
                yield number, row
            elif rejected is not None:
                rejected.append(Rejected(number, "", "", "not_json"))

    def _numbered(self) -> Iterator[tuple[int, Any]]:
        if self._rows is not None:
            yield from enumerate(self._rows, 1)
            return
        with self.path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                if len(line) > MAX_LINE:
                    limit = f"{MAX_LINE >> 20} MB"
                    raise BadInput("line_too_long", file=self.path.name, line=number, limit=limit)
                self._read = file.tell()
                line = line.removeprefix(b"\xef\xbb\xbf").strip()
                if line:
                    yield number, line

    def _cells(self, row: dict[str, Any]) -> tuple[str | None, ...]:
        return tuple(_json_text(row.get(header)) for header in self.headers)

    def batches(self) -> Iterator[pa.RecordBatch]:
        with readable(self.path):
            records = self._records(self.rejected)
            while part := list(islice(records, _BATCH)):
                columns = list(zip(*(self._cells(row) for _, row in part), strict=True))
                yield text_batch(columns, [line for line, _ in part])

    def share_read(self) -> float | None:
        if self._rows is not None:
            return None
        return min(1.0, self._read / max(1, self.path.stat().st_size))


def _json_text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)


class ParquetSource:
    """See ``readers.Source``. ``_line`` is the row, from 1."""

    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.format = "parquet"
        self.rejected: list[Rejected] = []
        self._done = 0
        with readable(path), self._file() as file:
            self._total = file.metadata.num_rows
            self.headers = tuple(file.schema_arrow.names)
        if not self._total:
            raise BadInput("header_only", file=path.name)
        first = next(self._text(HEAD_ROWS))
        self.head = list(zip(*(c.to_pylist() for c in first.columns), strict=True))

    def _file(self) -> parquet.ParquetFile:
        try:
            return parquet.ParquetFile(self.path)
        except pa.ArrowException as error:
            raise BadInput("damaged_file", file=self.path.name) from error

    def _text(self, rows: int) -> Iterator[pa.RecordBatch]:
        try:
            with self._file() as file:
                for batch in file.iter_batches(rows):
                    columns = [_as_text(column) for column in batch.columns]
                    yield pa.RecordBatch.from_arrays(columns, names=list(self.headers))
        except (pa.ArrowException, OSError) as error:
            raise BadInput("damaged_file", file=self.path.name) from error

    def batches(self) -> Iterator[pa.RecordBatch]:
        schema = batch_schema(len(self.headers))
        with readable(self.path):
            for batch in self._text(_BATCH * 4):
                lines = pa.array(range(self._done + 1, self._done + len(batch) + 1), pa.int64())
                self._done += len(batch)
                plain = pa.array([False] * len(batch), pa.bool_())
                arrays = [*batch.columns, lines, pa.nulls(len(batch), pa.int16()), plain]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def share_read(self) -> float | None:
        return float(self._done / max(1, self._total))


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind) and kind.tz:
        # The stored instant is UTC whatever the zone says; a plain Z spares a zone database.
        column = pc.cast(column, pa.timestamp(kind.unit))
        return pc.binary_join_element_wise(column.cast(pa.string()), "Z", "")
    if pa.types.is_nested(kind) or pa.types.is_floating(kind) or pa.types.is_binary(kind):
        values = (v.decode("utf-8", "replace") if isinstance(v, bytes) else v
                  for v in column.to_pylist())  # fmt: skip
        return pa.array([_json_text(v) for v in values], pa.string())
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
