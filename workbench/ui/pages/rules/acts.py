"""What the rules page has done in the background: saved, tried, released, settled."""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from workbench.domain.errors import KnownError
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.domain.rule_desk import Labelled
from workbench.domain.rule_release import Release
from workbench.domain.times import utc_now
from workbench.domain.trend import TrendFilter
from workbench.services.rule_desk import RuleDesk
from workbench.ui.desk import Desk
from workbench.ui.widgets.busy_line import BusyLine

if TYPE_CHECKING:
    from workbench.rules.pack import RulePack

FLIPS = 500  # the newest that a list shows
_MOVES = ("publish", "rollback")  # after which other rules are in use


class RuleActs(QObject):
    """Each act ends with its own signal, or with ``refused``."""

    saved = Signal(object)  # Release
    tried = Signal(object)  # BackTest
    moved = Signal(str)  # version that took a step
    settled = Signal()
    written = Signal(str, int)  # the file of cases, and how many came
    measured = Signal(object)  # Quality
    refused = Signal(str, object)  # act, KnownError

    def __init__(self, desk: Desk, busy: BusyLine, parent: QWidget) -> None:
        super().__init__(parent)
        assert desk.rules is not None and desk.rule_quality is not None
        self._desk, self._busy = desk, busy
        self._rules: RuleDesk = desk.rules
        self._quality = desk.rule_quality

    def save(self, text: str, cases: str, note: str, named: str | None) -> None:
        rules = self._rules

        def done(release: Release) -> None:
            self._sent()
            self.saved.emit(release)

        self._desk.tasks.run(
            self,
            lambda progress, cancel: rules.save(text, cases, note, named),
            done,
            failed=lambda error: self.refused.emit("save", error),
            writer="records",
        )

    def try_it(self, text: str, days: int, saying: str) -> None:
        """Over so many days; 0: over all there is."""
        rules = self._rules
        where = TrendFilter(start=utc_now() - timedelta(days=days)) if days else TrendFilter()
        task = self._desk.tasks.run(
            self,
            lambda progress, cancel: rules.back_test(text, None, where, FLIPS),
            self.tried.emit,
            failed=lambda error: self._fail("try", error),
            cancelled=self._busy.done,
            channel="trial",
        )
        self._busy.watch(task, saying)

    def step(self, name: str, release: Release, why: str) -> None:
        """A step of a release by its name, or what it said otherwise ('differences')."""
        rules, version = self._rules, release.version
        if name == "differences":
            self._desk.tasks.run(
                self,
                lambda progress, cancel: rules.differences(version, FLIPS),
                self.tried.emit,
                failed=lambda error: self._fail(name, error),
                channel="trial",
            )
            return

        def work(progress: ProgressListener, cancel: CancelToken) -> None:
            if name == "withdraw":
                rules.withdraw(version, why)
            elif name == "rollback":
                rules.rollback(why)
            else:
                getattr(rules, name)(version)

        def done(_: None) -> None:
            self._sent()
            if name in _MOVES:
                self._desk.acts.rules_moved.emit()
            self.moved.emit(version)

        self._desk.tasks.run(
            self, work, done, failed=lambda error: self._fail(name, error), writer="records"
        )

    def settle(self, case: Labelled, accept: bool) -> None:
        labelled = self._rules.labelled

        def done(_: None) -> None:
            self._sent()
            self.settled.emit()

        self._desk.tasks.run(
            self,
            lambda progress, cancel: labelled.settle(case.case_id, accept),
            done,
            failed=lambda error: self._fail("settle", error),
            writer="records",
        )

    def write_cases(self, cases: str, pack: "RulePack") -> None:
        labelled = self._rules.labelled
        self._desk.tasks.run(
            self,
            lambda progress, cancel: labelled.written_into(cases, pack),
            lambda written: self.written.emit(*written),
            failed=lambda error: self._fail("cases", error),
        )

    def measure(self) -> None:
        quality = self._quality
        self._desk.tasks.run(
            self,
            lambda progress, cancel: quality.measure(),
            self.measured.emit,
            failed=lambda error: self._fail("quality", error),
            channel="quality",
        )

    def _fail(self, act: str, error: KnownError) -> None:
        self._busy.done()
        self.refused.emit(act, error)
        self._desk.acts.error.emit(error)

    def _sent(self) -> None:
        self._desk.acts.complaint_changed.emit()  # something waits for the centre
