"""What a person decides before an import: which column is which field. No pixels."""

from dataclasses import dataclass, replace

from workbench.domain.attempt import ATTEMPT_FIELDS
from workbench.domain.importing import ColumnGuess, FileKind, ImportPreview, Mapping

# Without them an attempt cannot be placed or judged, and a score is nobody's or of no time: at
# least one field of each group, named by the text key ``field.<name>``.
REQUIRED: dict[FileKind, dict[str, tuple[str, ...]]] = {
    FileKind.ATTEMPTS: {"occurred_at": ("occurred_at",), "outcome": ("outcome",)},
    FileKind.SCORES: {
        "customer_key": ("customer_id", "id_card", "phone"),
        "scored_at": ("occurred_at",),
        "external_score": ("external_score",),
    },
}
SURE, LIKELY = 0.9, 0.5
DATE_ORDERS = (None, "dmy", "mdy")  # of dates whose year stands last; None: the file tells


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
        groups = REQUIRED[self.preview.kind]
        return tuple(name for name, fields in groups.items() if chosen.isdisjoint(fields))

    @property
    def names_its_source(self) -> bool:
        """Whether a column says which bureau a score is from."""
        return any(row.chosen == "external_source" for row in self.rows)

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
