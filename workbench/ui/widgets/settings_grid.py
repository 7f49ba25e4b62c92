"""The grid of a settings card: labels in one column under each other, fields beside them."""

from PySide6.QtWidgets import QGridLayout, QWidget

from workbench.ui.theme import SPACE_3, SPACE_4, SPACE_6

_LABELS = 110  # px


def settings_grid(card: QWidget) -> QGridLayout:
    grid = QGridLayout(card)
    grid.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
    grid.setHorizontalSpacing(SPACE_6)
    grid.setVerticalSpacing(SPACE_3)
    grid.setColumnMinimumWidth(0, _LABELS)
    grid.setColumnStretch(1, 1)
    return grid
