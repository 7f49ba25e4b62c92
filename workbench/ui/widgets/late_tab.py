"""A tab that is empty until it is first shown: a page opens as fast as the part that is seen."""

from collections.abc import Callable

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget


class LateTab(QWidget):
    """``make(parent)`` is called once, by ``built``."""

    def __init__(self, make: Callable[[QWidget], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._inner: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def built(self) -> QWidget:
        if self._inner is None:
            self._inner = self._make(self)
            self._column.addWidget(self._inner)
        return self._inner


def shown(tabs: QTabWidget) -> QWidget:
    """What is on the tab in front, made if it is not there yet."""
    part = tabs.currentWidget()
    return part.built() if isinstance(part, LateTab) else part
