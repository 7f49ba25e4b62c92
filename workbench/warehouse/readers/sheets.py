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
from workbench.warehouse.readers import HEAD_ROWS, Rejected, text_batch
from workbench.warehouse.readers.text import unique_headers
from workbench.warehouse.recognise import known_headers

_HEADER_WITHIN = 20
_BATCH = 4096


class SheetSource:
    """See ``readers.Source``. The sheet is the mapping's, or the one that knows most headers."""

    encoding: str | None = None
    delimiter: str | None = None

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self.path = path
        self.format = "workbook"
        self.rejected: list[Rejected] = []
        self._done = 0
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
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
        for name in (named,) if named is not None else self.sheets:
            sheet = self._book.get_sheet_by_name(name)
            rows = list(islice(_rows(sheet), HEAD_ROWS + _HEADER_WITHIN))
            if not rows:
                continue
            top = rows[:_HEADER_WITHIN]
            at = max(range(len(top)), key=lambda i: known_headers(rows[i][1]))
            known = known_headers(rows[at][1])
            if known > best:
                best, self._sheet, self._header_line = known, sheet, rows[at][0]
                self.headers = unique_headers(rows[at][1])
                self.head = [tuple(cells) for _, cells in rows[at + 1 :]][:HEAD_ROWS]
        if best < 0:
            raise BadInput("empty_file", file=self.path.name)

    def batches(self) -> Iterator[pa.RecordBatch]:
        rows = (row for row in _rows(self._sheet) if row[0] > self._header_line)
        try:
            while part := list(islice(rows, _BATCH)):
                self._done = part[-1][0]
                columns = list(zip(*(cells for _, cells in part), strict=True))
                yield text_batch(columns, [line for line, _ in part])
        except calamine.CalamineError as error:
            raise BadInput("damaged_workbook", file=self.path.name) from error

    def share_read(self) -> float | None:
        return min(1.0, self._done / max(1, self._sheet.total_height))


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
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
