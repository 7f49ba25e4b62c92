"""A read-only table of words and numbers; a row opens by Enter or a double click."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from workbench.ui.tips import plain_tip

_HEIGHT = 28
_WIDEST, _NARROWEST = 250, 170


@dataclass(frozen=True)
class Line:
    """``record`` is what opening it gives; ``ink`` colours its first cell."""

    cells: tuple[str, ...]
    record: object = None
    ink: QColor | None = None
    hover: str = ""


class Grid(QTableWidget):
    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._lines: tuple[Line, ...] = ()
        self.doubleClicked.connect(lambda _: self._open())
        self.currentCellChanged.connect(self._choose)

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    @property
    def current(self) -> object:
        row = self.currentRow()
        return self._lines[row].record if 0 <= row < len(self._lines) else None

    def show_lines(
        self, headers: Sequence[str], lines: Sequence[Line], numbers: Sequence[int] = ()
    ) -> None:
        """``numbers`` are the columns that stand at the right. The chosen row stays where it is."""
        place = max(0, self.currentRow())
        self.blockSignals(True)
        self._lines = tuple(lines)
        self.clear()
        self.setColumnCount(len(headers))
        self.setRowCount(len(lines))
        self.setHorizontalHeaderLabels(list(headers))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column in numbers:
            self.horizontalHeaderItem(column).setTextAlignment(right)
        for row, line in enumerate(lines):
            for column, words in enumerate(line.cells):
                item = QTableWidgetItem(words)
                item.setToolTip(plain_tip(line.hover or words))
                if column in numbers:
                    item.setTextAlignment(right)
                if column == 0 and line.ink is not None:
                    item.setForeground(line.ink)
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        wanted = [self.columnWidth(column) + 12 for column in range(len(headers))]
        for column, wide in enumerate(self._fitted(wanted, numbers)):
            self.setColumnWidth(column, wide)
        self.horizontalHeader().setStretchLastSection(len(headers) - 1 not in numbers)
        self.blockSignals(False)
        if lines:
            self.setCurrentCell(min(place, len(lines) - 1), 0)
        self._choose()

    def _fitted(self, wanted: Sequence[int], numbers: Sequence[int]) -> list[int]:
        """Long words as wide as there is room for, or narrower where that saves scrolling."""
        widths = [min(_WIDEST, wide) for wide in wanted]
        spare = self.viewport().width() - sum(widths)
        given = [
            max(0, wide - width) if spare > 0
            else min(0, _NARROWEST - width) if column not in numbers else 0
            for column, (wide, width) in enumerate(zip(wanted, widths, strict=True))
        ]  # fmt: skip
        if sum(given) > spare < 0:
            return widths  # it has to be scrolled anyhow
        for column, more in enumerate(given):
            more = min(more, spare) if spare > 0 else max(more, spare)
            widths[column] += more
            spare -= more
        return widths

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.current is not None:
            self.opened.emit(self.current)

    def _choose(self, *_: int) -> None:
        self.chosen.emit(self.current)
