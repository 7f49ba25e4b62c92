"""What an import is told and what it answers: mapping, preview, report."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from workbench.domain.errors import KnownError


@dataclass(frozen=True)
class Mapping:
    """How a file's columns become fields.

    ``columns`` maps a source header to a field name, or to None to keep the column as an extra;
    headers it does not mention are guessed. ``missing`` lists raw values that mean 'no value'
    (sentinels), by source header, '*' for every column. ``date_order`` is that of dates whose year
    stands last: 'dmy' (day, month) or 'mdy', None to be told by the columns themselves.
    """

    name: str = ""
    columns: dict[str, str | None] = field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    date_order: str | None = None


class FileKind(StrEnum):
    """What the rows of a file are: attempts, or an outside bureau's scores of customers."""

    ATTEMPTS = "attempts"
    SCORES = "scores"


@dataclass(frozen=True)
class ColumnGuess:
    """``field`` is None for a column kept as an extra under ``extra_name``.

    ``sure`` is 0 to 1; ``why`` is 'name', 'values', 'saved' or 'none'. ``samples`` are shown
    masked where the guessed field is an identity. ``scale`` multiplies numbers without a unit of
    their own; ``date_order`` is 'dmy' or 'mdy' where the year stands last, '?' where the first
    rows do not tell.
    """

    header: str
    field: str | None
    extra_name: str
    sure: float
    why: str
    samples: tuple[str, ...] = ()
    scale: float = 1.0
    date_order: str | None = None


@dataclass(frozen=True)
class ImportPreview:
    """First rows of a file, masked, with every column guessed.

    ``rows`` are cell texts in header order; ``problems`` are (row number, header, text key).
    """

    path: Path
    format: str
    encoding: str | None
    delimiter: str | None
    columns: tuple[ColumnGuess, ...]
    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...] = ()
    kind: FileKind = FileKind.ATTEMPTS


@dataclass(frozen=True)
class ScoreCounts:
    """The part of an import's counts that is bureau scores."""

    read: int
    imported: int
    duplicates: int
    quarantined: int


@dataclass(frozen=True)
class FileReport:
    """What one of several files brought, or why it brought nothing: ``error``."""

    path: Path
    read: int = 0
    imported: int = 0
    duplicates: int = 0
    quarantined: int = 0
    error: KnownError | None = None

    def as_json(self) -> dict[str, object]:
        counts = {n: getattr(self, n) for n in ("read", "imported", "duplicates", "quarantined")}
        failed = {"error": self.error.key} if self.error else {}
        return {"file": self.path.name, **counts, **failed}


@dataclass(frozen=True)
class ImportReport:
    """The counts always add up: read = imported + duplicates + quarantined. ``scores`` is the
    part of them that is bureau scores, None where no such file was given. ``files``: one by one,
    where there were several (a folder, an archive); those that failed changed nothing."""

    read: int
    imported: int
    duplicates: int
    quarantined: int
    quarantine_file: Path | None
    seconds: float
    flagged: int = 0
    scores: ScoreCounts | None = None
    files: tuple[FileReport, ...] = ()

    @property
    def failed(self) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.error)

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {
            "read": self.read,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "quarantine_file": str(self.quarantine_file) if self.quarantine_file else None,
            "seconds": round(self.seconds, 3),
        }
        if self.scores:
            told["scores"] = asdict(self.scores)
        if self.files:
            told["files"] = [file.as_json() for file in self.files]
        return told
