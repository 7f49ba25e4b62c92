"""Workbooks (xlsx, xls, ods): every cell as the text that a CSV of the same sheet would hold."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from workbench.domain.errors import BadInput
from workbench.domain.importing import Mapping
from workbench.warehouse.readers import HEAD_ROWS, SHEET_LINES, Rejected, text_batch
from workbench.warehouse.readers.archives import Content
from workbench.warehouse.readers.text import unique_headers
from workbench.warehouse.recognise import header_row, known_headers

_BATCH = 4096


class SheetSource:
    """See ``readers.Source``. The sheet is the mapping's, or the one that knows most headers,
    together with every other sheet of the very same headers: ``joined``."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, content: Content, mapping: Mapping) -> None:
        self.path = path = content.path
        self.format = "workbook"
        self.rejected: list[Rejected] = []
        self._done = 0
        try:
            where = content.seekable()
            self._book = (
                calamine.CalamineWorkbook.from_path(str(where))
                if isinstance(where, Path)
                else calamine.CalamineWorkbook.from_filelike(where)
            )
            self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)
            self._choose(mapping.sheet)
        except calamine.PasswordError:
            raise BadInput("password_protected", file=path.name) from None
        except (calamine.CalamineError, OSError) as error:
            raise BadInput("damaged_workbook", file=path.name) from error

    def _choose(self, named: str | None) -> None:
        if named is not None and named not in self.sheets:
            raise BadInput(
                "no_such_sheet", file=self.path.name, sheet=named, sheets=", ".join(self.sheets)
            )
        best = -1
        tables: dict[str, tuple[tuple[str, ...], int]] = {}  # sheet -> headers, line of the header
        for name in (named,) if named is not None else self.sheets:
            rows = list(islice(_rows(self._book.get_sheet_by_name(name)), HEAD_ROWS + 20))
            if not rows:
                continue
            at = header_row([cells for _, cells in rows])
            header = [None] * len(rows[0][1]) if at is None else rows[at][1]
            headers = unique_headers(header)
            tables[name] = headers, 0 if at is None else rows[at][0]
            if (known := known_headers(header)) > best:
                best, self.headers = known, headers
                body = rows if at is None else rows[at + 1 :]
                self.head = [tuple(cells) for _, cells in body][:HEAD_ROWS]
        if best < 0:
            raise BadInput("empty_file", file=self.path.name)
        self._tables = {name: t[1] for name, t in tables.items() if t[0] == self.headers}
        self.joined = tuple(self._tables) if len(self._tables) > 1 else ()

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for place, (name, header_line) in enumerate(self._tables.items()):
                sheet = self._book.get_sheet_by_name(name)
                rows = (row for row in _rows(sheet) if row[0] > header_line)
                while part := list(islice(rows, _BATCH)):
                    self._done = place + part[-1][0] / max(1, sheet.total_height)
                    columns = list(zip(*(cells for _, cells in part), strict=True))
                    yield text_batch(columns, [place * SHEET_LINES + line for line, _ in part])
        except calamine.CalamineError as error:
            raise BadInput("damaged_workbook", file=self.path.name) from error

    def share_read(self) -> float | None:
        return min(1.0, self._done / len(self._tables))


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, Sequence[str | None]]]:
    """(row number as the spreadsheet shows it, cell texts) of rows that hold anything."""
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell_text(value) for value in row]
        if any(cells):
            yield number, cells


def cell_text(value: Any) -> str | None:
    """15.0 is '15', 0.1 is '0.1', a date is ISO; None for an empty cell."""
    if isinstance(value, str):
        return value.strip() or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # A double holds 15 digits for sure: of a longer number it says what it is, rounded.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
