"""How many complaints are to be expected, how sure that is, and how many people that needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

LEVEL = 0.8  # of the interval: one day in ten lies above it
SEASON = 7
FEWEST = 5 * SEASON  # days: three weeks to learn from, two to try it on


class Method(StrEnum):
    MODEL = "model"
    NAIVE = "naive"  # the same weekday a week earlier


@dataclass(frozen=True)
class Predicted:
    """``point`` is the middle of each day to come, ``low`` to ``high`` its interval."""

    point: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Backtest:
    """What would have been forecast from what was known then, a week at a time. Errors are means
    of the absolute difference, in complaints a day; ``covered`` is the share of days that lay
    within the interval."""

    weeks: int
    model_error: float
    naive_error: float
    covered: float

    @property
    def better(self) -> Method:
        return Method.MODEL if self.model_error <= self.naive_error else Method.NAIVE

    @property
    def gain(self) -> float:
        """How much smaller the model's error is, as a share of the other one."""
        return 1 - self.model_error / self.naive_error if self.naive_error else 0.0


@dataclass(frozen=True)
class Forecast:
    """``history`` are whole days with their counts; ``days`` those to come."""

    history: tuple[tuple[date, int], ...]
    days: tuple[date, ...]
    predicted: Predicted
    method: Method
    backtest: Backtest

    def people(self, per_person: int) -> tuple[int, ...]:
        """How many are enough on nine days of ten, where one handles so many complaints a day."""
        return tuple(ceil(high / per_person) for high in self.predicted.high)


def same_weekday(counts: Sequence[float], days: int) -> list[float]:
    """The naive forecast: each day what the same weekday of the last week was."""
    last = counts[-SEASON:]
    return [float(last[n % SEASON]) for n in range(days)]
