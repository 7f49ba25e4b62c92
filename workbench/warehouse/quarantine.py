"""The file of rows set aside: where each stood, what was wrong, in words; nothing in clear."""

import csv
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from workbench.domain.cells import inert
from workbench.domain.errors import NotPermitted, StoreFault
from workbench.domain.masking import (
    mask_customer_id,
    mask_id_card,
    mask_name,
    mask_phone,
    redact,
)
from workbench.domain.times import to_local
from workbench.warehouse.readers import Rejected, line_of
from workbench.warehouse.recognise import ColumnPlan

COLUMNS = ("file", "line", "column", "value", "code", "reason")
_SPOOLED = 1000  # rows
_SHOWN = 500  # characters of a value: a cell may hold megabytes
_MASKS: dict[str, Callable[[str], str | None]] = {
    "customer_id": mask_customer_id,
    "customer_name": mask_name,
    "phone": mask_phone,
    "id_card": mask_id_card,
}

Say = Callable[..., str]  # (key, **params) -> the sentence in the person's language


class Quarantine:
    """Collects one import's rows; ``finish`` puts the file in place.

    One line a row, however much is wrong with it, so that the file counts what the report counts.
    """

    def __init__(self, folder: Path, stem: str, at: datetime, say: Say) -> None:
        self.count = 0
        self.joined: tuple[str, ...] = ()  # of the file that is being read: see ``line_of``
        self._say = say
        self._path = folder / f"{stem}.quarantine-{to_local(at):%Y%m%d-%H%M%S}.csv"
        self._part = self._path.with_suffix(".part")

    def add(self, file: str, rows: Iterable[tuple[int, list[Rejected]]]) -> None:
        """``rows``: line, and everything that is wrong with it."""
        listed = list(rows)
        if not listed:
            return
        new = not self.count
        try:
            self._part.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(
                handle, "w", encoding="utf-8-sig" if new else "utf-8", newline=""
            ) as out:
                writer = csv.writer(out)
                if new:
                    writer.writerow(COLUMNS)
                for line, problems in listed:
                    sheet, place = line_of(line, self.joined)
                    where = f"{file} [{sheet}]" if sheet else file
                    writer.writerow([inert(cell) for cell in self._cells(where, place, problems)])
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreFault("disk_full") from None
            folder = str(self._path.parent)
            raise NotPermitted("quarantine_no_permission", folder=folder) from None
        self.count += len(listed)

    @contextmanager
    def undone_on_failure(self) -> Iterator[None]:
        """Rows added inside go again if the work that they belong to is rolled back."""
        count = self.count
        size = self._part.stat().st_size if count else 0
        try:
            yield
        except BaseException:
            self.count = count
            if size:
                os.truncate(self._part, size)
            else:
                self._part.unlink(missing_ok=True)
            raise

    def _cells(self, file: str, line: int, problems: list[Rejected]) -> list[str]:
        return [
            file,
            str(line),
            " | ".join(p.column for p in problems),
            " | ".join(p.value[:_SHOWN] for p in problems),
            " | ".join(p.code for p in problems),
            " ".join(
                self._say(f"reason.{p.code}", column=p.column, value=p.value[:40], **p.params)
                for p in problems
            ),
        ]

    def finish(self) -> Path | None:
        if not self.count:
            return None
        final, n = self._path, 2
        while final.exists():
            final, n = self._path.with_stem(f"{self._path.stem}-{n}"), n + 1
        self._part.replace(final)
        return final


class Spool:
    """Stands for the list of rows that a source rejects while it is read: they go to the
    quarantine by the thousand, so that a file of nothing else needs no memory."""

    def __init__(self, quarantine: Quarantine, file: str) -> None:
        self._quarantine, self._file = quarantine, file
        self._waiting: list[Rejected] = []
        self._count = 0

    def append(self, rejected: Rejected) -> None:
        self._waiting.append(rejected)
        self._count += 1
        if len(self._waiting) >= _SPOOLED:
            self.flush()

    def flush(self) -> None:
        self._quarantine.add(self._file, ((r.line, [r]) for r in self._waiting))
        self._waiting.clear()

    def __len__(self) -> int:
        return self._count


def masked_value(plan: ColumnPlan | None, value: str | None) -> str:
    """A cell as the quarantine may show it."""
    if not value:
        return ""
    if plan is not None and plan.field in _MASKS:
        return _MASKS[plan.field](value) or ""
    if plan is not None and plan.sensitive:
        return mask_name(value) or ""
    return redact(value)
