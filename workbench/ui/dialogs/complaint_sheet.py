"""The side sheet in which an agent logs a complaint while the caller talks: never modal."""

import itertools
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.complaint import Complaint, ComplaintDraft, Demand, Severity, Source
from workbench.domain.errors import KnownError
from workbench.ui.desk import Desk
from workbench.ui.dialogs.complaint_drafts import Drafts
from workbench.ui.dialogs.complaint_hints import HintsPanel
from workbench.ui.dialogs.complaint_more import MoreFields
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import SPACE_1, SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.badge import Badge
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.message_bar import MessageBar

_LABEL_CHARS = 24  # of a waiting draft's first words in the menu


class ComplaintSheet(Retranslates, QFrame):
    """``open_for(attempt)`` shows it prefilled; Ctrl+Enter saves; Esc hides and keeps the draft.

    ``drafts_changed(count)``: how many unfinished drafts there are. ``closed``: give the
    keyboard back to the page.
    """

    drafts_changed = Signal(int)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.setMinimumWidth(340)
        self._desk = desk
        self.drafts = Drafts(desk.complaints)
        self._saving: str | None = None
        self._filling = False
        self._asked: tuple[str, ...] = ()
        self._saved: Complaint | None = None
        self._build()
        self._lay_out()
        self._wire()
        self.retranslate()
        self.hide()

    # what the window calls
    def open_for(self, attempt: AttemptRow | None) -> None:
        """Show the draft of this attempt: a new one, or the one that was begun before."""
        try:
            draft = self.drafts.begin(attempt)
        except KnownError as error:
            self._desk.acts.error.emit(error)
            return
        self._show(draft)

    def look_for_leftovers(self) -> None:
        """Ask the journal, off the GUI thread, for what a crash left; says it by a signal."""
        self._desk.tasks.run(
            self, lambda progress, cancel: self.drafts.left_over(), self._recovered
        )

    def open_waiting(self) -> None:
        """The open draft again, or the first of those that wait."""
        current = self.drafts.current
        waiting = self.drafts.waiting
        if current is not None:
            self._show(current)
        elif waiting:
            self._show(self.drafts.switch(waiting[0].draft_id))

    def choose(
        self,
        demand: Demand | None = None,
        severity: Severity | None = None,
        source: Source | None = None,
    ) -> None:
        """Choose as a person would; what is not named stays."""
        for box, value in (
            (self.demand, demand),
            (self.severity, severity),
            (self.source, source),
        ):
            if value is not None:
                _choose(box, value)

    # building
    def _build(self) -> None:
        theme = self._desk.theme
        self.title = QLabel(self)
        self.title.setProperty("role", "heading")
        self.others = QToolButton(self)
        self.others.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.others.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.others.setIcon(theme.icon("file-document-edit-outline", "muted"))
        self.others.setMenu(QMenu(self.others))
        self.others.menu().aboutToShow.connect(self._fill_menu)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(theme.icon("close", "muted"))
        self.bar = MessageBar(theme, self._desk.language, self)
        self.busy = BusyLine(theme, self._desk.language, self)

        self.customer = QLabel(self)
        self.customer.setTextFormat(Qt.TextFormat.PlainText)
        self.attempt = QLabel(self)
        self.attempt.setTextFormat(Qt.TextFormat.PlainText)
        self.attempt.setProperty("role", "muted")
        self.attempt.setWordWrap(True)
        self.cause = Badge(theme, self)

        self.description = QPlainTextEdit(self)
        self.description.setTabChangesFocus(True)
        self.description.setMinimumHeight(120)
        self.demand = self._chooser([d.value for d in Demand])
        self.severity = self._chooser([s.value for s in Severity])
        self.source = self._chooser([s.value for s in Source])
        self._labels = {name: QLabel(self) for name in self._fields()}
        self._needs = {name: QLabel(self) for name in ("description", "demand")}
        for name, label in self._labels.items():
            label.setBuddy(self._fields()[name])
        for need in self._needs.values():
            need.setProperty("role", "danger")
            need.hide()
        self.more = MoreFields(self._desk, self)
        self.more_button = QToolButton(self)
        self.more_button.setCheckable(True)
        self.more_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.hide()
        self.hints = HintsPanel(self._desk, self)
        self.kept = QLabel(self)
        self.kept.setProperty("role", "caption")
        self.discard_button = QPushButton(self)
        self.discard_button.setProperty("role", "link")
        self.save_button = QPushButton(self)
        self.save_button.setProperty("role", "primary")

        self.done_text = QLabel(self)
        self.done_text.setProperty("role", "heading")
        self.done_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.done_text.setWordWrap(True)
        self.done_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.done_icon = QLabel(self)
        self.done_icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_button = QPushButton(self)
        self.finish_button = QPushButton(self)
        self.finish_button.setProperty("role", "primary")

    def _fields(self) -> dict[str, QWidget]:
        return {
            "description": self.description,
            "demand": self.demand,
            "severity": self.severity,
            "source": self.source,
        }

    def _chooser(self, values: list[str]) -> QComboBox:
        box = QComboBox(self)
        for value in values:
            box.addItem("", value)
        box.setMaxVisibleItems(len(values))
        return box

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.others)
        head.addWidget(self.close_button)
        who = QHBoxLayout()
        who.addWidget(self.customer)
        who.addStretch(1)
        who.addWidget(self.cause)

        form = QWidget(self)
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        grid.addWidget(self._labels["description"], 0, 0, 1, 2)
        grid.addWidget(self.description, 1, 0, 1, 2)
        grid.addWidget(self._needs["description"], 2, 0, 1, 2)
        grid.setRowMinimumHeight(3, SPACE_2)
        grid.addWidget(self._labels["demand"], 4, 0, 1, 2)
        grid.addWidget(self.demand, 5, 0, 1, 2)
        grid.addWidget(self._needs["demand"], 6, 0, 1, 2)
        grid.setRowMinimumHeight(7, SPACE_2)
        for place, name in enumerate(("severity", "source")):
            grid.addWidget(self._labels[name], 8, place)
            grid.addWidget(self._fields()[name], 9, place)
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(self.more_button, 10, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.more, 11, 0, 1, 2)
        self._scroll = scroll = QScrollArea(self)  # what else intake asks does not fit a low screen
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(form)
        form.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        foot = QHBoxLayout()
        foot.addWidget(self.discard_button)
        foot.addStretch(1)
        foot.addWidget(self.kept)
        foot.addWidget(self.save_button)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(who)
        column.addWidget(self.attempt)
        column.addWidget(scroll, 1)
        column.addWidget(self.hints)
        column.addWidget(self.busy)
        column.addLayout(foot)

        done = QWidget(self)
        column = QVBoxLayout(done)
        column.addStretch(2)
        column.addWidget(self.done_icon)
        column.addWidget(self.done_text)
        column.addSpacing(SPACE_4)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.show_button)
        buttons.addWidget(self.finish_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(3)

        self.pages = QStackedWidget(self)
        self.pages.addWidget(page)
        self.pages.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.pages, 1)

        order = [self.description, self.demand, self.severity, self.source, self.more_button,
                 *self.more.lines.values(), self.save_button,
                 self.discard_button, self.others, self.close_button]  # fmt: skip
        for first, then in itertools.pairwise(order):
            self.setTabOrder(first, then)

    def _wire(self) -> None:
        self.description.textChanged.connect(
            lambda: self._change(description=self.description.toPlainText())
        )
        self.demand.currentIndexChanged.connect(
            lambda _: self._change(demand=_chosen(self.demand, Demand))
        )
        self.severity.currentIndexChanged.connect(
            lambda _: self._change(severity=_chosen(self.severity, Severity))
        )
        self.source.currentIndexChanged.connect(
            lambda _: self._change(source=_chosen(self.source, Source))
        )
        self.more.changed.connect(lambda changes: self._change(**changes))
        self.more_button.toggled.connect(self._show_more)
        self.hints.wanted.connect(self._desk.acts.open_complaint)
        self.hints.join.connect(self._join)
        self.hints.symptom.connect(lambda symptom: self._change(symptom=symptom))
        self.save_button.clicked.connect(self.save)
        self.discard_button.clicked.connect(self._discard)
        self.close_button.clicked.connect(self.close_sheet)
        self.finish_button.clicked.connect(self.close_sheet)
        self.show_button.clicked.connect(self._open_saved)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)
        for box in (self.demand, self.severity, self.source, self.more.experience):
            box.installEventFilter(self)
        self._desk.theme.changed.connect(self._draw)
        self._draw()

    # showing
    def _show(self, draft: ComplaintDraft) -> None:
        self._saved = None
        self._filling = True  # filling the fields is not typing: nothing to journal
        self.description.setPlainText(draft.description)
        _choose(self.demand, draft.demand)
        _choose(self.severity, draft.severity)
        _choose(self.source, draft.source)
        self.more.show_draft(draft)
        self.more_button.setChecked(self.more.filled > 0)
        self._filling = False
        self._ask(())
        self.bar.hide()
        self.pages.setCurrentIndex(0)
        self._set_saving(self._saving == draft.draft_id)
        self.show()
        self._show_facts()
        cursor = self.description.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.description.setTextCursor(cursor)
        self.description.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_more(self, on: bool) -> None:
        self.more.setVisible(on)
        name = "chevron-down" if on else "chevron-right"
        self.more_button.setIcon(self._desk.theme.icon(name, "muted"))
        if on and not self._filling:
            self.more.lines["attempt_ids"].setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, self.more, lambda: self._scroll.ensureWidgetVisible(self.more))

    def _show_facts(self) -> None:
        draft = self.drafts.current
        word = self._desk.language.word
        if draft is not None:
            who = "  ".join(part for part in (draft.customer_name, draft.phone) if part)
            self.customer.setText(who or self.tr("No customer chosen"))
            self.cause.set_cause(word("cause", draft.cause), draft.cause)
            facts = (
                draft.attempt_id,
                word("channel", draft.channel),
                word("symptom", draft.symptom),
                draft.reason_code,
            )
            self.attempt.setText(" · ".join(fact for fact in facts if fact))
            self.attempt.setVisible(bool(draft.attempt_id))
            touched = self.drafts.unfinished > len(self.drafts.waiting)
            self.kept.setText(self.tr("Draft kept") if touched else "")
            self.discard_button.setVisible(touched)
        self.hints.follow(draft)
        waiting = len(self.drafts.waiting)
        self.others.setVisible(waiting > 0)
        others = self.tr("%Ln other draft(s)", "", waiting)
        self.others.setText(others)
        self.others.setAccessibleName(others)
        self.drafts_changed.emit(self.drafts.unfinished)

    def retranslate(self) -> None:
        word = self._desk.language.word
        self.title.setText(self.tr("Log complaint"))
        self.setAccessibleName(self.tr("Log complaint"))
        self.close_button.setToolTip(self.tr("Hide; the draft is kept (Esc)"))
        self.close_button.setAccessibleName(self.tr("Hide"))
        self._labels["description"].setText(self.tr("What the customer says"))
        self._labels["demand"].setText(self.tr("Demand"))
        self._labels["severity"].setText(self.tr("Severity"))
        self._labels["source"].setText(self.tr("Source"))
        self.description.setPlaceholderText(self.tr("In the customer's own words, as far as heard"))
        self.demand.setPlaceholderText(self.tr("Choose…"))
        for name, field in self._fields().items():
            field.setAccessibleName(self._labels[name].text())
        self._filling = True
        for box, family in (
            (self.demand, "demand"),
            (self.severity, "severity"),
            (self.source, "complaint_source"),
        ):
            for place in range(box.count()):
                # The number lets one key choose, whatever the script of the word.
                box.setItemText(place, f"{place + 1}  {word(family, box.itemData(place))}")
        self._filling = False
        self._needs["description"].setText(self.tr("Please write what the customer says."))
        self._needs["demand"].setText(self.tr("Please choose what the customer asks for."))
        self.discard_button.setText(self.tr("Discard"))
        tip = self._desk.language.tip
        self.discard_button.setToolTip(tip("complaints.discard", self.tr("Throw this draft away")))
        self.save_button.setText(self.tr("Save"))
        self.save_button.setToolTip(tip("complaints.save", self.tr("Save (Ctrl+Enter)")))
        self.show_button.setText(self.tr("Show the complaint"))
        self.finish_button.setText(self.tr("Done"))
        self.more_button.setText(self.tr("More about it"))
        self._show_more(self.more_button.isChecked())
        if self._saved is not None:
            self._say_saved(self._saved)
        if self.drafts.current is not None:
            self._show_facts()

    def _draw(self) -> None:
        icon = self._desk.theme.icon("check-circle-outline", "success")
        self.done_icon.setPixmap(icon.pixmap(QSize(48, 48), self.devicePixelRatioF()))

    # typing
    def _change(self, **changes: object) -> None:
        if self._filling or self.drafts.current is None:
            return
        try:
            draft = self.drafts.change(**changes)
        except KnownError as error:  # say so, and let the person type on
            self.bar.show_error(error)
            draft = self.drafts.current
        assert draft is not None
        self._ask(tuple(name for name in self._asked if name in draft.missing()))
        self._show_facts()

    def _ask(self, names: tuple[str, ...]) -> None:
        """Mark what saving still needs, inline; at save only, never before."""
        self._asked = names
        for name, need in self._needs.items():
            field = self._fields()[name]
            need.setVisible(name in names)
            field.setProperty("invalid", name in names)
            field.style().unpolish(field)
            field.style().polish(field)
            field.setAccessibleDescription(need.text() if name in names else "")

    # saving
    def save(self) -> None:
        draft = self.drafts.current
        if draft is None or self._saving is not None:
            return
        missing = draft.missing()
        self._ask(missing)
        if missing:
            self._fields()[missing[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._saving = draft.draft_id
        self._set_saving(True)
        task = self._desk.tasks.run(
            self,
            lambda progress, cancel: self.drafts.save(draft),
            self._done,
            failed=lambda error: self._failed(draft, error),
            writer="records",
        )
        self.busy.watch(task, self.tr("Saving…"))
        self.busy.cancel_button.hide()  # one short transaction: there is nothing to cancel

    def _done(self, complaint: Complaint) -> None:
        self._saving = None
        current = self.drafts.current
        was_open = current is not None and current.draft_id == complaint.complaint_id
        self.drafts.saved(complaint.complaint_id)
        self._set_saving(False)
        self._desk.acts.complaint_saved.emit(complaint)
        text = self.tr("Saved as {number}").format(number=complaint.number)
        self._desk.acts.message.emit(text)
        if was_open:
            self._say_saved(complaint)
            self.pages.setCurrentIndex(1)
            if self.isVisible():
                self.finish_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.bar.show_text("success", lambda: text)
        self._show_facts()

    def _say_saved(self, complaint: Complaint) -> None:
        self._saved = complaint
        self.done_text.setText(self.tr("Saved as {number}").format(number=complaint.number))
        self.done_text.setAccessibleName(self.done_text.text())

    def _failed(self, draft: ComplaintDraft, error: KnownError) -> None:
        self._saving = None
        self._set_saving(False)
        self.bar.show_error(error)
        current = self.drafts.current
        if current is not None and current.draft_id == draft.draft_id:
            self.description.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_saving(self, saving: bool) -> None:
        """Nothing may be typed into a draft that is on its way: it would not be saved."""
        if not saving:
            self.busy.done()
        self.description.setReadOnly(saving)
        for widget in (self.demand, self.severity, self.source, self.more, self.save_button,
                       self.discard_button):  # fmt: skip
            widget.setEnabled(not saving)

    # leaving
    def close_sheet(self) -> None:
        """Hide; what was typed is in the journal and comes back with ``open_waiting``."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel over a closed chooser scrolls nothing and must change nothing."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _join(self, complaint: Complaint) -> None:
        """What was typed becomes a comment of a complaint that there is; the draft goes."""
        draft, handling = self.drafts.current, self._desk.handling
        if draft is None or self._saving is not None:
            return
        words = draft.description.strip()
        if not words:
            self._desk.acts.open_complaint.emit(complaint.complaint_id)
            return
        self._saving = draft.draft_id
        self._set_saving(True)
        self._desk.tasks.run(
            self,
            lambda *_: handling.talk.comment(complaint.complaint_id, words),
            lambda _: self._joined(complaint),
            failed=lambda error: self._failed(draft, error),
            writer="records",
        )

    def _joined(self, complaint: Complaint) -> None:
        self._saving = None
        self._set_saving(False)
        self._desk.acts.complaint_changed.emit()
        told = self.tr("Added to {number}").format(number=complaint.number)
        self._desk.acts.message.emit(told)
        self._desk.acts.open_complaint.emit(complaint.complaint_id)
        self._discard()

    def _discard(self) -> None:
        self.drafts.discard()
        waiting = self.drafts.waiting
        if waiting:
            self._show(self.drafts.switch(waiting[-1].draft_id))
        else:
            self._show_facts()
            self.close_sheet()

    def _open_saved(self) -> None:
        if self._saved is not None:
            self._desk.acts.open_complaint.emit(self._saved.complaint_id)
            self.close_sheet()

    def _recovered(self, drafts: list[ComplaintDraft]) -> None:
        self.drafts.recover(drafts)
        self.drafts_changed.emit(self.drafts.unfinished)

    def _fill_menu(self) -> None:
        menu = self.others.menu()
        menu.clear()
        for draft in self.drafts.waiting:
            menu.addAction(self._draft_label(draft), self._switcher(draft.draft_id))

    def _switcher(self, draft_id: str) -> Callable[[], None]:
        return lambda: self._show(self.drafts.switch(draft_id))

    def _draft_label(self, draft: ComplaintDraft) -> str:
        words = " ".join(draft.description.split())
        if len(words) > _LABEL_CHARS:
            words = words[:_LABEL_CHARS] + "…"
        label = " · ".join(part for part in (draft.customer_name, words) if part)
        return (label or self.tr("Nothing typed yet")).replace("&", "&&")


def _chosen(box: QComboBox, kind: type) -> object:
    value = box.currentData()
    return kind(value) if value is not None else None


def _choose(box: QComboBox, value: str | None) -> None:
    box.setCurrentIndex(box.findData(str(value)) if value is not None else -1)
