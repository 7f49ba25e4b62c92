"""A ledger of complaints as rows of text, and the file of those of its rows that were set aside."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from workbench.domain.importing import Mapping
from workbench.domain.ledger import BadRow
from workbench.warehouse.quarantine import Quarantine, Say
from workbench.warehouse.readers import Rejected, open_source


class LedgerTable:
    """Satisfies services.ports.LedgerFile, for a file of any format that attempts come in."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self._source = open_source(path, mapping)
        self.headers = tuple(header.replace('"', "”") for header in self._source.headers)

    def rows(self) -> Iterator[tuple[int, tuple[str | None, ...]]]:
        self._source.rejected = []
        width = len(self.headers)
        for batch in self._source.batches():
            columns = [batch.column(f"c{i}").to_pylist() for i in range(width)]
            lines = batch.column("_line").to_pylist()
            damaged = batch.column("_damaged").to_pylist()
            for line, bad, *cells in zip(lines, damaged, *columns, strict=True):
                if bad is None:
                    yield line, tuple(cells)
                else:
                    told = Rejected(line, self.headers[bad], "", "undecodable")
                    self._source.rejected.append(told)

    @property
    def rejected(self) -> list[BadRow]:
        # a Spool has no rows to tell; ``rows`` has put a list in its place
        return [
            BadRow(each.line, each.column, each.value, each.code, each.params)
            for each in self._source.rejected  # type: ignore[attr-defined]
        ]


def set_aside(path: Path, at: datetime, rows: Sequence[BadRow], say: Say) -> Path | None:
    """Write the rows and why; beside the file that they are from. None where there are none."""
    quarantine = Quarantine(path.parent, path.stem, at, say)
    quarantine.add(
        path.name,
        (
            (row.line, [Rejected(row.line, row.column, row.value, row.code, dict(row.params))])
            for row in rows
        ),
    )
    return quarantine.finish()
