"""What an import is told and what it answers: mapping, preview, report."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Mapping:
    """How a file's columns become fields.

    ``columns`` maps a source header to a field name, or to None to keep the column as an extra;
    headers it does not mention are guessed. ``missing`` lists raw values that mean 'no value'
    (sentinels), by source header, '*' for every column.
    """

    name: str = ""
    columns: dict[str, str | None] = field(default_factory=dict)
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class ColumnGuess:
    """``field`` is None for a column kept as an extra under ``extra_name``.

    ``sure`` is 0 to 1; ``why`` is 'name', 'values', 'saved' or 'none'. ``samples`` are shown
    masked where the guessed field is an identity.
    """

    header: str
    field: str | None
    extra_name: str
    sure: float
    why: str
    samples: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class ImportReport:
    """The counts always add up: read = imported + duplicates + quarantined."""

    read: int
    imported: int
    duplicates: int
    quarantined: int
    quarantine_file: Path | None
    seconds: float
    flagged: int = 0

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "quarantined": self.quarantined,
            "quarantine_file": str(self.quarantine_file) if self.quarantine_file else None,
            "seconds": round(self.seconds, 3),
        }
