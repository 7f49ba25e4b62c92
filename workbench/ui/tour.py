"""The demo without a person: drives the real window through the main job and takes its pictures.

What it does is what a person would do (type in the search box, press the keys, click a bar), so
it is also the product's own end-to-end check: whatever does not come out as it should stops it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from workbench.app import WindowApp
from workbench.domain.complaint import ComplaintFilter, Demand
from workbench.domain.errors import StoreFault
from workbench.domain.people import Role
from workbench.services.demo import SampleFiles
from workbench.ui.dialogs.import_dialog import IMPORT_SIZE

SIZE = QSize(1366, 768)
LANGUAGES = ("zh", "en")
MODES = ("light", "dark")
_SAID = "客户来电：连续两次都提示综合评估未通过，要求说明原因，并告知什么时候可以再申请。"
_PATIENCE_MS = 180_000


class TourFailed(StoreFault):
    """The window did not do what the tour asked of it; ``step`` says where."""

    def __init__(self, step: str) -> None:
        super().__init__("tour_failed", step=step)


@dataclass
class Tour:
    """One walk through the window of ``app`` with the sample files; pictures go to ``folder``."""

    app: WindowApp
    samples: SampleFiles
    folder: Path

    def walk(self) -> list[Path]:
        """Import, look up, log a complaint, follow a bar to its rows; then every page in both
        languages, light and dark. Returns the pictures in order. Raises TourFailed."""
        self._need_chinese_glyphs()
        self.folder.mkdir(parents=True, exist_ok=True)
        window = self.app.window
        window.resize(SIZE)
        self.app.start(catch_crashes=False)
        self._settle("open")
        self._expect(self.app.bench is not None, "open")
        self.app.bench.settings.set("notices", False)  # one would hang over whatever is next
        self.app.bench.settings.set("tour", {role.value: 0 for role in Role})
        made = self._in_every_look("welcome", lambda: window)
        made += self._import()
        made += self._look_up()
        made += self._complain()
        made += self._follow_a_bar()
        window.show_page("rules")
        self._settle("rules")
        made += self._in_every_look("rules", lambda: window)
        window.show_page("settings")
        made += self._in_every_look("settings", lambda: window)
        return made

    # the acts
    def _import(self) -> list[Path]:
        window = self.app.window
        window.import_files([self.samples.attempts])
        dialog = window.findChild(QDialog)
        self._expect(dialog is not None, "import dialog")
        dialog.resize(IMPORT_SIZE)  # whatever the screen, which is small where there is none
        self._settle("preview")
        made = self._in_every_look("import-mapping", lambda: dialog)
        dialog.set_events(self.samples.events)
        dialog.start()
        self._settle("import")
        self._expect(dialog.report is not None and dialog.report.imported > 0, "import")
        made += self._in_every_look("import-result", lambda: dialog)
        dialog.close()
        self._settle("import closed")
        return made

    def _look_up(self) -> list[Path]:
        window = self.app.window
        window.top.search.setText(self.samples.caller_phone)
        self._press(window.top.search, Qt.Key.Key_Return)
        self._settle("lookup")
        self._expect(window.show_page("lookup").current_attempt() is not None, "lookup")
        return self._in_every_look("lookup", lambda: window)

    def _complain(self) -> list[Path]:
        window, bench = self.app.window, self.app.bench
        attempt = window.show_page("lookup").current_attempt()
        window.menus.actions["log"].trigger()
        sheet = window.sheet
        sheet.description.setPlainText(_SAID)
        sheet.choose(demand=Demand.EXPLAIN)
        self._settle("complaint sheet")
        made = self._in_every_look("complaint-sheet", lambda: window)
        sheet.save()
        self._settle("complaint saved")
        page = bench.complaints.find(ComplaintFilter(attempt_id=attempt.attempt_id))
        self._expect(page.total == 1 and page.rows[0].description == _SAID, "complaint saved")
        sheet.close_sheet()
        window.show_page("complaints")
        window.show_page("complaints").open_complaint(page.rows[0].complaint_id)
        self._settle("complaints")
        return made + self._in_every_look("complaints", lambda: window)

    def _follow_a_bar(self) -> list[Path]:
        window = self.app.window
        trends = window.show_page("trends")
        self._settle("trends")
        made = self._in_every_look("trends", lambda: window)
        expected = trends.open_tallest_bar()
        self._settle("rows behind a bar")
        self._expect(trends.rows_shown() == expected > 0, "rows behind a bar")
        return made + self._in_every_look("trends-rows", lambda: window)

    # pictures
    def _in_every_look(self, name: str, target: Callable[[], QWidget]) -> list[Path]:
        made = []
        for lang in LANGUAGES:
            for mode in MODES:
                self.app.language.set(lang)
                self.app.theme.set_mode(mode)
                self._settle(name)
                path = self.folder / f"{name}.{lang}.{mode}.png"
                self._expect(target().grab().save(str(path)), str(path))
                made.append(path)
        self.app.language.set(LANGUAGES[0])
        self.app.theme.set_mode(MODES[0])
        self._settle(name)
        return made

    # help
    def _settle(self, step: str) -> None:
        self._expect(self.app.tasks.wait_idle(_PATIENCE_MS), step)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()

    def _press(self, widget: QWidget, key: Qt.Key) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            modifiers = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers))

    def _expect(self, holds: bool, step: str) -> None:
        if not holds:
            raise TourFailed(step)

    def _need_chinese_glyphs(self) -> None:
        """Pictures full of empty boxes would prove nothing."""
        if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
            raise StoreFault("no_chinese_font")
