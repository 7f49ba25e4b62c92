"""Files of every format as one thing: a stream of text batches with the line each row stood on."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from workbench.domain.errors import BadInput, NotPermitted
from workbench.domain.following import Input, path_of
from workbench.domain.importing import Mapping
from workbench.warehouse.readers.archives import Content, PartContent, is_workbook

HEAD_ROWS = 500  # read to recognise columns and to preview
_MAX_UNZIPPED = 2 << 30  # of a workbook: more than this is a bomb or belongs into CSV
MARKED = 63  # columns that ``_plain`` and ``_narrow`` have a bit for
SHEET_LINES = 1 << 21  # a sheet has half as many: numbers lines across sheets read as one table


def line_of(line: int, joined: Sequence[str]) -> tuple[str, int]:
    """(sheet, or nothing; line in it) of a row's ``_line``."""
    if not joined:
        return "", line
    return joined[line // SHEET_LINES], line % SHEET_LINES


@dataclass(frozen=True)
class Rejected:
    """A row set aside. ``code`` names the reason (``reason.<code>``), ``params`` fill it."""

    line: int
    column: str
    value: str
    code: str
    params: dict[str, object] = field(default_factory=dict)


class Rejections(Protocol):
    """Where a source puts the rows that it cannot read: a list, if nobody says otherwise."""

    def append(self, rejected: Rejected, /) -> None: ...
    def __len__(self) -> int: ...


class Source(Protocol):
    """One opened table. ``head`` holds the first rows; ``rejected`` fills while reading.

    ``batches`` may be called again for another pass. It yields columns ``c0``, ``c1``, ... (text
    or NULL), ``_line`` (1-based, as an editor shows it; see ``line_of``), ``_damaged`` (index of a
    column holding undecodable bytes, or NULL), ``_plain`` and ``_narrow``: bit ``i`` (below MARKED)
    says that no text of column ``i`` in this batch is empty or has space around it; and that none
    has a character of full width, besides.
    """

    path: Path
    format: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[str, ...]
    joined: tuple[str, ...]  # sheets read as one table: see ``line_of``
    headers: tuple[str, ...]
    head: list[tuple[str | None, ...]]
    rejected: Rejections

    def batches(self) -> Iterator[pa.RecordBatch]: ...

    def share_read(self) -> float | None:
        """0 to 1: how much of the file has been read, if known."""


def batch_schema(width: int) -> pa.Schema:
    columns = [pa.field(f"c{i}", pa.string()) for i in range(width)]
    marks = {
        "_line": pa.int64(),
        "_damaged": pa.int16(),
        "_plain": pa.int64(),
        "_narrow": pa.int64(),
    }
    return pa.schema([*columns, *(pa.field(name, kind) for name, kind in marks.items())])


def text_batch(columns: Sequence[Sequence[str | None]], lines: Sequence[int]) -> pa.RecordBatch:
    """Columns of Python texts as a batch of the shape that ``Source.batches`` yields."""
    from workbench.warehouse.readers.marks import marked_batch

    arrays = [pa.array(column, pa.string()) for column in columns]
    return marked_batch(arrays, pa.array(lines, pa.int64()))


def open_source(what: Input, mapping: Mapping | None = None, *, whole: bool = True) -> Source:
    """Decide by content, not by suffix, what the file is, and read its head. A path into a zip
    (``a.zip/b.csv``) is a table in it. ``whole`` False reads no more than the head, enough for a
    preview: the columns of a long JSON file may then lack some that come late. A part is of a text
    table.

    Raises BadInput or NotPermitted with what is wrong and what to do.
    """
    mapping = mapping or Mapping()
    path = path_of(what)
    with readable(path):
        if not isinstance(what, Path):
            from workbench.warehouse.readers.text import TextSource

            return TextSource(PartContent.of_part(what), mapping, "csv")
        content = Content.of(path)
        with content.open() as file:
            start = file.read(4096)
        if not start:
            raise BadInput("empty_file", file=path.name)
        return _by_content(content, start, mapping, whole)


def _by_content(content: Content, start: bytes, mapping: Mapping, whole: bool) -> Source:
    from workbench.warehouse.readers import encodings, objects, records, sheets, text

    path = content.path
    if start.startswith(b"PK\x03\x04"):
        _refuse_bomb(content)
        return sheets.SheetSource(content, mapping)
    if start.startswith(b"\xd0\xcf\x11\xe0"):  # xls, or an encrypted xlsx in the same wrapper
        return sheets.SheetSource(content, mapping)
    if start.startswith(b"PAR1"):
        return records.ParquetSource(content)
    for magic, kind in _FOREIGN.items():
        if start.startswith(magic):
            raise BadInput("not_a_table", file=path.name, kind=kind)
    first = encodings.first_character(start)
    if first == "<":  # what many sites export as .xls
        raise BadInput("not_a_table", file=path.name, kind="HTML / XML")
    if encodings.is_binary(start):
        raise BadInput("not_a_table", file=path.name, kind="binary")
    if first in ("{", "["):
        return objects.JsonSource(content, mapping, whole=whole)
    return text.TextSource(content, mapping, "csv.gz" if content.gzipped else "csv")


_FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x7fELF": "ELF",
    b"MZ": "EXE",
    b"SQLite format 3": "SQLite",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "RTF",
}


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what the system says about a file into what a person can do about it."""
    try:
        yield
    except FileNotFoundError:
        raise BadInput("no_such_file", file=str(path)) from None
    except PermissionError:
        raise NotPermitted("file_no_permission", file=str(path)) from None
    except IsADirectoryError:
        raise BadInput("is_a_folder", file=path.name) from None
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        raise BadInput("damaged_file", file=path.name) from None
    except OSError as error:
        raise BadInput("unreadable_file", file=path.name) from error


def _refuse_bomb(content: Content) -> None:
    path = content.path
    try:
        with zipfile.ZipFile(content.seekable()) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
            table = is_workbook(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise BadInput("damaged_workbook", file=path.name) from None
    if unzipped > _MAX_UNZIPPED:
        raise BadInput("workbook_too_large", file=path.name, limit=f"{_MAX_UNZIPPED >> 30} GB")
    if not table:  # a zip within a zip
        raise BadInput("not_a_table", file=path.name, kind="ZIP")
