"""JSON as text batches: one object a line, an array of objects, or an object that wraps one."""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.warehouse.readers import HEAD_ROWS, Rejected, readable, text_batch
from workbench.warehouse.readers.archives import Content, Stream
from workbench.warehouse.readers.encodings import detect_encoding
from workbench.warehouse.readers.records import value_text
from workbench.warehouse.readers.text import MAX_LINE, unique_headers

_BATCH = 4096
_CHUNK = 1 << 20  # characters
_MAX_ITEM = 16 << 20  # characters of one object in an array
_MAX_OBJECT = 256 << 20  # of an object that wraps its rows, which is parsed whole
_MAX_COLUMNS = 2000
_NESTED = 3  # levels of objects within objects that become columns
_GAP = re.compile(r"[\s,]*")
_NEVER = object()  # what is no JSON


class JsonSource:
    """See ``readers.Source``. ``_line`` is the line, or the place in the array. Objects within an
    object are columns ``outer.inner``; lists stay JSON."""

    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def __init__(self, content: Content, mapping: Mapping, *, whole: bool) -> None:
        self.path = path = content.path
        self.format = "json"
        self.rejected: list[Rejected] = []
        self._content = content
        self._stream: Stream | None = None
        with readable(path):
            with content.open() as file:
                self.encoding: str | None = mapping.encoding or detect_encoding(file)
            self._wrapped = self._unwrapped()
            keys: dict[str, None] = {}
            self.head = []
            for _, row in islice(self._records(None), None if whole else 10 * HEAD_ROWS):
                keys.update(dict.fromkeys(row))
                if len(keys) > _MAX_COLUMNS:
                    raise BadInput("too_many_columns", file=path.name, limit=_MAX_COLUMNS)
            self._keys = tuple(keys)
            if not self._keys:
                raise BadInput("empty_file", file=path.name)
            self.headers = unique_headers(self._keys)
            self.head = [self._cells(row) for _, row in islice(self._records(None), HEAD_ROWS)]

    def _text(self) -> io.TextIOWrapper:
        self._stream = self._content.open()
        buffered = io.BufferedReader(self._stream, _CHUNK)  # type: ignore[type-var]
        return io.TextIOWrapper(buffered, self.encoding, errors="replace", newline="\n")

    def _unwrapped(self) -> list[Any] | None:
        """The rows of a file that is one object: what its only list holds, else itself. None for
        the other forms, which are read as a stream."""
        with self._text() as text:
            first = text.readline(MAX_LINE + 1)
            if first.lstrip("\ufeff \t\r\n").startswith("["):
                return None
            alone = not text.read(_CHUNK).strip()
            if not alone and isinstance(_parsed(first.lstrip("\ufeff")), dict):
                return None
        with self._text() as text:
            body = text.read(_MAX_OBJECT + 1)
        if len(body) > _MAX_OBJECT:
            return None
        value = _parsed(body.lstrip("\ufeff"))
        return _only_list(value) or [value] if isinstance(value, dict) else None

    def _records(self, rejected: list[Rejected] | None) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, value in self._numbered():
            if isinstance(value, dict):
                yield number, _flat(value)
            elif rejected is not None:
                rejected.append(Rejected(number, "", "", "not_json"))

    def _numbered(self) -> Iterator[tuple[int, Any]]:
        if self._wrapped is not None:
            yield from enumerate(self._wrapped, 1)
            return
        with self._text() as text:
            start = text.read(1).lstrip("\ufeff")
            while start.isspace() or not start:
                start = text.read(1)
            if start == "[":
                yield from enumerate(self._items(text), 1)
                return
            number, line = 0, start + text.readline(MAX_LINE + 1)
            while line:
                number += 1
                if len(line) > MAX_LINE:
                    limit = f"{MAX_LINE >> 20} MB"
                    raise BadInput("line_too_long", file=self.path.name, line=number, limit=limit)
                if line.strip():
                    yield number, _NEVER if "\ufffd" in line else _parsed(line)
                line = text.readline(MAX_LINE + 1)

    def _items(self, text: io.TextIOWrapper) -> Iterator[Any]:
        """The values of an array, whose bracket has been read, one by one."""
        decoder = json.JSONDecoder()
        held, at, number = "", 0, 1
        while True:
            at = _GAP.match(held, at).end()  # type: ignore[union-attr]
            if held[at : at + 1] == "]":
                return
            try:
                value, at = decoder.raw_decode(held, at)
                number += 1
                yield value
            except (ValueError, RecursionError):
                more = text.read(_CHUNK)
                held, at = held[at:] + more, 0
                if not more or len(held) > _MAX_ITEM:
                    raise BadInput("damaged_json", file=self.path.name, item=number) from None

    def _cells(self, row: dict[str, Any]) -> tuple[str | None, ...]:
        return tuple(value_text(row.get(key)) for key in self._keys)

    def batches(self) -> Iterator[pa.RecordBatch]:
        with readable(self.path):
            records = self._records(self.rejected)
            while part := list(islice(records, _BATCH)):
                columns = list(zip(*(self._cells(row) for _, row in part), strict=True))
                yield text_batch(columns, [line for line, _ in part])

    def share_read(self) -> float | None:
        return self._stream.share() if self._stream else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _NEVER


def _only_list(value: dict[str, Any], depth: int = 3) -> list[Any] | None:
    """The rows that an object wraps: its only list of objects, at whatever level."""
    found = []
    for inner in value.values():
        if isinstance(inner, list) and inner and all(isinstance(row, dict) for row in inner):
            found.append(inner)
        elif isinstance(inner, dict) and depth and (deeper := _only_list(inner, depth - 1)):
            found.append(deeper)
    return found[0] if len(found) == 1 else None


def _flat(row: dict[str, Any], prefix: str = "", depth: int = _NESTED) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict) and value and depth:
            flat.update(_flat(value, f"{prefix}{key}.", depth - 1))
        else:
            flat[prefix + key] = value
    return flat
