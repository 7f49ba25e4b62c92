"""Cells of a report's tables as text, the same in every kind of file."""

from workbench.domain.report import Table


def shown(table: Table) -> list[list[str]]:
    return [
        [_cell(value, column in table.percents) for column, value in enumerate(row)]
        for row in table.rows
    ]


def numeric(table: Table) -> list[bool]:
    """Which columns hold numbers."""
    return [
        any(isinstance(row[n], int | float) for row in table.rows)
        for n in range(len(table.columns))
    ]


def _cell(value: str | float | int | None, percent: bool) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    return f"{value:.1%}" if percent else f"{value:,.0f}"
