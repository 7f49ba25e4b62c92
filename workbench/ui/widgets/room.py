"""Room for pages and dialogs: squeezed as far as they bear it, scrolled where there is less still."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QSplitter, QStackedWidget, QWidget

_LEAST = QSize(920, 500)  # what is left of the smallest window at 100 %
_ENOUGH = QSize(1256, 600)  # what a screen of 1366 × 768 leaves: every page was made for it


class Pages(QStackedWidget):
    """Asks for the room of the page in front alone."""

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()


class Beside(QSplitter):
    """The page, and the sheet beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(_LEAST).boundedTo(_ENOUGH)


class Room(QScrollArea):
    """What gets the keyboard comes into view."""

    def __init__(self, inside: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.widget().isAncestorOf(now):
            QTimer.singleShot(0, now, lambda: self.ensureWidgetVisible(now))  # once it is laid out
