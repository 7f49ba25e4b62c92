"""The working calendar: China's holidays and make-up days from the library, and a site's own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from workbench.domain.calendar import Calendar, Day, DayTable
from workbench.domain.errors import BadInput

_FIRST = 2020


class ChinaCalendar:
    """Satisfies Calendar. The library is asked at the first question: it takes a while to import.

    A year is known once its make-up days are published (each November for the next year); a site
    may give it before (``calendar.json``), and its days go before the library's.
    """

    def __init__(self, own: DayTable | None = None) -> None:
        self._own = own or DayTable(version="")
        self.opens, self.closes = self._own.opens, self._own.closes
        self._table: DayTable | None = None

    @property
    def version(self) -> str:
        return self._loaded().version

    def of(self, day: date) -> Day:
        if day.year in self._own.known:
            return self._own.of(day)
        if day in self._own.holidays or day in self._own.make_up:
            return replace(self._own.of(day), assumed=day.year not in self._loaded().known)
        return self._loaded().of(day)

    def _loaded(self) -> DayTable:
        if self._table is None:
            from importlib.metadata import version

            import holidays

            years = range(_FIRST, date.today().year + 3)
            china = holidays.country_holidays("CN", years=years, language="zh_CN")
            make_up = frozenset(china.weekend_workdays)
            self._table = DayTable(
                version=f"holidays {version('holidays')} {self._own.version}".strip(),
                holidays=dict(china.items()),
                make_up=make_up,
                known=frozenset(day.year for day in make_up),
            )
        return self._table


def site_calendar(file: Path) -> Calendar:
    """China's calendar with the site's own of ``file``, if there is one: hours, ``holidays`` by
    day, ``make_up`` days, and ``years`` that it knows whole. Raises BadInput('bad_calendar')."""
    if not file.exists():
        return ChinaCalendar()
    try:
        told: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
        own = DayTable(
            version=str(told.get("version", "1")),
            opens=time.fromisoformat(told.get("opens", "09:00")),
            closes=time.fromisoformat(told.get("closes", "18:00")),
            holidays={date.fromisoformat(k): str(v) for k, v in told.get("holidays", {}).items()},
            make_up=frozenset(map(date.fromisoformat, told.get("make_up", ()))),
            known=frozenset(map(int, told.get("years", ()))),
        )
        if own.opens >= own.closes:
            raise ValueError("opens must be before closes")
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadInput("bad_calendar", file=str(file), why=str(error)) from None
    return ChinaCalendar(own)
