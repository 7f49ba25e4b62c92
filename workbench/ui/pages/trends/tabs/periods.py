"""Two periods to compare, chosen by a name or by their days; local days, both ends included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLabel, QWidget

from workbench.domain.driver import Period
from workbench.domain.times import from_local
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_2

_DAY = timedelta(days=1)
PRESETS = ("day", "weekday", "week", "month", "own")


@dataclass(frozen=True)
class Days:
    start: date
    end: date
    before_start: date
    before_end: date

    @property
    def now(self) -> Period:
        return Period(_midnight(self.start), _midnight(self.end + _DAY))

    @property
    def before(self) -> Period:
        return Period(_midnight(self.before_start), _midnight(self.before_end + _DAY))


def days_of(preset: str, last: date) -> Days:
    """``last`` is the newest day that there is."""
    if preset == "weekday":
        return Days(last, last, last - 7 * _DAY, last - 7 * _DAY)
    length = {"day": 1, "week": 7, "month": 28}[preset]
    start = last - (length - 1) * _DAY
    return Days(start, last, start - length * _DAY, start - _DAY)


class TwoPeriods(Retranslates, QWidget):
    """``changed`` when there is another question."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = QComboBox(self)
        for name in PRESETS:
            self.preset.addItem("", name)
        self.edits = [QDateEdit(self) for _ in range(4)]
        self._against = QLabel(self)
        self._last: date | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.preset)
        for place, edit in enumerate(self.edits):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setMinimumWidth(118)
            edit.setKeyboardTracking(False)
            edit.dateChanged.connect(self._own)
            if place == 2:
                row.addWidget(self._against)
            elif place % 2:
                row.addWidget(QLabel("–", self))
            row.addWidget(edit)
        self.preset.activated.connect(lambda _: self._take())
        self.retranslate()

    def set_last(self, last: date) -> None:
        """The newest day that there is; periods that were chosen by name end there."""
        if last != self._last:
            self._last = last
            if self.preset.currentData() != "own":
                self._show()

    @property
    def days(self) -> Days | None:
        """None before it is known which days there are."""
        if self._last is None:
            return None
        first, last, *before = (edit.date().toPython() for edit in self.edits)
        return Days(*sorted((first, last)), *sorted(before))

    def _take(self) -> None:
        if self._last is not None and self.preset.currentData() != "own":
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        assert self._last is not None
        days = days_of(self.preset.currentData(), self._last)
        for edit, day in zip(self.edits, vars(days).values(), strict=True):
            with QSignalBlocker(edit):
                edit.setDate(QDate(day.year, day.month, day.day))

    def _own(self) -> None:
        self.preset.setCurrentIndex(PRESETS.index("own"))
        self.changed.emit()

    def retranslate(self) -> None:
        names = {
            "day": self.tr("Last day, the day before"),
            "weekday": self.tr("Last day, a week earlier"),
            "week": self.tr("Last 7 days, 7 before"),
            "month": self.tr("Last 28 days, 28 before"),
            "own": self.tr("Own days"),
        }
        for place, name in enumerate(PRESETS):
            self.preset.setItemText(place, names[name])
        self._against.setText(self.tr("against"))
        captions = (
            self.tr("From"),
            self.tr("To (included)"),
            self.tr("Against, from"),
            self.tr("Against, to (included)"),
        )
        for edit, caption in zip(self.edits, captions, strict=True):
            edit.setAccessibleName(caption)
        self.preset.setAccessibleName(self.tr("Periods"))


def _midnight(day: date) -> datetime:
    return from_local(datetime.combine(day, time()))
