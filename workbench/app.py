"""How the window starts, in the order in which it happens and why.

1. **QApplication** first: nothing of Qt may exist before it. The crash handler follows at once,
   so that everything after it is caught.
2. **Theme and language**, before any widget: widgets are then born in the right colours and words.
3. **The window is shown**, empty: rail, search box, "Opening the data…". A number can be typed: it
   is looked up once there are data, and so is a caller who comes through the door, which opens now.
   Nothing of services and stores is imported before (``launch``).
4. **The services open off the GUI thread** (imports, key, databases, migrations, rule pack): the
   slow part of a start happens here. A passphrase is asked for by a
   dialog on the GUI thread while the opening waits.
5. **Who is there** is asked, where people have passwords (``SignInDialog``).
6. **The desk is attached**: the page that was last in front is made; the others are made in pauses
   (``warming``), and ask nothing before they are first shown. Drafts left by a crash are offered.
7. **The event loop** runs until the window closes; then work is cancelled and waited for, and the
   stores are closed, in this order.

What opens a profile is injected (``Opener``): the composition root is bootstrap.py, not here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit

from workbench import paths, texts
from workbench.domain.errors import Cancelled, KnownError
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.ui.collecting import Collecting
from workbench.ui.crash import CrashHandler
from workbench.ui.i18n import LANGUAGES, Language
from workbench.ui.main_window import PAGES, MainWindow, PageSpec
from workbench.ui.tasks import Tasks
from workbench.ui.theme import MODES, Theme
from workbench.ui.zoom import scale

if TYPE_CHECKING:
    from workbench.services.attempts import AttemptService
    from workbench.services.centre import CentreService
    from workbench.services.codes import CodeService
    from workbench.services.complaint_desk import ComplaintDesk
    from workbench.services.complaints import ComplaintService
    from workbench.services.following import FollowService
    from workbench.services.guidance import GuidanceService
    from workbench.services.notices import NoticeService
    from workbench.services.session import Session
    from workbench.services.sign_in import SignInService
    from workbench.services.softphone import SoftphoneService
    from workbench.services.sync import Settling
    from workbench.services.while_typing import TypingService
    from workbench.ui.desk import Settings
    from workbench.ui.door import WindowDoor

NAME = "activation-workbench"


class OpenWorkbench(Protocol):
    """What an opener returns: the services of one profile, to be closed at the end."""

    attempts: AttemptService
    complaints: ComplaintService
    handling: ComplaintDesk
    typing: TypingService
    guidance: GuidanceService
    codes: CodeService
    following: FollowService
    session: Session
    settings: Settings
    sync: CentreService
    settling: Settling
    sign_in: SignInService | None
    softphone: SoftphoneService | None
    notices: NoticeService | None

    def close(self) -> None: ...


Opener = Callable[[Callable[[], str], Callable[..., None]], OpenWorkbench]
"""``open(ask, warn)``, called in the pool: ``ask()`` returns a passphrase or raises Cancelled;
``warn(key, **params)`` shows a sentence of resources/texts in the window's bar."""

Samples = Callable[[OpenWorkbench, ProgressListener, CancelToken], object]


