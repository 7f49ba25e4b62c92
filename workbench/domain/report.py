"""A report as data: what it says and draws, in one language, before it is a file of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class ChartKind(StrEnum):
    BARS = "bars"  # stacked where there are several series
    AREA = "area"
    LINES = "lines"
    PARETO = "pareto"
    HEAT = "heat"
    FUNNEL = "funnel"


@dataclass(frozen=True)
class Line:
    """A series; ``colour`` is #rrggbb. ``values`` follow the labels of its chart."""

    name: str
    values: tuple[float | None, ...]
    colour: str
    dashed: bool = False  # a comparison, drawn as a line over the others
    dotted: bool = False  # 'other': no value of its own


@dataclass(frozen=True)
class Mark:
    """Something dated at the place of a label, counted in labels and parts of one."""

    at: float
    name: str


def label_rows(spans: Sequence[tuple[float, float]], rows: int) -> list[int | None]:
    """For each label (its left and right end) the first of ``rows`` in which it touches no other;
    None where there is no room for it."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    found: list[int | None] = []
    for left, right in spans:
        free = (
            n
            for n, row in enumerate(taken)
            if all(right < other_left or other_right < left for other_left, other_right in row)
        )
        place = next(free, None)
        if place is not None:
            taken[place].append((left, right))
        found.append(place)
    return found


@dataclass(frozen=True)
class Chart:
    """``labels`` stand below (of a heat map also ``rows`` at the left, whose values are the
    ``lines``); ``growing`` are places whose numbers are not final, ``weekend`` those that are
    days off; ``summary`` says the chart in words."""

    kind: ChartKind
    title: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    summary: str = ""
    percent: bool = False
    growing: frozenset[int] = frozenset()
    growing_name: str = ""
    weekend: frozenset[int] = frozenset()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Table:
    """Cells are numbers or texts; ``percents`` are the columns with shares of 1."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]
    percents: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """One number with its name and, if there is one, its change."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    chart: Chart | None = None
    table: Table | None = None
    words: str = ""


@dataclass(frozen=True)
class Report:
    """``asked`` are the filters and the period, ``definitions`` what each number counts: (name,
    text). ``mark`` says who took it, and when."""

    lang: str
    title: str
    asked: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    definitions: tuple[tuple[str, str], ...]
    definitions_title: str
    asked_title: str
    mark: str = ""
