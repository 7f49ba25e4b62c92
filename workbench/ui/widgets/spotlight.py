"""A frame around the widget that is being talked of; it takes no click and no key."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

_GAP = 3  # px between the widget and the frame
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Spotlight(QFrame):
    """``on(widget)`` frames it wherever it goes inside ``parent``; None: nothing."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._watched: list[QWidget] = []
        self._target: QWidget | None = None
        self.setObjectName("spotlight")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def on(self, target: QWidget | None) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched, self._target = [], target
        widget = target
        while widget is not None and widget is not self.parentWidget():
            widget.installEventFilter(self)
            widget.destroyed.connect(self._forget)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._place()
        QTimer.singleShot(0, self, self._place)  # after the layouts

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def _forget(self) -> None:
        self._watched, self._target = [], None
        self.hide()

    def _place(self) -> None:
        target, place = self._target, self.parentWidget()
        if target is None or place is None or not target.isVisibleTo(place):
            self.hide()
            return
        at = QRect(target.mapTo(place, QPoint(0, 0)), target.size())
        self.setGeometry(at.adjusted(-_GAP, -_GAP, _GAP, _GAP) & place.rect())
        self.show()
        self.raise_()