class WindowApp(QObject):
    """The running window: ``start`` shows it and begins to open; ``run`` serves it to the end.

    Also what a headless demo drives: start, ``tasks.wait_idle()``, ``window.show_page``, grab,
    ``close``.
    """

    opened = Signal()
    _asked = Signal(object)
    _warned = Signal(object)

    def __init__(
        self,
        opener: Opener,
        *,
        profile: Path,
        settings: Settings | None = None,
        lang: str | None = None,
        mode: str | None = None,
        samples: Samples | None = None,
        pages: Sequence[PageSpec] = PAGES,
        argv: Sequence[str] = (),
        listens: bool = False,
    ) -> None:
        """``settings`` are the profile's, if they can be read before it is open: the window is
        then born in its language and theme. ``lang`` and ``mode`` win over them for this run. ``listens``:
        ``workbench open`` and links reach this window."""
        app = cast(QApplication, QApplication.instance() or QApplication([NAME, *argv]))
        super().__init__(app)
        self.app = app
        self._collecting = Collecting(self)
        # A worker that has the interpreter gives it to a window that asks after a millisecond, not
        # five: to paint a table asks hundreds of times.
        sys.setswitchinterval(0.001)
        self._opener, self._profile, self._samples = opener, profile, samples
        self._lang, self._mode = lang, mode
        self._listens = listens
        self._door: WindowDoor | None = None
        self._bench: OpenWorkbench | None = None
        app.setApplicationName(NAME)
        app.setDesktopFileName(NAME)
        self._crash = CrashHandler(profile / "crashes", self._show_crash, self)
        self.theme = Theme(app)
        self.language = Language(app, lang or texts.system_language())
        if settings is not None:
            self._dress(settings)
        app.setWindowIcon(_app_icon())
        self.tasks = Tasks(self)
        self.window = MainWindow(self.tasks, self.language, self.theme, pages)
        self._asked.connect(self._ask_on_gui, Qt.ConnectionType.BlockingQueuedConnection)
        self._warned.connect(
            lambda sentence: self.window.bar.show_text("warning", sentence),
            Qt.ConnectionType.QueuedConnection,
        )

    def start(self, *, catch_crashes: bool = True) -> None:
        """Show the window and open the services behind it."""
        if catch_crashes:
            self._crash.install()
        self.window.show()
        self.window.top.focus_search()  # a number can be typed from now on
        QTimer.singleShot(0, self, self._open)  # after the first paint
        if self._listens:
            QTimer.singleShot(0, self, self._listen)

    def run(self) -> int:
        """Serve until the window closes; returns the exit code."""
        try:
            return self.app.exec()
        finally:
            self.close()

    def close(self) -> None:
        """Stop the work, then close the stores; safe to call twice."""
        if self._door is not None:
            self._door.close()
        self.window.stop_following()
        self.tasks.shut_down()
        self._collecting.stop()
        if self._bench is not None:
            bench, self._bench = self._bench, None
            bench.close()

    @property
    def bench(self) -> OpenWorkbench | None:
        """The open services; None until ``opened``."""
        return self._bench

    def _listen(self) -> None:
        from workbench.ui.door import WindowDoor

        self._door = WindowDoor(self._profile, self)
        self._door.came.connect(self.window.pops.take)
        self.window.leaving.connect(self._door.close)  # before one that begins anew knocks
        self.app.aboutToQuit.connect(self._door.close)

    def _open(self) -> None:
        self.tasks.run(
            self.window,
            lambda progress, cancel: self._opener(self._ask, self._warn),
            self._opened,
            failed=self._refused,
            cancelled=self._given_up,
        )

    def _opened(self, bench: OpenWorkbench) -> None:
        """Nothing is shown of the profile before it is known who looks."""
        self._bench = bench
        if self._door is not None:
            self._door.listen()
        self._dress(bench.settings)
        if bench.sign_in is None or not bench.sign_in.needed:
            self._attach(bench)
            return
        from workbench.ui.dialogs.sign_in import SignInDialog

        asks = SignInDialog(bench.sign_in, self.tasks, self.language, self.window)
        asks.accepted.connect(lambda: self._attach(bench))
        asks.rejected.connect(self._given_up)
        asks.open()

    def _attach(self, bench: OpenWorkbench) -> None:
        from workbench.ui.desk import Desk

        desk = Desk(
            attempts=bench.attempts,
            board=bench.board,
            reports=bench.reports,
            complaints=bench.complaints,
            handling=bench.handling,
            typing=bench.typing,
            custody=bench.custody,
            guidance=bench.guidance,
            codes=bench.codes,
            issues=bench.issues,
            following=bench.following,
            session=bench.session,
            tasks=self.tasks,
            language=self.language,
            theme=self.theme,
            settings=bench.settings,
            profile=self._profile,
            sync=bench.sync,
            settling=bench.settling,
            sign_in=bench.sign_in,
            tickets=bench.tickets,
            insight=bench.insight,
            softphone=bench.softphone,
            answers=bench.answers,
            rules=bench.rules,
            rule_quality=bench.rule_quality,
            reviews=bench.reviews,
            notices=bench.notices,
        )
        samples = self._samples
        load = (lambda progress, cancel: samples(bench, progress, cancel)) if samples else None
        self.window.attach(desk, load)
        self._collecting.pass_over()
        self.window.ready.connect(self._collecting.pass_over)
        self.opened.emit()

    def _dress(self, settings: Settings) -> None:
        lang = self._lang or settings.get("language")
        self.language.set(lang if lang in LANGUAGES else texts.system_language())
        mode = self._mode or settings.get("theme")
        self.theme.set_mode(mode if mode in MODES else "system")
        scale(settings.get("zoom"))

    def _refused(self, error: KnownError) -> None:
        self.window.show_trouble(error, self._open)

    def _given_up(self) -> None:
        """No passphrase, nothing to show."""
        self.window.close()

    # asked from the pool, answered on the GUI thread
    def _ask(self) -> str:
        answer: list[str] = []
        self._asked.emit(answer)
        if not answer:
            raise Cancelled
        return answer[0]

    def _ask_on_gui(self, answer: list[str]) -> None:
        text, given = QInputDialog.getText(
            self.window,
            self.tr("Passphrase"),
            self.tr("The passphrase of this profile:"),
            QLineEdit.EchoMode.Password,
        )
        if given:
            answer.append(text)

    def _warn(self, key: str, **params: object) -> None:
        """From the pool: a sentence for the bar, in the language of each moment."""
        sentence = lambda: self.language.text(key, **params)  # noqa: E731
        self._warned.emit(sentence)

    def _show_crash(self, report: Path | None) -> None:
        from workbench.ui.dialogs.crash_dialog import CrashDialog

        sheet = self.window.sheet
        drafts = sheet.drafts.unfinished if sheet is not None else 0
        CrashDialog(report, self.window, drafts=drafts, keep_place=self.window.keep_place).exec()


def run_window(opener: Opener, **options: Any) -> int:
    """Open the window on a profile and serve it to the end; options as of ``WindowApp``."""
    window = WindowApp(opener, **options)
    window.start()
    return window.run()


def _app_icon() -> QIcon:
    return QIcon(str(paths.resources() / "icons" / "workbench.svg"))
