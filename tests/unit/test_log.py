"""What is logged and what a crash leaves behind names nobody."""

import logging
import sys
import threading
from pathlib import Path

import pytest

from workbench import log

PHONE, CARD = "13812345678", "11010119900307283X"


def test_a_log_line_is_masked_in_message_arguments_and_traceback(tmp_path: Path) -> None:
    handler = log.to_file(tmp_path)
    try:
        logger = logging.getLogger("workbench.test")
        logger.info("caller %s has card " + CARD, PHONE)
        try:
            raise ValueError(f"no customer {PHONE}")
        except ValueError:
            logger.exception("failed")
    finally:
        log.stop(handler)
    written = (tmp_path / "workbench.log").read_text("utf-8")
    assert "138****5678" in written
    assert "110101********283X" in written
    assert PHONE not in written
    assert CARD not in written


@pytest.mark.parametrize("moves", [True, False], ids=["moves", "is open elsewhere, on Windows"])
def test_a_full_log_is_moved_and_where_that_is_refused_no_line_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    def refuse(self: Path, target: str) -> None:
        raise PermissionError(13, "The process cannot access the file", str(self), 32, target)

    monkeypatch.setattr(log, "_BYTES", 300)
    if not moves:
        monkeypatch.setattr(Path, "rename", refuse)
    handler = log.to_file(tmp_path)
    try:
        for number in range(12):
            logging.getLogger("workbench.test").info("line %d of the day", number)
    finally:
        log.stop(handler)
    files = sorted(tmp_path.iterdir())
    written = "".join(file.read_text("utf-8") for file in files)
    assert all(f"line {number} of the day" in written for number in range(12))
    assert (len(files) > 1) is moves


def test_a_crash_report_has_the_traceback_and_no_values(tmp_path: Path) -> None:
    try:
        {}["王小明"]
    except KeyError:
        text = log.crash_text(*sys.exc_info())
    path = log.write_crash(text, tmp_path)
    report = path.read_text("utf-8")
    assert "KeyError" in report
    assert Path(__file__).name in report
    assert "王小明" not in report.rpartition("KeyError")[2]


def test_a_disk_that_refuses_the_report_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert log.write_crash("x", tmp_path / "file") is None


@pytest.fixture
def told(tmp_path: Path):
    """Paths of the reports that the hooks wrote."""
    reports: list[Path | None] = []
    undo = log.catch_crashes(tmp_path / "crashes", reports.append)
    yield reports
    undo()


def fail(words: str) -> None:
    raise RuntimeError(words)


def test_a_crash_of_the_main_thread_and_of_another_both_leave_a_report(told) -> None:
    try:
        fail(f"main {PHONE}")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())
    thread = threading.Thread(target=fail, args=(f"other {PHONE}",))
    thread.start()
    thread.join()
    assert len(told) == 2
    for report, word in zip(told, ("main", "other"), strict=True):
        text = report.read_text("utf-8")
        assert f"{word} 138****5678" in text
        assert "in fail" in text
        assert PHONE not in text


def test_the_hooks_go_back_to_what_they_were(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook
    undo = log.catch_crashes(tmp_path, lambda report: None)
    assert sys.excepthook is not before[0]
    undo()
    assert (sys.excepthook, threading.excepthook) == before


def test_ctrl_c_is_no_crash(told, capsys) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert told == []
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_a_report_names_the_causes_and_no_value_of_theirs() -> None:
    try:
        try:
            fail("no row for '王小明'")
        except RuntimeError as cause:
            raise ValueError("row “李雷” and 5 more") from cause
    except ValueError as error:
        text = log.describe(error)
    messages = [line for line in text.splitlines() if line.startswith("builtins.")]
    assert messages == [
        "builtins.RuntimeError: no row for ‹…›",
        "builtins.ValueError: row ‹…› and 5 more",
    ]
    assert (
        text.index("RuntimeError") < text.index("which directly caused") < text.index("ValueError:")
    )


def test_an_error_that_cannot_say_itself_is_reported_all_the_same() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert "Mute: (no message)" in log.describe(Mute())


def test_another_handler_is_given_the_record_as_it_was(tmp_path: Path) -> None:
    seen: list[str] = []

    class Other(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(logging.Formatter().format(record))

    handler, other = log.to_file(tmp_path), Other()
    logger = logging.getLogger("workbench.test")
    logger.addHandler(other)
    try:
        try:
            fail(PHONE)
        except RuntimeError:
            logger.exception("failed")
    finally:
        logger.removeHandler(other)
        log.stop(handler)
    assert PHONE in seen[0]
    assert PHONE not in (tmp_path / log.FILE).read_text("utf-8")


@pytest.mark.parametrize(
    ("level", "kept"), [("DEBUG", "dbg inf wrn"), ("WARNING", "wrn"), ("?", "inf wrn")]
)
def test_the_environment_says_how_much_is_logged(tmp_path, monkeypatch, level, kept) -> None:
    monkeypatch.setenv(log.LEVEL, level)
    handler = log.to_file(tmp_path)
    logger = logging.getLogger("workbench.test")
    logger.debug("dbg")
    logger.info("inf")
    logger.warning("wrn")
    log.stop(handler)
    lines = (tmp_path / log.FILE).read_text("utf-8").splitlines()
    assert " ".join(line.split()[-1] for line in lines) == kept


def test_the_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(log, "_BYTES", 2_000)
    handler = log.to_file(tmp_path)
    for _ in range(500):
        logging.getLogger("workbench.test").warning("x" * 100)
    log.stop(handler)
    files = list(tmp_path.iterdir())
    assert len(files) == 1 + log._KEPT
    assert sum(f.stat().st_size for f in files) <= 2_000 * len(files)


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    handler = log.to_file(tmp_path / "file" / "logs")
    logging.getLogger("workbench.test").warning("lost")
    log.stop(handler)


def test_the_journal_gets_the_same_redacted_lines_with_their_level(tmp_path, monkeypatch) -> None:
    import socket

    place = str(tmp_path / "journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(place)
        monkeypatch.setattr(log._Journal.__init__, "__defaults__", (place,))
        handler = log.to_system("journald")
        try:
            logging.getLogger("workbench.test").warning("caller %s\nsecond line", PHONE)
        finally:
            log.stop(handler)
        told = journal.recv(65536)
    head, _, body = told.partition(b"MESSAGE\n")
    assert b"PRIORITY=4\n" in head and b"SYSLOG_IDENTIFIER=activation-workbench\n" in head
    assert int.from_bytes(body[:8], "little") == len(body) - 9
    assert b"138****5678" in body and b"second line" in body and PHONE.encode() not in body


def test_syslog_gets_them_too(tmp_path, monkeypatch) -> None:
    import socket

    place = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.bind(place)
        monkeypatch.setattr(log, "_syslog", lambda: place)
        handler = log.to_system("syslog")
        try:
            logging.getLogger("workbench.test").error("caller %s", PHONE)
        finally:
            log.stop(handler)
        told = syslog.recv(65536)
    assert told.startswith(b"<11>activation-workbench[") and b"138****5678" in told


def test_a_machine_without_a_system_log_still_starts(monkeypatch, tmp_path) -> None:
    def none() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(log, "_syslog", none)
    log.stop(log.to_system("syslog"))
