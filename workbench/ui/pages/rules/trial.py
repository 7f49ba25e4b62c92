"""The back-test tab: what a pack would change over history, and which attempts flip."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.rule_desk import BackTest, Changed
from workbench.services.rule_words import why_words
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.models.rules import Change, ChangeTable, FlipTable, Turn
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.pages.rules.checks import plain_label, table_of
from workbench.ui.theme import SPACE_2
from workbench.ui.widgets.empty_state import EmptyState

PERIODS = (30, 90, 365, 0)  # days; 0 is all there is


class TrialTab(Retranslates, QWidget):
    """``wanted(days)`` asks for a back-test over so many days; 0: over all."""

    wanted = Signal(int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found: BackTest | None = None
        self._stale = False
        self.period = QComboBox(self)
        for days in PERIODS:
            self.period.addItem("", days)
        self.run_button = QPushButton(self)
        self.run_button.setProperty("role", "primary")
        self.run_button.clicked.connect(self.run)
        self.sum = QLabel(self)
        self.sum.setWordWrap(True)
        self.causes = QLabel(self)
        self.causes.setWordWrap(True)
        self.causes.setProperty("role", "muted")
        self.changes = ChangeTable(desk.language, desk.theme, self)
        widths = {Change.ATTEMPTS: 84, Change.CUSTOMERS: 96, Change.BEFORE: 140}
        self.change_table = table_of(self.changes, widths, self)
        self.change_table.selectionModel().currentChanged.connect(lambda now, _: self._narrow(now))
        self.flips = FlipTable(desk.language, desk.theme, self)
        widths = {
            Turn.TIME: 126, Turn.BEFORE: 130, Turn.AFTER: 130, Turn.WHY: 220, Turn.CUSTOMER: 132,
            Turn.COMPLAINT: 124,
        }  # fmt: skip
        self.flip_table = table_of(self.flips, widths, self)
        self.flip_table.activated.connect(self._open)
        self.flip_table.selectionModel().currentChanged.connect(lambda *_: self._say_why())
        self.why = plain_label(self)
        self.flip_title = QLabel(self)
        self.flip_title.setProperty("role", "strong")
        self.all_button = QPushButton(self)
        self.all_button.setProperty("role", "link")
        self.all_button.clicked.connect(self.change_table.clearSelection)
        self.all_button.clicked.connect(lambda: self._narrow(QModelIndex()))
        self.empty = EmptyState(desk.theme, "compare-horizontal", self.run, self)
        self._lay_out()
        self.retranslate()

    def run(self) -> None:
        self.wanted.emit(int(self.period.currentData()))

    def show_found(self, found: BackTest | None) -> None:
        """None: the text was changed since."""
        self._found, self._stale = found, False
        self.changes.show(found.changed if found else ())
        self._narrow(QModelIndex())
        self._stack.setCurrentIndex(0 if found is not None and found.flipped else 1)
        self.retranslate()

    def _narrow(self, index: QModelIndex) -> None:
        """Only the flips of one change."""
        change = index.data(ROW_ROLE) if index.isValid() else None
        flips = self._found.flips if self._found else ()
        if isinstance(change, Changed):
            flips = tuple(f for f in flips if (f.before, f.after) == (change.before, change.after))
        self.flips.show(flips)
        if flips:
            self.flip_table.selectRow(0)
        self._say_why()
        self.all_button.setVisible(change is not None)
        self._say_flips(change.attempts if isinstance(change, Changed) else None)

    def _open(self, index: QModelIndex) -> None:
        flip = index.data(ROW_ROLE)
        if flip is not None:
            self._desk.acts.open_attempt.emit(flip.attempt_id)

    def _say_why(self) -> None:
        """The whole of what decides the flip in front."""
        flip = self.flip_table.currentIndex().data(ROW_ROLE)
        self.why.setText(why_words(self._desk.language.current, flip) if flip is not None else "")
        self.why.setVisible(flip is not None)

    def text_changed(self) -> None:
        """What stands here is of the text as it was."""
        if not self._stale:
            self._stale = True
            self.retranslate()

    def _say_flips(self, of_change: int | None) -> None:
        number = self._desk.language.number
        whole = of_change if of_change is not None else (self._found.flipped if self._found else 0)
        shown = self.flips.rowCount()
        said = self.tr("Attempts that flip: {count}").format(count=number(whole))
        if shown < whole:
            newest = self.tr("the newest {shown} shown").format(shown=number(shown))
            said = f"{said} · {newest}"
        self.flip_title.setText(said)

    def retranslate(self) -> None:
        number, word = self._desk.language.number, self._desk.language.word
        for place, days in enumerate(PERIODS):
            said = self.tr("last %Ln day(s)", "", days) if days else self.tr("all attempts")
            self.period.setItemText(place, said)
        self.period.setAccessibleName(self.tr("Period"))
        self.run_button.setText(self.tr("Back-test"))
        self.run_button.setToolTip(self.tr("Against the pack in use (Ctrl+T)"))
        self.all_button.setText(self.tr("Show all"))
        self.change_table.setAccessibleName(self.tr("What changes"))
        self.flip_table.setAccessibleName(self.tr("Attempts that flip"))
        self.flip_table.setToolTip(self.tr("Enter opens the attempt's card"))
        found = self._found
        self.causes.setVisible(found is not None and bool(found.flipped))
        self.sum.setVisible(found is not None and bool(found.flipped))
        if found is None:
            self.empty.set_texts(
                self.tr(
                    "A back-test puts this pack against the one in use over the attempts there are: "
                    "which answers change, for whom, and by which conditions."
                ),
                self.tr("Back-test"),
            )
            return
        if not found.flipped:
            self.empty.set_texts(
                self.tr("%Ln failed attempt(s) looked at: no answer changes.", "", found.attempts)
            )
            return
        self.sum.setText(
            self.tr(
                "In use {old} → this text {new}: flipped {flipped} of {attempts}; {customers}, {complaints}"
            ).format(
                old=found.old_version,
                new=found.new_version,
                attempts=self.tr("%Ln failed attempt(s)", "", found.attempts),
                flipped=number(found.flipped),
                customers=self.tr("%Ln customer(s)", "", found.customers),
                complaints=self.tr("%Ln open complaint(s)", "", len(found.complaints)),
            )
        )
        if self._stale:
            self.sum.setText(f"{self.sum.text()} · " + self.tr("the text was changed since"))
        moved = sorted(found.by_cause().items(), key=lambda c: -abs(c[1][1] - c[1][0]))
        self.causes.setText(
            " · ".join(
                f"{word('cause', cause or 'undetermined')} {number(was)} → {number(now)}"
                for cause, (was, now) in moved
                if was != now
            )
        )
        self.causes.setVisible(bool(self.causes.text()))
        self._say_flips(None)
        self._say_why()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        bar.addWidget(self.period)
        bar.addWidget(self.run_button)
        bar.addStretch(1)
        behind = QWidget(self)
        below = QVBoxLayout(behind)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(SPACE_2)
        title = QHBoxLayout()
        title.addWidget(self.flip_title)
        title.addStretch(1)
        title.addWidget(self.all_button)
        below.addLayout(title)
        below.addWidget(self.flip_table, 1)
        tables = QSplitter(Qt.Orientation.Vertical, self)
        tables.setChildrenCollapsible(False)
        tables.addWidget(self.change_table)
        tables.addWidget(behind)
        tables.setSizes([170, 260])
        self._stack = QStackedWidget(self)
        self._stack.addWidget(tables)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentIndex(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_2)
        column.addLayout(bar)
        column.addWidget(self.sum)
        column.addWidget(self.causes)
        column.addWidget(self._stack, 1)
        column.addWidget(self.why)
