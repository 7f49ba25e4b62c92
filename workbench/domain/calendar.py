"""Which days are worked, and why the others are not: holidays, make-up days, a site's own days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Protocol


class DayKind(StrEnum):
    WORKDAY = "workday"
    MAKE_UP = "make_up"  # 调休: a Saturday or Sunday that is worked
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Day:
    """``name`` of a holiday. ``assumed``: the calendar of that year is not known yet, so only
    weekends are."""

    day: date
    kind: DayKind
    name: str | None = None
    assumed: bool = False

    @property
    def worked(self) -> bool:
        return self.kind in (DayKind.WORKDAY, DayKind.MAKE_UP)


class Calendar(Protocol):
    """``version`` changes whenever an answer may."""

    @property
    def version(self) -> str: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...
    def of(self, day: date) -> Day: ...


@dataclass(frozen=True)
class DayTable:
    """A calendar from lists; satisfies Calendar. ``known``: years whose holidays are published;
    hours are local."""

    version: str = "weekends"
    opens: time = time(9)
    closes: time = time(18)
    holidays: Mapping[date, str] = field(default_factory=dict)
    make_up: frozenset[date] = frozenset()
    known: frozenset[int] = frozenset()

    def of(self, day: date) -> Day:
        assumed = day.year not in self.known
        if day in self.make_up:
            return Day(day, DayKind.MAKE_UP, assumed=assumed)
        if day in self.holidays:
            return Day(day, DayKind.HOLIDAY, self.holidays[day], assumed)
        weekend = day.weekday() >= 5
        return Day(day, DayKind.WEEKEND if weekend else DayKind.WORKDAY, assumed=assumed)
