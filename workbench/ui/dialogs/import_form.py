"""What a person decides before an import: which column is which field. No pixels."""

from dataclasses import dataclass, replace

from workbench.domain.attempt import ATTEMPT_FIELDS
from workbench.domain.importing import ColumnGuess, ImportPreview, Mapping

REQUIRED = ("occurred_at", "outcome")  # without them an attempt cannot be placed or judged
SURE, LIKELY = 0.9, 0.5


@dataclass(frozen=True)
class Row:
    """One source column: what was guessed and what is chosen (None keeps it as an extra)."""

    guess: ColumnGuess
    chosen: str | None

    @property
    def changed(self) -> bool:
        return self.chosen != self.guess.field


@dataclass(frozen=True)
class ImportForm:
    """The choices for one file, as plain data; every change makes a new one."""

    preview: ImportPreview
    rows: tuple[Row, ...]
    base: Mapping

    @classmethod
    def of(cls, preview: ImportPreview, base: Mapping | None = None) -> "ImportForm":
        rows = tuple(Row(guess, guess.field) for guess in preview.columns)
        return cls(preview, rows, base or Mapping())

    def choose(self, index: int, field: str | None) -> "ImportForm":
        """A field belongs to one column: the column that had it is kept as an extra."""
        rows = [
            replace(row, chosen=None) if field is not None and row.chosen == field else row
            for row in self.rows
        ]
        rows[index] = replace(rows[index], chosen=field)
        return replace(self, rows=tuple(rows))

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column gives."""
        chosen = {row.chosen for row in self.rows}
        return tuple(name for name in REQUIRED if name not in chosen)

    @property
    def recognised(self) -> int:
        return sum(row.chosen is not None for row in self.rows)

    def mapping(self, name: str = "") -> Mapping:
        """All choices, said explicitly: the import does what the page shows."""
        columns = {row.guess.header: row.chosen for row in self.rows}
        return replace(self.base, name=name, columns=columns)


def field_names() -> tuple[str, ...]:
    """What a column may be, in the order of design.md section 4."""
    return tuple(field.name for field in ATTEMPT_FIELDS)
