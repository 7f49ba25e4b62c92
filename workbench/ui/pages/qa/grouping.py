"""How a site refines the grouping of failures: its text, and what that would change, counted first."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.errors import BadInput, KnownError
from workbench.domain.issue_groups import Regrouping
from workbench.domain.people import Act, may
from workbench.services.issue_words import becomes_words, group_title, regrouping_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.rules.editor import Mark, PackEditor
from workbench.ui.pages.trends.tabs.grid import Grid, Line
from workbench.ui.pausing import after_pause
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.unsaved import Unsaved
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState

_TYPING_MS = 500
_SHOWN = 500  # rows of the preview
_EXAMPLE = """version: "1"
refine:
  - name: east            # the first that fits counts
    when: [error_source = 'bank', province in ('江苏', '浙江')]
    by: [province, node]  # coded fields, added to the fingerprint
    without: [version]    # of scheme, code, reason, step, version
"""


class GroupingTab(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._may_edit = may(desk.session.person, Act.EDIT_GROUPING)
        self._kept: str | None = None  # what holds; None: not read yet
        self._counted: tuple[str, Regrouping] | None = None  # of which text
        self._error: KnownError | None = None
        self._unsaved = Unsaved(desk, "grouping")
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.told.setProperty("role", "muted")
        self.editor = PackEditor(desk.theme, self)
        self.editor.setReadOnly(not self._may_edit)
        self._typing = after_pause(self, _TYPING_MS, self.check)
        self.editor.textChanged.connect(self._typed)
        self.trouble = QLabel(self)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.example_button, self.revert_button = QPushButton(self), QPushButton(self)
        self.example_button.clicked.connect(lambda: self.editor.setPlainText(_EXAMPLE))
        self.revert_button.clicked.connect(self.revert)
        self.count_button, self.use_button = QPushButton(self), QPushButton(self)
        self.use_button.setProperty("role", "primary")
        self.count_button.clicked.connect(self.count)
        self.use_button.clicked.connect(self.use)
        self.sum = QLabel(self)
        self.sum.setWordWrap(True)
        self.rows = Grid(self)
        self.empty = EmptyState(desk.theme, "call-split", None, self)
        self.busy = BusyLine(desk.theme, desk.language, self)
        self._lay_out()
        for keys, act in (("Ctrl+T", self.count), ("Ctrl+S", self.use)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        desk.acts.data_changed.connect(self._stale)
        self.retranslate()

    def focus_first(self) -> None:
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reload()

    @property
    def text(self) -> str:
        return self.editor.toPlainText()

    def reload(self) -> None:
        """Read what holds; a text that was changed here stays."""
        grouping, left = self._desk.issues.grouping, self._unsaved
        first = self._kept is None and self._may_edit
        self._desk.tasks.run(
            self,
            lambda *_: (grouping.text(), left.read() if first else ""),
            lambda found: self._read(*found),
            channel="grouping",
        )

    def check(self) -> None:
        """Mark what is wrong with the text."""
        text, service = self.text, self._desk.issues.grouping
        if not text.strip():
            self._checked(None)
            return
        self._desk.tasks.run(
            self,
            lambda *_: service.check(text),
            lambda _: self._checked(None),
            failed=self._checked,
            channel="grouping-check",
        )

    def count(self) -> None:
        """What the text would change."""
        text, issues = self.text, self._desk.issues
        if not self.count_button.isEnabled():
            return
        task = self._desk.tasks.run(
            self,
            lambda *_: issues.board.regrouping(issues.grouping.meant(text)),
            lambda found: self._found(text, found),
            failed=self._failed,
            cancelled=self.busy.done,
            channel="grouping-count",
        )
        self.busy.watch(task, self.tr("Counting what changes…"))

    def use(self) -> None:
        """Group so from now on: only after it was counted."""
        if self.use_button.isEnabled():
            self._put(self.text, self._kept)

    def revert(self) -> None:
        self.editor.setPlainText(self._kept or "")

    def _put(self, text: str, before: str | None) -> None:
        service = self._desk.issues.grouping
        self._desk.tasks.run(
            self,
            lambda *_: service.put(text, instead_of=before),
            lambda _: self._done(text, before or ""),
            failed=self._failed,
            writer="records",
        )

    # answers
    def _read(self, text: str, left: str) -> None:
        """``left``: what was typed before the window closed, and not used."""
        untouched = self._kept is None or self.text == self._kept
        if text != self._kept:
            self._kept = text
            self._counted = None
        if untouched and self.text != text:
            self.editor.setPlainText(text)
        if left.strip() and left != text:
            self.editor.setPlainText(left)
            self._desk.acts.message.emit(
                self.tr("What was typed here before is back, not used yet.")
            )
        self.editor.offer(self._desk.issues.grouping.words())
        self.retranslate()

    def _typed(self) -> None:
        self._typing.start()
        if self._kept is not None and self._may_edit:
            self._unsaved.keep("" if self.text == self._kept else self.text)
        self._error = None
        self.retranslate()

    def _checked(self, error: KnownError | None) -> None:
        self._error = error
        marks = []
        if isinstance(error, BadInput):
            place = [error.params.get(name) for name in ("line", "column")]
            line, column = (n if isinstance(n, int) else 1 for n in place)
            marks = [Mark(line, column, True, self._desk.language.error(error))]
        self.editor.mark(marks)
        self.retranslate()

    def _found(self, text: str, found: Regrouping) -> None:
        self.busy.done()
        self._counted = text, found
        self._checked(None)

    def _failed(self, error: KnownError) -> None:
        self.busy.done()
        self._checked(error)
        if error.key == "grouping_changed_since":
            self.reload()

    def _done(self, text: str, before: str) -> None:
        self._kept, self._counted = text, None
        self._unsaved.keep("" if self.text == text else self.text)
        if self.text != text:
            self.editor.setPlainText(text)
        self._desk.acts.done.emit(
            lambda: self.tr("Failures are grouped anew."), lambda: self._put(before, text)
        )
        self._desk.acts.complaint_changed.emit()  # there is something to be sent
        self._desk.acts.data_changed.emit()
        self.retranslate()

    def _stale(self) -> None:
        self._counted = None
        self.retranslate()

    # drawing
    def retranslate(self) -> None:
        lang = self._desk.language.current
        text, counted = self.text, self._counted
        changed = self._kept is not None and text.strip() != self._kept.strip()
        fresh = counted is not None and counted[0] == text
        self.told.setText(
            self.tr(
                "Failures are grouped by code, reason, step and version. Here a site tells them "
                "apart further, or less, for everybody. An issue keeps the group that most of its "
                "latest failures come to; the others leave it."
            )
            if self._may_edit
            else self.tr("QA decides how failures are grouped; you can see it.")
        )
        self.editor.setAccessibleName(self.tr("Refinements of the grouping"))
        self.editor.setPlaceholderText(self.tr("No refinement: the product's fingerprint alone."))
        self.example_button.setText(self.tr("Insert an example"))
        self.example_button.setVisible(self._may_edit and not text.strip())
        self.revert_button.setText(self.tr("Discard changes"))
        self.revert_button.setVisible(changed)
        self.count_button.setText(self.tr("Count what changes"))
        self.count_button.setToolTip(self.tr("Nothing is changed yet (Ctrl+T)"))
        self.count_button.setEnabled(changed and self._error is None)
        self.use_button.setText(self.tr("Group so from now on"))
        self.use_button.setToolTip(
            self.tr("For everybody; can be undone (Ctrl+S)")
            if fresh
            else self.tr("Count what changes first")
        )
        self.use_button.setEnabled(self._may_edit and changed and fresh and self._error is None)
        for button in (self.count_button, self.use_button):
            button.setVisible(self._may_edit)
        self.trouble.setText(self._desk.language.error(self._error) if self._error else "")
        self.trouble.setVisible(self._error is not None)
        self.rows.setAccessibleName(self.tr("Groups that change"))
        self.sum.setVisible(fresh)
        self._stack.setCurrentWidget(self.empty)
        if not fresh or counted is None:
            self.empty.set_texts(
                self.tr("What a change would do to groups and issues is counted here first.")
            )
            return
        found = counted[1]
        self.sum.setText(regrouping_words(lang, found))
        if not found.rows:
            self.empty.set_texts(self.tr("No group comes apart, and none come together."))
            return
        number = self._desk.language.number
        headers = (self.tr("Failures"), self.tr("Group now"), self.tr("Becomes"))
        self.rows.show_lines(
            headers,
            [
                Line(
                    (
                        number(row.was.count),
                        " ".join(
                            [
                                *([row.was.issue.number] if row.was.issue else []),
                                group_title(lang, row.was),
                            ]
                        ),
                        becomes_words(lang, row),
                    ),
                    row,
                    hover=becomes_words(lang, row, 30).replace(" · ", "\n"),
                )
                for row in found.rows[:_SHOWN]
            ],
            numbers=(0,),
        )
        self._stack.setCurrentWidget(self.rows)

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.editor, 1)
        column.addWidget(self.trouble)
        acts = QHBoxLayout()
        acts.setSpacing(SPACE_2)
        acts.addWidget(self.example_button)
        acts.addWidget(self.revert_button)
        acts.addStretch(1)
        acts.addWidget(self.count_button)
        acts.addWidget(self.use_button)
        column.addLayout(acts)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.rows)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.sum)
        column.addWidget(self._stack, 1)
        column.addWidget(self.busy)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(SPACE_3)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([520, 700])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self.told)
        column.addWidget(split, 1)
