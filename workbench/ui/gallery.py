"""The gallery: every page in every look and size, and every state that a page can be in.

``workbench demo --gallery DIR``. Pictures of the manual come from here, so that they never go stale;
a person who changes a widget looks through them. What is shown is the real window on sample data;
only waits, faults and roles are staged.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from workbench.app import WindowApp
from workbench.domain.errors import Busy
from workbench.domain.notice import Notice, NoticeKind
from workbench.domain.people import Role
from workbench.domain.pop import Pop, PopKind
from workbench.services.demo import SampleFiles
from workbench.ui.dialogs.import_dialog import IMPORT_SIZE
from workbench.ui.rounds import Standing
from workbench.ui.tour import TourFailed
from workbench.ui.zoom import scale

LANGUAGES = ("zh", "en")
MODES = ("light", "dark", "contrast")
SIZES = {"1366x768": QSize(1366, 768), "1920x1080": QSize(1920, 1080)}
LARGE = {"3840x2160": QSize(1920, 1080)}  # at 200 %
MANUAL = ("lookup", "sheet", "complaints", "trends", "qa", "rules")  # pictures of the manual
PAGES = ("lookup", "complaints", "trends", "qa", "rules", "settings")
_PATIENCE_MS = 180_000
_QUALITY = 100  # of WebP: without loss, which is the smallest for flat colours
_SHOWN_AFTER_MS = 400  # a wait shows itself


@dataclass
class Gallery:
    """Pictures of ``app`` in ``folder``, named ``page[-state].size.language.theme.png``."""

    app: WindowApp
    samples: SampleFiles
    folder: Path
    made: list[Path] = field(default_factory=list)

    def hang(self) -> list[Path]:
        """All of them: looks in every size, then states in the smallest. Raises TourFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.app.start(catch_crashes=False)
        self._settle()
        self._silence()
        self.app.window.resize(QSize(1366, 768))
        self._empty()
        self._fill()
        for name in self._pages():  # made once: a look is then quick to put on
            self._open(name)
        for percent, sizes in ((200, LARGE), (100, SIZES)):
            scale(percent)
            for mode, lang in self._looks():
                for name in self._pages():
                    self.app.window.show_page(name)
                    self._settle()
                    self._sizes(name, sizes, lang, mode)
                self._sheet(sizes, lang, mode)
        self._states()
        return self.made

    def _silence(self) -> None:
        """A notice or an offer would hang over whatever picture is next."""
        assert self.app.bench is not None
        self.app.bench.settings.set("notices", False)
        self.app.bench.settings.set("tour", {role.value: 0 for role in Role})

    def illustrate(self) -> list[Path]:
        """Those of the manual alone, as ``name.language.webp``: small, and the same but for dates
        while nothing has changed that they show."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.app.start(catch_crashes=False)
        self._settle()
        self._silence()
        self.app.window.resize(SIZES["1366x768"])
        self.app.theme.set_mode("light")
        self._fill(shows=False)
        for lang in LANGUAGES:
            self.app.language.set(lang)
            self._settle()
            for name in MANUAL:
                self._open("lookup" if name == "sheet" else name)
                if name == "sheet":
                    self.app.window.menus.actions["log"].trigger()
                self._settle()
                path = self.folder / f"{name}.{lang}.webp"
                if not self.app.window.grab().save(str(path), quality=_QUALITY):
                    raise TourFailed(str(path))
                self.made.append(path)
                if name == "sheet":
                    self.app.window.sheet.close_sheet()  # type: ignore[union-attr]
        return self.made

    # what is shown
    def _pages(self) -> list[str]:
        return [name for name in PAGES if name in self.app.window._specs]

    def _empty(self) -> None:
        self._small("welcome-empty")
        for name in self._pages():
            self.app.window.show_page(name)
            self._settle()
            self._small(f"{name}-empty")

    def _fill(self, *, shows: bool = True) -> None:
        window = self.app.window
        window.import_files([self.samples.attempts])
        dialog: Any = window.findChild(QDialog)
        dialog.resize(IMPORT_SIZE)
        self._settle()
        dialog.set_events(self.samples.events)
        dialog.start()
        self._settle()
        if shows:
            self._small("import-partial", dialog)
        dialog.close()
        load = window._load_samples
        if load is not None:
            self.app.tasks.run(window, load, lambda _: None, writer=True)
        self._settle()
        desk = window._desk
        assert desk is not None
        desk.acts.data_changed.emit()
        desk.acts.complaints_came.emit()
        self._settle()

    def _open(self, name: str) -> None:
        window: Any = self.app.window
        page = window.show_page(name)
        if name == "lookup":
            window.look_up(self.samples.caller_phone)
        if name == "complaints":
            self._settle()
            if page.model.rowCount():
                page.table.selectRow(0)
        self._settle()

    def _sheet(self, sizes: dict[str, QSize], lang: str, mode: str) -> None:
        window: Any = self.app.window
        window.show_page("lookup")
        window.menus.actions["log"].trigger()
        self._settle()
        self._sizes("sheet", sizes, lang, mode)
        window.sheet.close_sheet()

    def _states(self) -> None:
        """Every state once a language, in the light of the smallest screen."""
        window: Any = self.app.window
        for name in self._pages():
            if name in ("settings", "rules"):
                continue
            with self._held_up() as released:
                self._ask_again(name)
                self._wait_shown()
                self._small(f"{name}-loading", waits=True)
                released()
            self._settle()
        self._open("lookup")
        window.bar.show_error(Busy("store_in_use", file="warehouse.duckdb"))
        self._small("lookup-error")
        window.bar.dismiss()
        window.sheet.open_for(window.show_page("lookup").current_attempt())
        window.sheet.description.setPlainText("客户来电，要求说明原因")
        window.pops.take(Pop(PopKind.PHONE, "13800138000"))
        self._settle()
        self._small("lookup-call")
        window.call_bar.dismiss()
        window.sheet._discard()
        window.top.focus_search()
        window.commands.open()
        self._small("palette")
        window.commands.close()
        self._notice()
        self._tour()
        self._offline()
        self._many()
        self._not_permitted()

    def _notice(self) -> None:
        notices = self.app.window.notices
        assert notices is not None
        self._open("complaints")
        notices._put_up([Notice(NoticeKind.NEAR, ("1", "2")), Notice(NoticeKind.CALLBACK, ("3",))])
        self._small("complaints-notice")
        self.app.window.bar.dismiss()

    def _tour(self) -> None:
        window = self.app.window
        self._open("lookup")
        window.tour.begin()
        window.tour_strip.moved.emit(1)
        self._settle()
        self._small("lookup-tour")
        window.tour.leave()

    def _offline(self) -> None:
        rounds = self.app.window._desk.rounds  # type: ignore[union-attr]
        if rounds is None:
            return
        state, standing = rounds.state, rounds.standing
        rounds.state = replace(state, place="centre.example", waiting=3)
        rounds.standing = Standing.OFFLINE
        rounds.changed.emit()
        self._open("complaints")
        self._small("complaints-offline")
        rounds.state, rounds.standing = state, standing
        rounds.changed.emit()

    def _many(self) -> None:
        """Thousands of rows behind one bar."""
        trends: Any = self.app.window.show_page("trends")
        self._settle()
        open_tallest = getattr(trends, "open_tallest_bar", None)
        if open_tallest is not None:
            open_tallest()
            self._settle()
            self._small("trends-rows")

    def _not_permitted(self) -> None:
        session = self.app.window._desk.session  # type: ignore[union-attr]
        before = session.person
        session.person = replace(before, role=Role.AGENT)
        window = self.app.window
        for page in list(window._pages.values()):
            page.deleteLater()
        window._pages.clear()
        window._allow()
        window.status.set_person(session.person)
        for name in self._pages():
            self._open(name)
            self._small(f"{name}-agent")
        session.person = before

    # waits
    @contextmanager
    def _held_up(self) -> Iterator[Callable[[], None]]:
        """Services answer when they are told to: what a slow disk or a far centre looks like."""
        gate = threading.Event()
        desk = self.app.window._desk
        assert desk is not None
        held: list[tuple[object, str]] = []
        for service, names in (
            (desk.attempts, ("lookup", "explain", "trend", "rows", "unmapped")),
            (desk.handling.lists, ("page", "counts")),
            (desk.codes, ("unmapped", "find")),
            (desk.issues.board, ("look",)),
        ):
            for name in names:
                if hasattr(service, name):
                    setattr(service, name, _waiting(getattr(service, name), gate))
                    held.append((service, name))
        try:
            yield gate.set
        finally:
            gate.set()
            for service, name in held:
                delattr(service, name)

    def _ask_again(self, name: str) -> None:
        window: Any = self.app.window
        if name == "qa":  # it waits visibly the first time alone
            window._pages.pop(name).deleteLater()
        page = window.show_page(name)
        if name == "lookup":
            window.look_up(self.samples.caller_phone)
        elif name != "qa":
            for act in ("refresh", "reload", "again"):
                ask = getattr(page.presenter, act, None)
                if ask is not None:
                    ask()
                    return
            self.app.window._desk.acts.data_changed.emit()  # type: ignore[union-attr]

    def _wait_shown(self) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(_SHOWN_AFTER_MS, loop.quit)
        loop.exec()

    # pictures
    def _small(self, name: str, target: QWidget | None = None, *, waits: bool = False) -> None:
        """``waits``: the state is one of waiting, so nothing is waited for."""
        if target is None:
            self.app.window.resize(SIZES["1366x768"])
        for lang in LANGUAGES:
            self.app.language.set(lang)
            for _ in range(5):  # a layout asks once more after each of its parts did
                QApplication.processEvents()
            if not waits:
                self._settle()
            self._take(name, "1366x768", lang, "light", target or self.app.window)
        self.app.language.set(LANGUAGES[0])

    def _looks(self) -> Iterator[tuple[str, str]]:
        for mode in MODES:
            self.app.theme.set_mode(mode)  # type: ignore[arg-type]
            for lang in LANGUAGES:
                self.app.language.set(lang)
                self._settle()
                yield mode, lang
        self.app.language.set(LANGUAGES[0])
        self.app.theme.set_mode("light")
        self._settle()

    def _sizes(self, name: str, sizes: dict[str, QSize], lang: str, mode: str) -> None:
        for size, pixels in sizes.items():
            self.app.window.resize(pixels)
            self._settle()
            self._take(name, size, lang, mode, self.app.window)

    def _take(self, name: str, size: str, lang: str, mode: str, target: QWidget) -> None:
        parts = (name, size, lang, mode)
        path = self.folder / f"{'.'.join(part for part in parts if part)}.png"
        if not target.grab().save(str(path)):
            raise TourFailed(str(path))
        self.made.append(path)

    def _settle(self) -> None:
        if not self.app.tasks.wait_idle(_PATIENCE_MS):
            raise TourFailed("gallery")
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()


def _waiting(work: Callable[..., object], gate: threading.Event) -> Callable[..., object]:
    def waits(*args: object, **options: object) -> object:
        gate.wait(60)
        return work(*args, **options)

    return waits
