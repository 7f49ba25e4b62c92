"""The conversation about a complaint: what was said to whom, and what is to be said next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.complaint_parts import Audience
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.services.customer_text import CustomerWords
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time, time_tooltip
from workbench.ui.pages.complaints.dossier import Dossier
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.timeline import Entry, Timeline


class Talk(Retranslates, QWidget):
    """Words being typed belong to their complaint: another may be looked at meanwhile, the window
    may be closed or killed, and they stand there again. ``said`` once they are in."""

    said = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._dossier: Dossier | None = None
        self._words: dict[str, str] = {}
        self.timeline = Timeline(self)
        self.audience = QComboBox(self)
        for audience in Audience:
            self.audience.addItem("", audience)
        self.audience.currentIndexChanged.connect(self._show_audience)
        self.macros = QComboBox(self)
        self.macros.activated.connect(self._fill)
        self.words = QPlainTextEdit(self)
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(56)
        self.words.setMaximumHeight(110)
        self.words.textChanged.connect(self._typed)
        self.hint = QLabel(self)
        self.hint.setProperty("role", "caption")
        self.hint.setWordWrap(True)
        self.trouble = QLabel(self)
        self.trouble.setProperty("role", "danger")
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.send_button = QPushButton(self)
        self.send_button.setProperty("role", "primary")
        self.send_button.clicked.connect(self.send)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.send)
        choose = QHBoxLayout()
        choose.setSpacing(SPACE_2)
        choose.addWidget(self.audience)
        choose.addWidget(self.macros, 1)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_2)
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.send_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.timeline, 1)
        column.addLayout(choose)
        column.addWidget(self.words)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        self.retranslate()
        desk.tasks.run(self, lambda *_: desk.complaints.words(), self._left_over)
        desk.tasks.run(self, lambda *_: desk.handling.macros.names(), self._offer)

    def show_dossier(self, dossier: Dossier) -> None:
        own = dossier.complaint.complaint_id
        other = self._dossier is None or self._dossier.complaint.complaint_id != own
        if other:
            self._refuse("")
        self._dossier = dossier
        if other:
            self._put(self._words.get(own, ""))
        entries = [
            Entry(
                f"{dossier.name(c.author)} · {local_time(c.at)} · "
                + self._desk.language.word("audience", c.audience),
                c.words,
                "info" if c.audience is Audience.CUSTOMER else "well",
                time_tooltip(c.at),
            )
            for c in dossier.comments
        ]
        self.timeline.show_entries(entries, self.tr("Nothing has been said about it yet."))
        allowed = may(self._desk.session.person, Act.COMMENT)
        for widget in (self.words, self.audience, self.macros, self.send_button):
            widget.setEnabled(allowed)

    @property
    def typed(self) -> str:
        return self.words.toPlainText()

    def send(self) -> None:
        dossier, words = self._dossier, self.typed
        if dossier is None or not words.strip() or not self.send_button.isEnabled():
            return
        own, audience = dossier.complaint.complaint_id, Audience(self.audience.currentData())
        self.send_button.setEnabled(False)
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.handling.talk.comment(own, words, audience),
            lambda _: self._sent(own, words),
            failed=self._failed,
            writer="records",
        )

    def keep(self) -> None:
        """Every keystroke goes to the journal: nothing typed is lost with the window."""
        if self._dossier is None:
            return
        own, words = self._dossier.complaint.complaint_id, self.typed
        if self._words.get(own, "") != words:
            self._keep_words(own, words)

    def retranslate(self) -> None:
        for place, audience in enumerate(Audience):
            self.audience.setItemText(place, self._desk.language.word("audience", audience))
        self.audience.setAccessibleName(self.tr("Who is to read it"))
        self.macros.setAccessibleName(self.tr("Reply template"))
        self.macros.setPlaceholderText(self.tr("Reply template…"))
        self.words.setAccessibleName(self.tr("Comment"))
        tip = self._desk.language.tip
        self.send_button.setToolTip(tip("handling.talk.comment", self.tr("Ctrl+Enter")))
        self.timeline.setAccessibleName(self.tr("Conversation"))
        self._show_audience()
        if self._dossier is not None:
            self.show_dossier(self._dossier)

    def _show_audience(self) -> None:
        to_customer = self.audience.currentData() == Audience.CUSTOMER
        self.words.setPlaceholderText(
            self.tr("To the customer, in words they can use…")
            if to_customer
            else self.tr("For colleagues: the customer never sees it…")
        )
        self.hint.setText(self.tr("Words that may not be told are refused.") if to_customer else "")
        self.send_button.setText(self.tr("Reply") if to_customer else self.tr("Note it"))

    def _put(self, words: str) -> None:
        self.words.blockSignals(True)
        self.words.setPlainText(words)
        self.words.blockSignals(False)

    def _typed(self) -> None:
        self._refuse("")
        self.keep()

    def _keep_words(self, own: str, words: str) -> None:
        if words.strip():
            self._words[own] = words
        else:
            self._words.pop(own, None)
        try:
            self._desk.complaints.keep_words(own, words)
        except KnownError as error:
            self._desk.acts.error.emit(error)

    def _left_over(self, words: dict[str, str]) -> None:
        self._words = words | self._words
        if self._dossier is not None and not self.typed:
            self._put(self._words.get(self._dossier.complaint.complaint_id, ""))

    def _offer(self, names: list[str]) -> None:
        self.macros.clear()
        for name in names:
            self.macros.addItem(self._desk.language.word("macro_name", name), name)
        self.macros.setCurrentIndex(-1)

    def _fill(self, place: int) -> None:
        """A template: filled for this complaint, shown to be read and changed before it goes."""
        name, dossier = self.macros.itemData(place), self._dossier
        self.macros.setCurrentIndex(-1)
        if dossier is None:
            return
        own, lang = dossier.complaint.complaint_id, self._desk.language.current
        self._desk.tasks.run(
            self,
            lambda *_: self._desk.handling.macros.fill(name, own, lang),
            self._filled,
            failed=self._failed,
            channel="macro",
        )

    def _filled(self, words: CustomerWords) -> None:
        self.audience.setCurrentIndex(self.audience.findData(Audience.CUSTOMER))
        before = self.typed.rstrip()
        self.words.setPlainText(f"{before}\n{words}" if before else str(words))
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sent(self, own: str, words: str) -> None:
        self.send_button.setEnabled(True)
        here = self._dossier is not None and self._dossier.complaint.complaint_id == own
        more = self.typed if here and self.typed != words else ""  # typed on meanwhile: it stays
        if here and not more:
            self._put("")
        self._keep_words(own, more)
        self.said.emit()

    def _failed(self, error: KnownError) -> None:
        self.send_button.setEnabled(True)
        self._refuse(self._desk.language.error(error))

    def _refuse(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
