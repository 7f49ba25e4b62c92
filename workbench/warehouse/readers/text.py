"""CSV and its kin: any encoding and usual delimiter, ragged rows set aside, lines physical."""

import codecs
import csv
import io
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from workbench.domain.errors import BadInput, KnownError
from workbench.domain.importing import Mapping
from workbench.warehouse.readers import HEAD_ROWS, Rejected, readable
from workbench.warehouse.readers.archives import Content, Stream
from workbench.warehouse.readers.encodings import detect_encoding
from workbench.warehouse.readers.marks import is_plain, marked_batch
from workbench.warehouse.recognise import header_row

DELIMITERS = (",", "\t", ";", "|", "^", "\x01")  # the last is Hive's own
MAX_LINE = 1 << 20  # bytes; longer than any row of attempts, short enough to hold
_CHUNK = 1 << 20
_BLOCK = 8 * _CHUNK  # a chunk, grown threefold by UTF-8, and the rest of the last one fit in it
_HEAD = 256 << 10
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


class TextSource:
    """See ``readers.Source``."""

    sheets: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def __init__(self, content: Content, mapping: Mapping, kind: str) -> None:
        self.path = path = content.path
        self.format = kind
        self.rejected: list[Rejected] = []
        self._content = content
        self._stream: Stream | None = None
        self._feed: _Utf8Feed | None = None
        with readable(path):
            self.encoding: str | None = self._encoding(mapping)
            text, whole = self._head_text()
        if not text.strip():
            raise BadInput("empty_file", file=path.name)
        self._bare_cr = "\r" in text and "\n" not in text
        self.delimiter: str | None = mapping.delimiter or _delimiter(text)
        if len(self.delimiter or "") != 1:
            raise BadInput("bad_delimiter", delimiter=self.delimiter)
        rows = _parse(text, self.delimiter, whole)
        if not rows:
            raise BadInput("line_too_long", file=path.name, line=1, limit=f"{MAX_LINE >> 20} MB")
        rows = [row for row in rows if not _SEPARATOR.fullmatch(",".join(row[1]))]
        at = header_row([cells for _, cells in rows])
        header: Sequence[str] = [] if at is None else rows[at][1]
        self._skip = 0 if at is None else rows[at][0]
        body = [cells for _, cells in rows[0 if at is None else at + 1 :] if any(cells)]
        self.headers = _headers(header, body)
        self.head = [
            tuple(cell.strip() or None for cell in cells)
            for cells in body[:HEAD_ROWS]
            if len(cells) == len(self.headers)
        ]

    def _encoding(self, mapping: Mapping) -> str:
        if mapping.encoding:
            try:
                return codecs.lookup(mapping.encoding).name
            except LookupError:
                raise BadInput("unknown_encoding", encoding=mapping.encoding) from None
        with self._content.open() as file:
            return detect_encoding(file)

    def _head_text(self) -> tuple[str, bool]:
        """The first lines decoded, and whether that is the whole file."""
        with self._content.open() as file:
            raw = file.read(_HEAD)
            whole = not file.read(1)
        text = codecs.getincrementaldecoder(self.encoding or "utf-8")("replace").decode(raw, whole)
        return text.removeprefix("\ufeff").replace("\0", "\ufffd"), whole

    def batches(self) -> Iterator[pa.RecordBatch]:
        width = len(self.headers)
        first = self._content.first_line
        with readable(self.path), self._content.open_rows() as file:
            self._stream = file
            self._feed = feed = _Utf8Feed(
                file,
                self.encoding or "utf-8",
                skip_lines=self._skip if first is None else 0,
                first_line=first,
                delimiter=self.delimiter or ",",
                bare_cr=self._bare_cr,
                name=self.path.name,
            )
            ragged = array("q")
            try:
                yield from self._parsed(feed, width, ragged)
            except pa.ArrowException as error:
                if feed.error is not None:
                    raise feed.error from None
                if "Empty CSV" in str(error):
                    return
                if "straddling" in str(error) or "out of sync" in str(error):
                    line = feed.index.lines([feed.index.records])[0]
                    raise BadInput("unclosed_quote", file=self.path.name, line=int(line)) from None
                raise BadInput("damaged_file", file=self.path.name) from error
            except KnownError:
                raise
            if feed.index.open_quote_line is not None:
                raise BadInput(
                    "unclosed_quote", file=self.path.name, line=feed.index.open_quote_line
                )

    def _parsed(
        self, feed: "_Utf8Feed", width: int, ragged: "array[int]"
    ) -> Iterator[pa.RecordBatch]:
        names = [f"c{i}" for i in range(width)]
        reader = arrow_csv.open_csv(
            pa.PythonFile(feed, mode="r"),
            # Without threads the parser numbers the rows it refuses.
            read_options=arrow_csv.ReadOptions(
                column_names=names, block_size=_BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                invalid_row_handler=lambda row: self._refuse(row, feed, ragged),
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,  # the feed has seen to it
            ),
        )
        record = 0
        with reader:
            for batch in reader:
                numbers = _numbers(record, len(batch), ragged)
                if len(numbers):
                    record = int(numbers[-1]) + 1
                lines = pa.array(feed.index.lines(numbers))
                feed.index.forget(record)
                del ragged[: bisect_left(ragged, record)]
                damaged = _damaged(batch) if feed.damaged else None
                yield marked_batch(batch.columns, lines, damaged, plain=feed.plain)

    def _refuse(self, row: arrow_csv.InvalidRow, feed: "_Utf8Feed", ragged: "array[int]") -> str:
        """A row with too few or too many columns is never padded or cut."""
        record = row.number - 1
        ragged.append(record)
        line = int(feed.index.lines([record])[0])
        params: dict[str, object] = {"expected": row.expected_columns, "found": row.actual_columns}
        # Which cell is a name cannot be told any more, so none is shown.
        self.rejected.append(Rejected(line, "", "", "ragged", params))
        return "skip"

    def share_read(self) -> float | None:
        return self._stream.share() if self._stream else None


