"""The search box as a palette: gathers what can be done, asks for what can be found, does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QRadioButton, QWidget

from workbench.domain.errors import NotPermitted
from workbench.ui.palette import ACTS_ONLY, Kind, Offer, Spellings, offers, spell
from workbench.ui.pausing import after_pause
from workbench.ui.tasks import Task
from workbench.ui.theme import Theme
from workbench.ui.widgets.palette_list import PaletteList

if TYPE_CHECKING:
    from workbench.domain.attempt import CustomerCard
    from workbench.domain.complaint import Complaint
    from workbench.domain.progress import CancelToken, ProgressListener
    from workbench.ui.desk import Desk

    Found = tuple[tuple[CustomerCard, ...], tuple[Complaint, ...]]

_PAUSE_MS = 200  # nobody is looked up in the middle of a word


class CommandBox(QObject):
    """``acts`` are the window's; ``front`` is what lies in front (page, sheet), whose buttons are
    offered too. Enter without a choice goes on to the box's own search."""

    def __init__(
        self,
        box: QLineEdit,
        theme: Theme,
        acts: Callable[[], list[Offer]],
        front: Callable[[], list[QWidget]],
        look_up: Callable[[str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._box, self._acts, self._front, self._look_up = box, acts, front, look_up
        self._window = window
        self._desk: Desk | None = None
        self._spelled: Spellings = {}
        self._spelling = False
        self._everything = False  # shown, whatever stands in the box
        self._offered: list[Offer] = []
        self._found: list[Offer] = []
        self._asked: Task | None = None
        self.list = PaletteList(theme, box, window)
        self.list.list.itemClicked.connect(lambda _: self._do())
        self._pause = after_pause(self, _PAUSE_MS, self._find)
        box.textEdited.connect(self._typed)
        box.installEventFilter(self)

    def attach(self, desk: Desk) -> None:
        """People can be found from now on."""
        self._desk = desk
        desk.language.changed.connect(self._turned)

    def open(self) -> None:
        """Everything that can be done, until something is typed; nothing is chosen."""
        self._everything = True
        self._gather()
        self.list.show_offers(offers("", self._offered, self._spelled, None), choose=False)

    def close(self) -> None:
        self._pause.stop()
        if self._asked is not None:
            self._asked.supersede()
            self._asked = None
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is self._box:
            self.close()
        if (
            watched is self._box
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and self._key(event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the list."""
        if not self.list.isVisible():
            if event.key() == Qt.Key.Key_Down and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                self._typed(self._box.text()) if self._box.text() else self.open()
                return True
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self.list.move(1)
            case Qt.Key.Key_Up:
                self.list.move(-1)
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.list.chosen is None:
                    self.close()
                    return False  # the box's own search
                self._do()
            case _:
                return False
        return True

    # what is offered
    def _turned(self, lang: str) -> None:
        QTimer.singleShot(0, self, self._say_again)  # once the acts have their words

    def _say_again(self) -> None:
        if not self.list.isVisible():
            return
        if self._everything:
            self.open()
        else:
            self._gather()
            self._show(keep=True)

    def _typed(self, text: str) -> None:
        self._everything = False
        self._found = []
        self._gather()
        self._show()
        self._pause.start()

    def _gather(self) -> None:
        """The acts, spelled once each; the buttons of what is in front."""
        acts = self._acts()
        said = {offer.title for offer in acts}
        acts += [offer for offer in self._buttons() if offer.title not in said]
        self._offered = acts
        missing = {offer.title for offer in acts} - set(self._spelled)
        if missing and self._desk is not None and not self._spelling:
            self._spelling = True
            self._desk.tasks.run(self, lambda *_: spell(missing), self._spelt)

    def _spelt(self, more: dict[str, tuple[str, str]]) -> None:
        self._spelling = False
        self._spelled = {**self._spelled, **more}
        if self.list.isVisible() and not self._everything:
            self._show(keep=True)

    def _show(self, *, keep: bool = False) -> None:
        text = self._box.text()
        term = text.strip()
        if not term:
            self.close()
            return
        look = Offer(
            Kind.LOOK_UP,
            "look_up",
            self.tr("Look up “{term}”").format(term=term),
            lambda: self._look_up(term),
            self.tr("Enter"),
        )
        shown = offers(text, self._offered, self._spelled, look, self._found)
        self.list.show_offers(shown, choose=True, keep=keep)

    def _buttons(self) -> Iterator[Offer]:
        seen = set()
        for part in self._front():
            for button in part.findChildren(QAbstractButton):
                title = _title(button)
                if (
                    title
                    and title not in seen
                    and button.isVisible()
                    and button.isEnabled()
                    and not isinstance(button, QRadioButton)
                ):
                    seen.add(title)
                    yield Offer(
                        Kind.HERE,
                        f"here.{title}",
                        title,
                        button.click,
                        self.tr("On this page"),
                    )

    # what is found
    def _find(self) -> None:
        term = self._box.text().strip()
        desk = self._desk
        if desk is None or len(term) < 2 or term.startswith(ACTS_ONLY):
            return

        def work(progress: ProgressListener, cancel: CancelToken) -> Found:
            from workbench.domain.work_queue import ListQuery

            customers: tuple[CustomerCard, ...] = ()
            complaints: tuple[Complaint, ...] = ()
            try:
                customers = desk.attempts.lookup(term).customers
                cancel.check()
                complaints = desk.handling.lists.page(ListQuery(text=term, limit=4)).rows
            except NotPermitted:  # a role that may not look is offered nothing
                pass
            return customers, complaints

        self._asked = desk.tasks.run(
            self, work, lambda found: self._came(term, *found), failed=lambda _: None,
            channel="find",
        )  # fmt: skip

    def _came(
        self, term: str, customers: tuple[CustomerCard, ...], complaints: tuple[Complaint, ...]
    ) -> None:
        if not self.list.isVisible() or self._box.text().strip() != term:
            return
        assert self._desk is not None
        acts, word = self._desk.acts, self._desk.language.word
        self._found = [
            Offer(
                Kind.CUSTOMER,
                f"customer.{card.ref}",
                "  ".join(part for part in (card.name, card.phone, card.id_card) if part),
                lambda ref=card.ref: acts.open_customer.emit(ref),
                self.tr("%Ln attempt(s)", "", card.attempts),
            )
            for card in customers
        ] + [
            Offer(
                Kind.COMPLAINT,
                f"complaint.{one.complaint_id}",
                "  ".join(part for part in (one.number, one.customer_name, one.phone) if part),
                lambda ref=one.complaint_id: acts.open_complaint.emit(ref),
                word("state", one.state.value),
            )
            for one in complaints
        ]
        if self._found:
            self._show(keep=True)

    def _do(self) -> None:
        offer = self.list.chosen
        self.close()
        if offer is None:
            return
        if offer.kind is not Kind.LOOK_UP:
            self._box.clear()
        offer.run()


def _title(button: QAbstractButton) -> str:
    """What a button does, in its own words."""
    said = button.text() or button.accessibleName() or button.toolTip()
    return " ".join(said.replace("&&", "\0").replace("&", "").replace("\0", "&").split())
