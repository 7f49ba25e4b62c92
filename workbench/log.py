"""The log and the crash report: what happened, with no customer in it."""

import logging
import os
import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import workbench
from workbench import paths
from workbench.domain.masking import redact
from workbench.domain.times import utc_now

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

LEVEL = "WORKBENCH_LOG"  # DEBUG, INFO (the default), WARNING, ERROR
FILE = "workbench.log"
_BYTES, _KEPT = 1_000_000, 5
_DATA = re.compile(
    r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|«[^»\n]*»"
    r"|[^\x00-\x7f]+"  # errors speak English: other scripts are somebody's words
)


class _Redacting(logging.Formatter):
    """Redacts the finished line, so message, arguments and traceback are all covered.

    A formatter and not a filter: a filter sees the record before its arguments and traceback
    are text, and would have to change what other handlers are given.
    """

    def format(self, record: logging.LogRecord) -> str:
        cached, record.exc_text = record.exc_text, None  # another handler's, not redacted
        try:
            return redact(super().format(record))
        finally:
            record.exc_text = cached

    def formatException(self, ei: Any) -> str:
        return describe(ei[1]) if ei[1] is not None else ""


def to_file(folder: Path) -> logging.Handler:
    """Log to a rotating file in ``folder`` from now on; ``stop`` with what this returns.

    A folder that cannot be written leaves the program without a log, never without a start.
    """
    from logging.handlers import RotatingFileHandler  # it brings sockets: not before the window

    root = logging.getLogger()
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = RotatingFileHandler(
            folder / FILE, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
        )
        handler.rotator = partial(_move_or_stay, handler)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s"))
    handler.setLevel(_level())
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # full disk: no log
    root.addHandler(handler)
    logging.getLogger("workbench").setLevel(handler.level)
    return handler


def _move_or_stay(handler: "RotatingFileHandler", source: str, target: str) -> None:
    """Windows moves no file that another process has open (a command beside the window): this one
    then goes on in the same file, and the next start moves it."""
    try:
        Path(source).rename(target)
    except OSError:
        handler.maxBytes = 0


def to_system(kind: str) -> logging.Handler:
    """Log to this machine's ``journald`` or ``syslog`` too, the same redacted lines; a system that has
    none leaves the program without, never without a start."""
    from logging.handlers import SysLogHandler

    handler: logging.Handler
    try:
        handler = _Journal() if kind == "journald" else SysLogHandler(_syslog())
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(
        _Redacting("activation-workbench[%(process)d]: %(levelname)s %(name)s %(message)s")
    )
    handler.setLevel(_level())
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    logging.getLogger("workbench").setLevel(handler.level)
    return handler


_PRIORITY = {50: 2, 40: 3, 30: 4, 20: 6, 10: 7}  # logging's levels as syslog's


class _Journal(logging.Handler):
    """journald's own datagrams: a field a line (systemd: Native Journal Protocol). A line break in a
    value asks for the length of the value ahead of it."""

    def __init__(self, address: str = "/run/systemd/journal/socket") -> None:
        import socket  # not before the window

        super().__init__()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._socket.connect(address)
        except OSError:
            self._socket.close()
            raise

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record).encode()
            level = _PRIORITY.get(record.levelno // 10 * 10, 6)
            self._socket.send(
                b"SYSLOG_IDENTIFIER=activation-workbench\nPRIORITY=%d\nMESSAGE\n" % level
                + len(message).to_bytes(8, "little")
                + message
                + b"\n"
            )
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        self._socket.close()
        super().close()


def _syslog() -> str | tuple[str, int]:
    """The socket of this machine's syslog; what it sends on to, it decides."""
    for place in ("/dev/log", "/var/run/syslog"):
        if Path(place).exists():
            return place
    raise FileNotFoundError


def _level() -> int | str:
    level = os.environ.get(LEVEL, "INFO").upper()
    return level if level in logging.getLevelNamesMapping() else "INFO"


def stop(handler: logging.Handler) -> None:
    logging.getLogger().removeHandler(handler)
    handler.close()


def describe(error: BaseException) -> str:
    """The traceback with its causes and without any value.

    What stands in quotes in a message, or in letters that are not English, may be a customer's, so
    it is left out; numbers that look like a phone or an ID card are masked.
    """
    lines: list[str] = []
    for part, link in _chain(error):
        lines.append("Traceback (most recent call last):")
        lines += (line.rstrip("\n") for line in traceback.format_tb(part.__traceback__))
        kind = type(part)
        lines.append(f"{kind.__module__}.{kind.__qualname__}: {_DATA.sub('‹…›', _words(part))}")
        if link:
            lines += ["", link, ""]
    return redact("\n".join(lines))


def crash_text(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> str:
    """Versions and the described error; takes what ``sys.exc_info`` and the hooks give."""
    error = kind() if error is None else error
    return (
        f"activation-workbench {workbench.__version__}\n"
        f"Python {platform.python_version()} on {platform.platform()}\n\n"
        f"{describe(error.with_traceback(trace))}\n"
    )


def write_crash(text: str, folder: Path | None = None, at: datetime | None = None) -> Path | None:
    """The file it was written to (in the default profile's ``crashes`` unless told), or None:
    a full disk must not hide the crash itself."""
    folder = folder or paths.default_profile() / "crashes"
    path = folder / f"crash-{at or utc_now():%Y%m%d-%H%M%S-%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(text, "utf-8")
        path.chmod(0o600)
    except OSError:
        return None
    return path


def catch_crashes(folder: Path, tell: Callable[[Path | None], None]) -> Callable[[], None]:
    """Take over the exception hooks of the main and other threads; returns what undoes it.

    ``tell`` is called with the report's path (None if the disk refused it), in the thread that
    crashed. Ctrl+C goes to Python's own hook.
    """
    before = sys.excepthook, threading.excepthook

    def crashed(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        logging.getLogger(__name__).critical("crashed", exc_info=(kind, error, trace))
        tell(write_crash(crash_text(kind, error, trace), folder))

    def undo() -> None:
        sys.excepthook, threading.excepthook = before

    sys.excepthook = crashed
    threading.excepthook = lambda args: crashed(args.exc_type, args.exc_value, args.exc_traceback)
    return undo


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """The first cause first, each with the words that lead to the next; '' for the last."""
    found = [(error, "")]
    seen = {id(error)}
    while True:
        last = found[0][0]
        if last.__cause__ is not None:
            earlier, link = last.__cause__, "which directly caused:"
        elif last.__context__ is not None and not last.__suppress_context__:
            earlier, link = last.__context__, "during whose handling this happened:"
        else:
            return found
        if id(earlier) in seen:
            return found
        seen.add(id(earlier))
        found.insert(0, (earlier, link))


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a broken __str__ must not lose the report
        return "(no message)"
