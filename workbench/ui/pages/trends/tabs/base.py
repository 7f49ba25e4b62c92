"""What every tab has: a line that says what is seen, its acts, a wait, and the attempts behind it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.attempt import AttemptRow
from workbench.domain.errors import KnownError
from workbench.domain.people import Act, may
from workbench.domain.times import to_local
from workbench.domain.trend import TrendFilter
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.trends.drawer import Drawer
from workbench.ui.pages.trends.tabs.periods import TwoPeriods
from workbench.ui.theme import SPACE_2, SPACE_3, SPACE_4
from workbench.ui.widgets.busy_line import BusyLine

PAGE = 5000  # rows behind a number that are fetched at a time
T = TypeVar("T")
Fetch = Callable[[int, int], list[AttemptRow]]


class InsightTab(Retranslates, QWidget):
    """Subclasses put widgets into ``body``, buttons into ``bar`` by ``button``, and give ``load``,
    which asks through ``run``. What they show is drawn by ``retranslate`` from what they keep."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert desk.insight is not None
        self._desk, self._insight = desk, desk.insight
        self._where: tuple[TrendFilter, bool] | None = None
        self._fetch: Fetch | None = None
        self._fetching = False
        self.said = QLabel(self)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(SPACE_2)
        self.bar.addWidget(self.said, 1)
        self.drawer = Drawer(desk, self)
        self.drawer.opened.connect(desk.acts.open_attempt)
        self.drawer.more_wanted.connect(self._more)
        self.drawer.closed.connect(self.close_drawer)
        self.drawer.hide()
        self.busy = BusyLine(desk.theme, desk.language, self)
        top = QWidget(self)
        self.body = QVBoxLayout(top)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE_2)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.setChildrenCollapsible(False)
        split.addWidget(top)
        split.addWidget(self.drawer)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(self.bar)
        column.addWidget(split, 1)
        column.addWidget(self.busy)
        desk.acts.data_changed.connect(self.load)

    def load(self) -> None:
        raise NotImplementedError

    def close_drawer(self) -> None:
        self._where = self._fetch = None
        self.drawer.hide()

    def button(self, act: Callable[[], object]) -> QPushButton:
        made = QPushButton(self)
        made.clicked.connect(lambda: act())
        self.bar.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        *,
        channel: str = "load",
        writer: bool = False,
        asked: bool = True,
    ) -> None:
        """``work`` in the pool, ``done`` with its result here; a wait is shown."""

        def finished(answer: T) -> None:
            self.busy.done()
            done(answer)

        task = self._desk.tasks.run(
            self,
            lambda *_: work(),
            finished,
            failed=self.failed,
            cancelled=self.busy.done,
            channel=channel,
            writer=writer,
            asked=asked,
        )
        self.busy.watch(task, self._desk.language.text("insight.counting"))

    def ask_to_last_day(self, periods: TwoPeriods, ask: Callable[[], None]) -> None:
        """``ask`` once ``periods`` know the newest day that has attempts, if any has."""

        def took(span: tuple[int, datetime | None, datetime | None]) -> None:
            if span[2] is not None:
                periods.set_last(to_local(span[2]).date())
                ask()

        self.run(self._desk.attempts.span, took)

    def failed(self, error: KnownError) -> None:
        self.busy.done()
        self._desk.acts.error.emit(error)

    # the attempts behind a number
    def open_rows(self, where: TrendFilter, title: str, *, failures_only: bool = True) -> None:
        attempts = self._desk.attempts
        self.open_list(
            lambda limit, offset: attempts.rows(
                where, failures_only=failures_only, limit=limit, offset=offset
            ),
            lambda: attempts.count(where, failures_only=failures_only),
            title,
            failures_only=failures_only,
        )
        self._where = where, failures_only

    def open_list(
        self, fetch: Fetch, count: Callable[[], int], title: str, *, failures_only: bool = True
    ) -> None:
        """``fetch(limit, offset)`` gives a page of attempts, ``count`` how many there are."""
        self._fetch, self._fetching = fetch, True
        self.drawer.wait(title, 0, failures_only=failures_only)
        self.drawer.show()

        def found(answer: tuple[list[AttemptRow], int]) -> None:
            self._fetching = False
            rows, total = answer
            self.drawer.show_rows(rows, total)
            self.drawer.expect(total)
            self.drawer.table.setFocus(Qt.FocusReason.OtherFocusReason)

        self.run(lambda: (fetch(PAGE, 0), count()), found, channel="rows")

    def _more(self) -> None:
        if self._fetching or self._fetch is None:
            return
        fetch, offset = self._fetch, self.drawer.shown
        self._fetching = True

        def found(rows: list[AttemptRow]) -> None:
            self._fetching = False
            self.drawer.add_rows(rows)

        self.run(lambda: fetch(PAGE, offset), found, channel="rows")

    # out
    def exporter(self, name: str, write: Callable[[Path], int]) -> QPushButton:
        """A button that writes the tab's table to a file; not for those who may not."""

        def ask() -> None:
            chosen, _ = QFileDialog.getSaveFileName(
                self, self._desk.language.text("insight.export"), name, "*.xlsx;;*.csv;;*.json"
            )
            if chosen:
                self.run(lambda: write(Path(chosen)), lambda rows: told(rows, Path(chosen)))

        def told(rows: int, path: Path) -> None:
            language = self._desk.language
            self._desk.acts.message.emit(
                language.text("insight.exported", rows=language.number(rows), file=path.name)
            )

        made = self.button(ask)
        made.setVisible(may(self._desk.session.person, Act.EXPORT))
        return made