_SEPARATOR = re.compile(r"\s*sep=(.)\s*(?:[\r\n]|$)")  # the line that tells Excel


def _delimiter(text: str) -> str:
    """The one that gives most columns, and the same number on most of the first lines."""
    if said := _SEPARATOR.match(text):
        return said[1]
    lines = text.splitlines()[:50]

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(cells) for _, cells in _parse("\n".join(lines), delimiter, True)]
        if not widths:
            return 0, 0
        usual = max(set(widths), key=widths.count)
        return (0, 0) if usual < 2 else (widths.count(usual) / len(widths), usual)

    return max(DELIMITERS, key=score)


def _parse(text: str, delimiter: str, whole: bool) -> list[tuple[int, list[str]]]:
    """(physical line on which the row ends, cells) of rows that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if cells and any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            if len(rows) > HEAD_ROWS + 20:  # what may stand above the header
                return rows
    except csv.Error:  # a cell beyond the module's limit; what came before serves
        return rows
    return rows if whole else rows[:-1]


def _headers(header: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names made whole and different. Data rows that all end in a delimiter which the header
    lacks are wider than it by nameless columns."""
    widths = {len(cells) for cells in body}
    wider = widths.pop() - len(header) if len(widths) == 1 else 0
    return unique_headers([*header, *[""] * max(0, wider)])


