"""A window in a process of its own, measured from inside: ``python -m workbench.bench.probe``.

With a profile folder it opens the product's window on it, without one an empty Qt window. When
one can type into the window it writes one line of JSON, then, once there are data, one for each
command on standard input: ``ready``; ``memory``; ``trend``; ``use PHONE``;
``callers``; ``day PHONE``; ``ahead``; ``import FILE``. It ends with its input.
"""

import json
import os
import sys
import time
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Qt, QTimer, Signal, qInstallMessageHandler

_PATIENCE_MS = 3_600_000
_BEAT_MS = 5  # how often the GUI thread is asked whether it answers


class Commands(QObject):
    """Lines of standard input as signals: reading a pipe would hold up the window."""

    came = Signal(str)
    ended = Signal()

    def start(self) -> None:
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.rstrip("\n"))
        self.ended.emit()


class Pulse(QObject):
    """The longest time in which the event loop did not come round: by the clock, or (``own``) what
    this thread worked of it, which other programs on the machine do not lengthen."""

    def __init__(self, *, own: bool = False) -> None:
        super().__init__()
        self._clock = time.thread_time if own else time.perf_counter
        self._pause = 0.0 if own else _BEAT_MS / 1000
        self.longest = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.longest, self._last = 0.0, self._clock()
        self._timer.start(_BEAT_MS)

    def stop(self) -> float:
        self._beat()
        self._timer.stop()
        return self.longest

    def _beat(self) -> None:
        now = self._clock()
        self.longest = max(self.longest, now - self._last - self._pause)
        self._last = now


class Probe:
    """The product's window on a profile, and what it is asked to do."""

    def __init__(self, folder: Path) -> None:
        from workbench import launch

        self.app = launch.window(folder, demo=True)
        self.commands = Commands(self.app)
        self.commands.came.connect(self._do)
        self.commands.ended.connect(self.app.window.close)
        # after what the attached window has to paint
        self.app.opened.connect(lambda: QTimer.singleShot(0, self.app, self.commands.start))

    def run(self) -> int:
        self.app.start(catch_crashes=False)
        QTimer.singleShot(0, self.app, self._usable)
        return self.app.run()

    def _usable(self) -> None:
        """The keyboard is in the search box: a number typed now is looked up once there are data."""
        assert self.app.window.focusWidget() is self.app.window.top.search
        say(usable=True)

    def _do(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        match name:
            case "ready":
                say()
            case "memory":
                self._settle()
                say(memory=resident())
            case "trend":
                self._trend()
            case "use":
                self._use(argument)
            case "callers":
                self._receive()
            case "day":
                self._day(argument)
            case "ahead":
                self._make_ahead()
            case "import":
                self._import(Path(argument))

    def _trend(self) -> None:
        """The page's question asked anew, until its chart is painted; what the page asks for
        after that (different customers, complaints) ends before the answer."""
        from PySide6.QtCore import QEventLoop

        page = self.app.window.show_page("trends")
        self._settle()
        shown = QEventLoop()
        page.shown.connect(shown.quit)
        begun = time.perf_counter()
        page.presenter.refresh()
        shown.exec()
        page.chart.grab()
        seconds = time.perf_counter() - begun
        page.shown.disconnect(shown.quit)
        self._settle()
        counted = sum(page.presenter.data.total(s) for s in page.presenter.data.series)
        say(seconds=seconds, counted=counted)

    def _use(self, phone: str) -> None:
        window = self.app.window
        window.look_up(phone)
        self._settle()
        found = window.show_page("lookup").current_attempt() is not None
        window.show_page("trends")
        self._settle()
        say(found=found)

    def _receive(self) -> None:
        """From now on the door is open, and a line is said whenever a caller's card is painted, with
        the seconds that this process worked since the line before."""
        qInstallMessageHandler(
            lambda *_: None
        )  # of a screen that cannot bring a window to the front
        self.app._listen()
        page = self.app.window.show_page("lookup")
        last = time.process_time()

        def painted(row: object) -> None:
            nonlocal last
            self.app.window.grab()
            worked, last = time.process_time() - last, time.process_time()
            say(phone=row.phone, worked=worked)  # type: ignore[attr-defined]

        page.explained.connect(painted)
        say()

    def _day(self, phone: str) -> None:
        """What an agent does over and over: a call, a complaint begun and put away, each page."""
        window, longest = self.app.window, {}
        acts = {
            "call": lambda: window.look_up(phone),
            "log": window.menus.actions["log"].trigger,
            "type": lambda: [window.sheet.description.insertPlainText(c) for c in "says so"],
            "away": window.sheet.discard_button.click,
            **{
                f"page {name}": (lambda name=name: window.show_page(name)) for name in window._specs
            },
        }
        for name, act in acts.items():
            pulse = Pulse(own=True)
            pulse.start()
            QTimer.singleShot(0, window, act)
            self._settle()
            longest[name] = pulse.stop()
        say(longest=longest, memory=resident())

    def _make_ahead(self) -> None:
        """The pages that nobody has looked at yet, in pauses, which begin at once."""
        from PySide6.QtCore import QEventLoop

        window = self.app.window
        before = set(window._pages)
        assert window.warming is not None
        pulse, made = Pulse(own=True), QEventLoop()
        pulse.start()
        if window.warming.waits:
            window.ready.connect(made.quit)
            window.warming.begin(0)
            made.exec()
        say(worked=pulse.stop(), made=sorted(set(window._pages) - before))

    def _import(self, file: Path) -> None:
        """Through the dialog, as a person does it."""
        from PySide6.QtWidgets import QDialog

        window = self.app.window
        window.import_files([file])
        self._settle()
        dialog = window.findChild(QDialog)
        pulse, own = Pulse(), Pulse(own=True)
        pulse.start()
        own.start()
        dialog.start()
        self._settle()
        longest, worked, report = pulse.stop(), own.stop(), dialog.report
        say(longest=longest, worked=worked, imported=report.imported if report else 0)
        dialog.close()

    def _settle(self) -> None:
        self.app.tasks.wait_idle(_PATIENCE_MS)


def empty() -> int:
    """The yardstick: a window with nothing in it."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(["empty"])
    window = QMainWindow()
    window.resize(1366, 768)
    commands = Commands(app)
    commands.came.connect(lambda _: say(memory=resident()))
    commands.ended.connect(window.close)
    window.show()
    QTimer.singleShot(0, app, lambda: say(usable=True))
    commands.start()
    return app.exec()


def resident() -> float | None:
    """Bytes of memory that this process holds now; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None


def say(**values: object) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    # An installed product has no pandas, which is here as a yardstick; where there is one, DuckDB takes
    # it along with the first time that is asked for: 0.4 s and 55 MB of something else.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    sys.exit(Probe(Path(sys.argv[1])).run() if len(sys.argv) > 1 else empty())
