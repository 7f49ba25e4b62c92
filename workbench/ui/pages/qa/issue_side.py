"""Beside a group: what can be done with it, its history with undo, the place of its ticket."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.issue import IssueEvent
from workbench.domain.issue_groups import Reach
from workbench.services.issue_words import event_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.pages.qa.issue_offers import Offer, Values
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.tips import plain_tip
from workbench.ui.widgets.ask_form import AskForm


class IssueSide(Retranslates, QWidget):
    """``wanted(offer, values)`` once an act has all that it asks for; ``undo_wanted(event_id)``.

    ``ticket_place`` is where the issue's ticket in a tracker is shown."""

    wanted = Signal(object, dict)
    undo_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._offers: Sequence[Offer] = ()
        self._asking: Offer | None = None
        self._history: Sequence[IssueEvent] = ()
        self._reach: Reach | None = None
        self._many = 0
        self._allowed = True
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.told = QLabel(self)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setWordWrap(True)
        self.buttons: dict[str, QPushButton] = {}
        self._acts = QWidget(self)
        self._grid = QGridLayout(self._acts)
        self.form = AskForm(self)
        self.form.given.connect(self._given)
        self.form.given_up.connect(lambda: self._acts.show())
        self.ticket_place = QVBoxLayout()
        self.ticket_place.setObjectName("ticket_place")
        self.history_title = QLabel(self)
        self.history_title.setProperty("role", "heading")
        self.history = QListWidget(self)
        self.history.setWordWrap(True)
        self.history.setSpacing(3)
        self.history.currentItemChanged.connect(lambda *_: self._allow_undo())
        self.undo_button = QPushButton(self)
        self.undo_button.setIcon(desk.theme.icon("undo", "text"))
        self.undo_button.clicked.connect(self._undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.title)
        column.addWidget(self.told)
        column.addWidget(self._acts)
        column.addWidget(self.form)
        column.addLayout(self.ticket_place)
        column.addSpacing(SPACE_3)
        column.addWidget(self.history_title)
        column.addWidget(self.history, 1)
        column.addWidget(self.undo_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = QWidget(self)
        column.addWidget(self._rest, 1)
        self.retranslate()

    def show_offers(
        self, offers: Sequence[Offer], *, many: int = 0, reach: Reach | None = None, allowed: bool
    ) -> None:
        """``many``: how many groups are chosen, where it is more than one; ``reach``: what an act
        on them would touch. A form under way stays."""
        keys = [offer.key for offer in self._offers]
        self._offers, self._many, self._reach, self._allowed = offers, many, reach, allowed
        if keys != [offer.key for offer in offers] or len(self.buttons) != len(offers):
            self._draw_buttons()
        self.retranslate()

    def show_history(self, history: Sequence[IssueEvent]) -> None:
        self._history = history
        self.retranslate()

    def ask(self, key: str) -> None:
        """Begin an act, as its button does."""
        offer = next((o for o in self._offers if o.key == key), None)
        if offer is None:
            return
        if not offer.asks:
            self.wanted.emit(offer, {})
            return
        self._asking = offer
        self._acts.hide()
        self.form.ask(offer.label.rstrip("…"), offer.asks, offer.label.rstrip("…"))

    def stop_asking(self) -> None:
        self._asking = None
        self.form.hide()
        self._acts.show()

    def retranslate(self) -> None:
        self.title.setText(
            self.tr("%Ln group(s) chosen", "", self._many) if self._many else self.tr("What to do")
        )
        said = ""
        if not self._allowed:
            said = self.tr("QA and team leads handle issues; you can see them.")
        elif self._many:
            reach = self._reach
            said = self.tr("Counting…")
            if reach is not None:
                number = self._desk.language.number
                counts = {n: number(v) for n, v in vars(reach).items() if isinstance(v, int)}
                said = self._desk.language.text("issue.reach", **counts)
        self.told.setText(said)
        self.told.setVisible(bool(said))
        for offer in self._offers:
            button = self.buttons.get(offer.key)
            if button is not None:
                button.setText(offer.label)
                button.setEnabled(self._allowed and not (self._many and self._reach is None))
        self.history_title.setText(self.tr("History"))
        self.undo_button.setText(self.tr("Undo this"))
        self._fill_history()

    def _draw_buttons(self) -> None:
        for button in self.buttons.values():
            button.setParent(None)
            button.deleteLater()
        self.buttons = {}
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_2)
        place = 0
        for offer in self._offers:
            button = QPushButton(self._acts)
            button.setIcon(
                self._desk.theme.icon(offer.icon, "on_accent" if offer.primary else "text")
            )
            if offer.primary:
                button.setProperty("role", "primary")
            button.clicked.connect(lambda _=False, key=offer.key: self.ask(key))
            if offer.primary and place % 2:
                place += 1
            wide = 2 if offer.primary else 1
            self._grid.addWidget(button, place // 2, place % 2, 1, wide)
            place += wide
            self.buttons[offer.key] = button
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)

    def _fill_history(self) -> None:
        lang = self._desk.language.current
        chosen = self.history.currentItem()
        kept = chosen.data(ROW_ROLE).event_id if chosen is not None else None
        self.history.clear()
        self.history.setAccessibleName(self.history_title.text())
        for event in reversed(self._history):
            why = f"\n“{event.why}”" if event.why else ""
            at = local_time(event.at)
            item = QListWidgetItem(f"{at}  {event.actor}\n{event_words(lang, event)}{why}")
            item.setData(ROW_ROLE, event)
            item.setToolTip(plain_tip(event_words(lang, event)))
            self.history.addItem(item)
            if event.event_id == kept:
                self.history.setCurrentItem(item)
        shown = bool(self._history)
        for widget in (self.history_title, self.history, self.undo_button):
            widget.setVisible(shown)
        self._rest.setVisible(not shown)
        self._allow_undo()

    def _allow_undo(self) -> None:
        item = self.history.currentItem()
        can = item is not None and item.data(ROW_ROLE).can_be_undone
        self.undo_button.setEnabled(self._allowed and bool(can))

    def _undo(self) -> None:
        item = self.history.currentItem()
        if item is not None:
            self.undo_wanted.emit(item.data(ROW_ROLE).event_id)

    def _given(self, values: Values) -> None:
        if self._asking is not None:
            self.wanted.emit(self._asking, dict(values))