def unique_headers(cells: Sequence[str | None]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    names = []
    for i, cell in enumerate(cells):
        name = (cell or "").strip().strip("\ufeff") or f"column {i + 1}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _numbers(first: int, count: int, ragged: "array[int]") -> np.ndarray:
    """Record numbers of ``count`` good rows from ``first`` on, past the ragged ones."""
    between = ragged[bisect_left(ragged, first) :]
    numbers = np.arange(first, first + count + len(between), dtype=np.int64)
    if between:
        numbers = numbers[~np.isin(numbers, between)]
    return numbers[:count]


def _damaged(batch: pa.RecordBatch) -> pa.Array:
    """Index of the first column of each row that holds an undecodable character."""
    found = pa.nulls(len(batch), pa.int16())
    for i, column in reversed(list(enumerate(batch.columns))):
        hit = pc.fill_null(pc.match_substring(column, "\ufffd"), False)
        found = pc.if_else(hit, pa.scalar(i, pa.int16()), found)
    return found


class _LineIndex:
    """Which physical line each record starts on; remembers only where the two drift apart."""

    def __init__(self, first_line: int, delimiter: str) -> None:
        self.records = 0
        self.open_quote_line: int | None = None
        self._line = first_line  # of the next byte to come
        self._outside = np.frombuffer(f'{delimiter}\r\n"'.encode(), np.uint8)
        self._at: list[int] = [0]  # from this record on ...
        self._shift: list[int] = [first_line]  # ... line = record + shift

    def lines(self, records: Sequence[int] | np.ndarray) -> np.ndarray:
        records = np.asarray(records, np.int64)
        at = np.searchsorted(self._at, records, side="right") - 1
        return records + np.asarray(self._shift, np.int64)[at]

    def forget(self, before: int) -> None:
        """Records below ``before`` will not be asked for again."""
        done = bisect_right(self._at, before) - 1
        del self._at[:done], self._shift[:done]

    def add(self, chunk: bytes) -> None:
        """``chunk`` ends with a line end, unless it is the last."""
        quotes = self.open_quote_line is not None or b'"' in chunk
        data = np.frombuffer(chunk, np.uint8)
        ends = np.flatnonzero(data == ord("\n"))
        blank = chunk[:1] in b"\r\n" or bool((np.diff(ends) == 1).any())
        blank = blank or (b"\r" in chunk and b"\n\r\n" in chunk)
        if not quotes and not blank:
            lines = len(ends) + (not chunk.endswith(b"\n"))
            self._drift(self.records, self._line - self.records)
            self.records += lines
            self._line += lines
            return
        if not chunk.endswith(b"\n"):
            ends = np.append(ends, len(data))
        inside = self._inside_quotes(data, ends)
        closing = ends[~inside]
        starts = np.concatenate(([0], closing[:-1] + 1)) if len(closing) else closing
        start_lines = self._line + np.searchsorted(ends, starts)
        continued = self.open_quote_line
        if continued is not None and len(start_lines):
            start_lines[0] = continued
        bare = closing - starts
        filled = ~((bare == 0) | ((bare == 1) & (data[np.minimum(starts, len(data) - 1)] == 13)))
        start_lines = start_lines[filled]
        shifts = start_lines - (self.records + np.arange(len(start_lines)))
        for i in np.flatnonzero(np.diff(shifts, prepend=self._shift[-1])):
            self._drift(self.records + int(i), int(shifts[i]))
        self.records += len(start_lines)
        if not len(inside) or not inside[-1]:
            self.open_quote_line = None
        elif continued is None or len(closing):
            after = closing[-1] + 1 if len(closing) else 0
            self.open_quote_line = self._line + int(np.searchsorted(ends, after))
        self._line += len(ends)

    def _inside_quotes(self, data: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Whether each line end stands inside a quoted value."""
        quotes = np.flatnonzero(data == ord('"'))
        inside = self.open_quote_line is not None
        openers, closers = (quotes[1::2], quotes[::2]) if inside else (quotes[::2], quotes[1::2])
        after = data[np.minimum(closers + 1, len(data) - 1)]
        regular = np.all(np.isin(data[openers - 1], self._outside) | (openers == 0)) and np.all(
            np.isin(after, self._outside) | (closers == len(data) - 1)
        )
        if not regular:
            quotes = self._structural(data, quotes, inside)
        return (np.searchsorted(quotes, ends) + inside) % 2 == 1

    def _structural(self, data: np.ndarray, quotes: np.ndarray, inside: bool) -> np.ndarray:
        """Quotes that open or close a value, one by one as the parser takes them: only the first
        character of a value opens it, so the marks in 24" x 30" are plain characters."""
        found, places, i = [], quotes.tolist(), 0
        starts = {int(byte) for byte in self._outside[:3]}
        while i < len(places):
            at = places[i]
            if inside and i + 1 < len(places) and places[i + 1] == at + 1:
                i += 2  # a doubled quote stands for one
                continue
            if inside or at == 0 or int(data[at - 1]) in starts:
                found.append(at)
                inside = not inside
            i += 1
        return np.asarray(found, np.int64)

    def _drift(self, record: int, shift: int) -> None:
        if shift != self._shift[-1]:
            self._at.append(record)
            self._shift.append(shift)


class _Utf8Feed(io.RawIOBase):
    """The file as UTF-8 in whole lines, header left out; never holds more than two chunks."""

    def __init__(
        self,
        file: BinaryIO,
        encoding: str,
        *,
        skip_lines: int,
        first_line: int | None = None,
        delimiter: str,
        bare_cr: bool,
        name: str,
    ) -> None:
        super().__init__()
        self.bytes_read = 0
        # Once said of a chunk, said of the rest of the file: the parser is behind with its batches.
        self.damaged, self.plain = False, True
        self.error: BaseException | None = None
        self.index = _LineIndex(first_line or skip_lines + 1, delimiter)
        self._file = file
        self._decoder = (
            None
            if encoding in ("utf-8", "utf-8-sig", "ascii")
            else codecs.getincrementaldecoder(encoding)("replace")
        )
        self._skip = skip_lines
        self._delimiter = delimiter
        self._bare_cr = bare_cr
        self._rest = b""
        self._name = name
        self._first = True
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        # Arrow wraps what is raised here into its own error: kept, to be raised again as it was.
        try:
            return self._next()
        except BaseException as error:
            self.error = error
            raise

    def _next(self) -> bytes:
        while not self._ended:
            raw = self._file.read(_CHUNK)
            self.bytes_read += len(raw)
            self._ended = not raw
            data = raw if self._decoder is None else self._decoder.decode(raw, not raw).encode()
            if self._first and data:
                self._first = False
                data = data.removeprefix(codecs.BOM_UTF8)
            if self._bare_cr:
                data = data.replace(b"\r", b"\n")
            data = self._rest + data
            cut = len(data) if self._ended else data.rfind(b"\n") + 1
            self._rest = data[cut:]
            if len(self._rest) > MAX_LINE:
                lines = self.index.lines([self.index.records])[0] if not self._skip else 1
                raise BadInput(
                    "line_too_long", file=self._name, line=int(lines), limit=f"{MAX_LINE >> 20} MB"
                )
            whole = self._without_header(data[:cut])
            if whole:
                whole = self._sound(whole)
                self.index.add(whole)
                return whole
        return b""

    def _without_header(self, data: bytes) -> bytes:
        at = 0
        while self._skip and at < len(data):
            at = (data.find(b"\n", at) + 1) or len(data)
            self._skip -= 1
        return data[at:]

    def _sound(self, data: bytes) -> bytes:
        """Valid UTF-8; notes whether anything could not be decoded."""
        if b"\0" in data:  # no text holds one: its row is set aside
            data = data.replace(b"\0", _REPLACEMENT)
        if self._decoder is None:
            try:
                pa.array([data], pa.binary()).cast(pa.string())  # validates without the GIL
            except pa.ArrowInvalid:
                data = data.decode("utf-8", "replace").encode()
        # One byte is found twenty times as fast as three.
        self.damaged = self.damaged or (_REPLACEMENT[:1] in data and _REPLACEMENT in data)
        self.plain = self.plain and is_plain(data, self._delimiter)
        return data
