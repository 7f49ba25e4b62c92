"""``workbench open``: to the window that runs, or to one that it starts; no number in sight."""

import socket
import subprocess
import sys
import threading

import pytest

from workbench import door
from workbench.cli import open as command
from workbench.domain.pop import Pop, PopKind
from workbench.gateways import links

PHONE = "13800138000"


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "p"
    folder.mkdir()
    return folder


class Window(threading.Thread):
    """A window's door, without a window."""

    def __init__(self, home) -> None:
        super().__init__(daemon=True)
        self.heard: list[Pop] = []
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(door.address(home))
        self.server.listen()
        self.start()

    def run(self) -> None:
        while True:
            try:
                way, _ = self.server.accept()
            except OSError:
                return
            with way:
                self.heard.append(Pop.read(way.recv(1024)))
                way.sendall(door.ANSWER)


@pytest.fixture
def window(home):
    opened = Window(home)
    yield opened
    opened.server.shutdown(socket.SHUT_RDWR)
    opened.server.close()


@pytest.mark.parametrize(
    ("words", "typed", "kind", "value"),
    [
        (["--phone", "+86 138-0013-8000"], None, PopKind.PHONE, PHONE),
        (["--phone", "-"], f"{PHONE}\n", PopKind.PHONE, PHONE),
        ([f"workbench://lookup?phone={PHONE}"], None, PopKind.PHONE, PHONE),
        (["-"], f"workbench://lookup?phone={PHONE}\n", PopKind.PHONE, PHONE),
        (["--attempt", "A-1"], None, PopKind.ATTEMPT, "A-1"),
        (["--complaint", "C-20261122-0001"], None, PopKind.COMPLAINT, "C-20261122-0001"),
        ([], None, PopKind.FRONT, ""),
    ],
)
def test_the_running_window_is_told_what_to_show(window, home, words, typed, kind, value):
    program = [sys.executable, "-m", "workbench", "open", *words, "--profile", str(home)]
    done = subprocess.run(program, input=typed, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert window.heard == [Pop(kind, value)]


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (["--phone", PHONE], None),
        (["--phone", "-"], f"{PHONE}\n"),
        ([f"workbench://lookup?phone={PHONE}"], None),
    ],
)
def test_where_the_window_runs_nothing_of_the_command_line_is_imported(window, home, words, typed):
    program = [sys.executable, "-X", "importtime", "-m", "workbench", "open", *words]
    done = subprocess.run(
        [*program, "--profile", str(home)], input=typed, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0 and len(window.heard) == 1
    assert "workbench.domain.pop" in done.stderr and "click" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--phone", "12"], 1),
        (["--phone", "-"], 1),
        (["http://x"], 1),
        (["--phone", PHONE, "--attempt", "A"], 2),
    ],
)
def test_what_cannot_be_shown_is_said_without_the_number(home, words, code):
    program = [sys.executable, "-m", "workbench", "open", *words, "--profile", str(home)]
    done = subprocess.run(program, input="", capture_output=True, text=True, timeout=60)
    assert done.returncode == code and done.stderr and PHONE not in done.stderr


def test_where_no_window_runs_one_is_started_that_does_not_show_the_number(home, monkeypatch):
    started: list[list[str]] = []
    windows: list[Window] = []

    def start(words, **_):
        started.append(words)
        windows.append(Window(home))

    monkeypatch.setattr(command.subprocess, "Popen", start)
    monkeypatch.setattr(sys, "argv", ["open", "--phone", PHONE, "--profile", str(home)])
    with pytest.raises(SystemExit) as ended:
        command.open_.main(["--phone", PHONE, "--profile", str(home)])
    windows[0].server.close()
    assert ended.value.code == 0 and windows[0].heard == [Pop(PopKind.PHONE, PHONE)]
    assert PHONE not in str(started) and started[0][-2:] == ["--profile", str(home)]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="a desktop entry is freedesktop's")
def test_links_are_registered_for_this_person_and_taken_back(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    place = links.register(["/opt/a b/workbench", "open", "100%"], on=True)
    text = (tmp_path / "applications" / "activation-workbench-links.desktop").read_text("utf-8")
    assert 'Exec="/opt/a b/workbench" "open" "100%%" %u' in text
    assert "MimeType=x-scheme-handler/workbench;" in text and place.startswith(str(tmp_path))
    links.register([], on=False)
    assert not (tmp_path / "applications" / "activation-workbench-links.desktop").exists()
