"""A desktop of the tests' own, as a screen reader sees it: a screen, a session bus, AT-SPI's tree."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jeepney import DBusAddress, MatchRule, Properties, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

TOOLS = ("Xvfb", "dbus-daemon", "at-spi-bus-launcher")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
_SHOWING, _FOCUSABLE, _FOCUSED, _CHECKED = 25, 11, 12, 4  # AtspiStateType
_LABELLED_BY = 2  # AtspiRelationType
_Found = TypeVar("_Found")


def missing() -> list[str]:
    """Tools that are not on this machine."""
    here = os.environ.get("PATH", "") + ":/usr/libexec:/usr/lib/at-spi2-core"
    return [tool for tool in TOOLS if shutil.which(tool, path=here) is None]


@dataclass(frozen=True)
class Seen:
    """One accessible object. ``place`` is its (bus name, path)."""

    place: tuple[str, str]
    role: str
    name: str
    description: str
    states: int
    labels: tuple[str, ...]  # names of what it is labelled by

    @property
    def focusable(self) -> bool:
        return bool(self.states >> _FOCUSABLE & 1)

    @property
    def showing(self) -> bool:
        return bool(self.states >> _SHOWING & 1)

    @property
    def checked(self) -> bool:
        return bool(self.states >> _CHECKED & 1)

    @property
    def focused(self) -> bool:
        return bool(self.states >> _FOCUSED & 1)

    @property
    def said(self) -> str:
        """What a screen reader calls it by."""
        return " ".join(self.labels) or self.name


class Reader:
    """Asks the tree, as a screen reader does, over the bus of AT-SPI."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        every = MatchRule(type="signal", path_namespace="/org/a11y/atspi")
        self._ask(message_bus.AddMatch(every))

    def tree(self) -> list[Seen]:
        """All that shows now, in the order of reading; what hides is left out with all below it."""
        try:
            tops = self._call(_ROOT, "GetChildren")
        except LookupError:  # two registries begin at once, and one of them goes
            return []
        return [seen for top in tops for seen in self._below(top)]

    def until(self, found: Callable[[list[Seen]], _Found | None], seconds: float = 90) -> _Found:
        """Looks again whenever something was told, until there is what is looked for."""
        ends = time.monotonic() + seconds
        while True:
            tree = self.tree()
            result = found(tree)
            if result:
                return result
            if time.monotonic() > ends:
                raise AssertionError("\n".join(f"{s.role} {s.name!r}" for s in tree))
            try:
                self._bus.receive(timeout=1)
            except TimeoutError:
                continue

    def press(self, seen: Seen) -> None:
        """Its first act, as a screen reader or a switch does it."""
        self._call(seen.place, "DoAction", "i", (0,), "org.a11y.atspi.Action")

    def _below(self, place: tuple[str, str]) -> Iterator[Seen]:
        try:
            seen = self._seen(place)
            below = self._call(place, "GetChildren")
        except LookupError:  # it went while it was looked at
            return
        application = seen.role == "application"
        if application or seen.showing:
            if not application:
                yield seen
            for child in below:
                yield from self._below(child)

    def _seen(self, place: tuple[str, str]) -> Seen:
        low, high = self._call(place, "GetState")
        labels = [
            self._property(target, "Name")
            for kind, targets in self._call(place, "GetRelationSet")
            for target in targets
            if kind == _LABELLED_BY
        ]
        return Seen(
            place,
            self._call(place, "GetRoleName"),
            self._property(place, "Name"),
            self._property(place, "Description"),
            low | high << 32,
            tuple(labels),
        )

    def _property(self, place: tuple[str, str], name: str) -> str:
        asked = Properties(DBusAddress(place[1], place[0], _ACCESSIBLE)).get(name)
        return str(self._ask(asked)[0][1])

    def _call(
        self,
        place: tuple[str, str],
        method: str,
        signature: str | None = None,
        args: tuple[Any, ...] = (),
        interface: str = _ACCESSIBLE,
    ) -> Any:
        address = DBusAddress(place[1], place[0], interface)
        return self._ask(new_method_call(address, method, signature, args))[0]

    def _ask(self, message: Any) -> tuple[Any, ...]:
        reply = self._bus.send_and_get_reply(message, timeout=30)
        if reply.header.message_type.name == "error":
            raise LookupError(reply.body)
        return reply.body


@contextmanager
def desktop(folder: Path) -> Iterator[tuple[dict[str, str], Reader]]:
    """The environment of programs on it, and what reads them. ``folder`` is their home."""
    with ExitStack() as stack:
        screen = stack.enter_context(_served(["Xvfb", "-displayfd", "1"], dict(os.environ)))
        home = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "DISPLAY": f":{screen}",
            "QT_QPA_PLATFORM": "xcb",
            "LC_ALL": "C.UTF-8",
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "DBUS_"))} | home
        daemon = ["dbus-daemon", "--session", "--nofork", "--print-address"]
        address = stack.enter_context(_served(daemon, kept))
        env = kept | {"DBUS_SESSION_BUS_ADDRESS": address}
        session = stack.enter_context(open_dbus_connection(bus=address))
        of_bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        told = session.send_and_get_reply(new_method_call(of_bus, "GetAddress"), timeout=30)
        status = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status")
        for switch in ("IsEnabled", "ScreenReaderEnabled"):
            session.send_and_get_reply(Properties(status).set(switch, "b", True), timeout=30)
        yield env, Reader(stack.enter_context(open_dbus_connection(bus=told.body[0])))


@contextmanager
def running(words: Sequence[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """``workbench`` with these words, ended afterwards."""
    with subprocess.Popen([sys.executable, "-m", "workbench", *words], env=env) as program:
        try:
            yield program
        finally:
            program.terminate()


@contextmanager
def _served(command: list[str], env: dict[str, str]) -> Iterator[str]:
    """A server that says in its first line where it is; ended with all that it started."""
    with subprocess.Popen(
        command,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            os.killpg(server.pid, signal.SIGTERM)
