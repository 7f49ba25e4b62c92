"""The window: rail, search box, pages made when first shown, the complaint sheet beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from workbench.domain.errors import KnownError
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.ui import place
from workbench.ui.command_box import CommandBox
from workbench.ui.guided_tour import GuidedTour
from workbench.ui.i18n import Language, Retranslates
from workbench.ui.keys import Keys
from workbench.ui.menus import Menus
from workbench.ui.piecemeal import Piecemeal, modules, statements
from workbench.ui.screen_pop import ScreenPops, to_front
from workbench.ui.tasks import Tasks
from workbench.ui.theme import SPACE_2, SPACE_4, Theme
from workbench.ui.widgets.busy_line import BusyLine
from workbench.ui.widgets.empty_state import EmptyState
from workbench.ui.widgets.message_bar import MessageBar
from workbench.ui.widgets.rail import Rail
from workbench.ui.widgets.room import Beside, Pages, Room
from workbench.ui.widgets.status_line import StatusLine
from workbench.ui.widgets.top_bar import TopBar
from workbench.ui.widgets.tour_strip import TourStrip
from workbench.ui.window_acts import WindowActs
from workbench.ui.zoom import Zoom

if TYPE_CHECKING:
    from workbench.services.sync import Round
    from workbench.ui.callbacks import Callbacks
    from workbench.ui.desk import Desk
    from workbench.ui.dialogs.complaint_sheet import ComplaintSheet
    from workbench.ui.dialogs.manual_window import ManualWindow
    from workbench.ui.files import Files
    from workbench.ui.notices import Notices
    from workbench.ui.pages.welcome import LoadSamples
    from workbench.ui.warming import Warming

_MESSAGE_MS = 6000
_PURE = (  # what pyqtgraph imports without Qt, and some of it for long
    *("numpy", "numpy.ma", "numpy.random", "numpy.typing", "xml.etree.ElementTree", "pydoc"),
    *("multiprocessing.connection", "cProfile", "subprocess", "decimal"),
)
_PARTS = tuple(f"PySide6.{part}" for part in ("QtSvg", "QtOpenGL", "QtOpenGLWidgets", "QtTest"))
_FRAME = 32  # px, about: what a window manager puts above the window
_BACK = 20  # pages that the way back knows


@dataclass(frozen=True)
class PageSpec:
    """A page by name, its icon, and where its class is: imported when it is first shown."""

    name: str
    icon: str
    module: str
    view: str
    heavy: str = ""  # a package that it asks for

    def imported(self) -> Iterator[None]:
        """Its modules, in pieces."""
        if self.heavy:
            yield from statements(self.heavy)
        package = self.module.rpartition(".")[0]
        if package.startswith("workbench.ui."):
            for each in ("workbench.ui.models", "workbench.ui.widgets", package):
                yield from modules(each)

    def begun(self, desk: Desk, parent: QWidget) -> Piecemeal:
        """The page, whose ``parts`` are still to be made."""
        view: type[Piecemeal] = getattr(import_module(self.module), self.view)
        return view(desk, parent, whole=False)


PAGES = (
    PageSpec("lookup", "account-search-outline", "workbench.ui.pages.lookup.view", "LookupPage"),
    PageSpec(
        "complaints",
        "message-alert-outline",
        "workbench.ui.pages.complaints.view",
        "ComplaintsPage",
    ),
    PageSpec("trends", "chart-bar", "workbench.ui.pages.trends.page", "Trends", "pyqtgraph"),
    PageSpec("qa", "clipboard-check-outline", "workbench.ui.pages.qa.view", "QaPage"),
    PageSpec("rules", "file-tree-outline", "workbench.ui.pages.rules.view", "RulesPage"),
    PageSpec("settings", "cog-outline", "workbench.ui.pages.settings", "SettingsPage"),
)


class MainWindow(Retranslates, QMainWindow):
    """Shown before the services are open; ``attach`` gives it the desk, and the pages begin."""

    leaving = Signal()  # it closes: another may take its place
    ready = Signal()  # every page is made

    def __init__(
        self,
        tasks: Tasks,
        language: Language,
        theme: Theme,
        pages: Sequence[PageSpec] = PAGES,
    ) -> None:
        super().__init__()
        self._tasks, self._language, self._theme = tasks, language, theme
        self._specs = {spec.name: spec for spec in pages}
        self._pages: dict[str, QWidget] = {}
        self._making: dict[str, Iterator[None]] = {}  # pages that are begun
        self.warming: Warming | None = None
        self._wanted = pages[0].name
        self._been: list[str] = []
        self._desk: Desk | None = None
        self._load_samples: LoadSamples | None = None
        self._trouble = False
        self._leftovers_told = False
        self.sheet: ComplaintSheet | None = None
        self.files: Files | None = None
        self.callbacks: Callbacks | None = None
        self.notices: Notices | None = None
        self.manual: ManualWindow | None = None
        self.setAcceptDrops(True)
        room = self.screen().availableSize()
        self.resize(min(1366, room.width()), min(768, room.height() - _FRAME))
        self._fit_screen()
        self.screen().availableGeometryChanged.connect(self._fit_screen)

        self.keys = Keys(self)
        self.rail = Rail(theme, self.keys, [(spec.name, spec.icon) for spec in pages], self)
        self.rail.chosen.connect(self.show_page)
        self.top = TopBar(theme, self.keys, self)
        self.top.searched.connect(self.look_up)
        self.top.complaint_wanted.connect(self._log_complaint)
        self.top.drafts_wanted.connect(self._open_drafts)
        self.bar = MessageBar(theme, language, self)
        self.call_bar = MessageBar(theme, language, self)
        self._looked_up = self._early = ""
        self.zoom = Zoom(self)
        self.pops = ScreenPops(self.call_bar, lambda: self._looked_up, self)
        self.busy = BusyLine(theme, language, self)
        self.busy.hide()
        self.stack = Pages(self)
        self._waiting = EmptyState(theme, "database-outline", None, self)
        self.stack.addWidget(self._waiting)
        self.status = StatusLine(language, self)
        self.setStatusBar(self.status)
        self.tour_strip = TourStrip(self.keys, self)
        self.menus = Menus(self, self.keys)
        acts = WindowActs(
            self.menus.actions, self.keys, self._labels, self.show_page, self._show_setting, self
        )
        self.commands = CommandBox(
            self.top.search, theme, acts.offers, self._front, self.look_up, self
        )
        self._lay_out()
        self.tour = GuidedTour(self, self.tour_strip)
        self._wire()
        self.retranslate()

    # the story of a start
    def attach(self, desk: Desk, load_samples: LoadSamples | None = None) -> None:
        """The services are open: make the sheet, show the page that was last in front."""
        from workbench.ui.dialogs.complaint_sheet import ComplaintSheet
        from workbench.ui.files import Files

        self._desk, self._load_samples = desk, load_samples
        desk.keys = self.keys
        self.keys.keep_in(desk.settings)
        self.zoom.attach(desk.settings)
        self.commands.attach(desk)
        self.tour.attach(desk)
        self._restore()
        self.files = Files(desk, self.bar, self.busy, self)
        self.sheet = ComplaintSheet(desk, self)
        self.sheet.drafts_changed.connect(self._show_drafts)
        self.sheet.closed.connect(self._focus_page)
        self._split.addWidget(self.sheet)
        self._split.setStretchFactor(0, 1)
        acts = desk.acts
        acts.look_up.connect(self.look_up)
        acts.open_attempt.connect(lambda ref: self._show("lookup", "open_attempt", ref))
        acts.open_customer.connect(lambda ref: self._show("lookup", "open_customer", ref))
        acts.open_complaint.connect(lambda ref: self._show("complaints", "open_complaint", ref))
        acts.open_issue.connect(lambda key: self._show("qa", "open_issue", key))
        acts.show_rows.connect(lambda where: self._show("trends", "show_rows", where))
        acts.show_incidents.connect(lambda: self._show("trends", "show_tab", "incidents"))
        acts.show_complaints.connect(lambda query: self._show("complaints", "show_query", query))
        acts.log_complaint.connect(self.sheet.open_for)
        acts.import_requested.connect(self.import_files)
        acts.show_setting.connect(self._show_setting)
        acts.zoom.connect(self.zoom.set)
        acts.message.connect(lambda text: self.status.showMessage(text, _MESSAGE_MS))
        acts.done.connect(self._offer_undo)
        acts.error.connect(self.bar.show_error)
        acts.data_changed.connect(self._data_changed)
        acts.data_grew.connect(lambda _: self._data_changed())
        acts.rules_moved.connect(self._adopt_rules)
        acts.codes_wanted.connect(lambda: self._show("qa", "show_tab", "codes"))
        acts.complaint_saved.connect(lambda _: self._count())
        self.status.set_person(desk.session.person)
        self.menus.actions["sign_out"].setVisible(desk.sign_in is not None and desk.sign_in.asked)
        self._allow()
        self._go_live(desk)
        from workbench.ui.callbacks import Callbacks
        from workbench.ui.watching import Watching

        self.watching = Watching(desk, self)
        self._join_centre(desk)
        self.pops.attach(desk)
        self.callbacks = Callbacks(desk, self)
        self._tell_of_urgent(desk, self.callbacks)
        self.sheet.look_for_leftovers()
        self._count(first=True)

    def _sign_out(self) -> None:
        """The program begins again: nothing of what the one before looked at stays in it."""
        assert self._desk is not None and self._desk.sign_in is not None
        service = self._desk.sign_in
        self._tasks.run(
            self,
            lambda *_: service.sign_out(),
            lambda _: QTimer.singleShot(0, self, self._begin_anew),  # once nothing writes any more
            failed=self.bar.show_error,
            writer=True,
        )

    def _begin_anew(self) -> None:
        """Where it was: the page, the place, the drafts."""
        from workbench.ui.dialogs.crash_dialog import restart_program

        self.keep_place()
        if self.close():
            restart_program()

    def keep_place(self) -> None:
        """Another window begins where this one ends; nothing of it where nobody is signed in."""
        person = self._desk.session.person if self._desk is not None else None
        if self._desk is not None and person is not None and person.active:
            place.keep(self._desk.settings, self._wanted, self.stack.currentWidget())

    def _offer_undo(self, said: Callable[[], str], undo: Callable[[], object]) -> None:
        def undone() -> None:
            self.menus.actions["undo"].setEnabled(False)
            undo()

        self.bar.show_text("success", said, lambda: self.tr("Undo"), undone)
        self.menus.actions["undo"].setEnabled(True)

    def _go_live(self, desk: Desk) -> None:
        from workbench.ui.live import Live
        from workbench.ui.widgets.follow_button import FollowButton

        button = FollowButton(desk.live, self._language, self)
        self.status.insertPermanentWidget(1, button)  # after the messages
        button.setVisible(bool(desk.live.states))  # the bar shows what is put into it
        self.follow_button = button
        self.live = Live(desk, self.bar, button, lambda: self.show_page("settings"), self)
        self.live.begin()

    def _join_centre(self, desk: Desk) -> None:
        if desk.errands is not None:
            desk.errands.begin()
        rounds = desk.rounds
        if rounds is None:
            return
        self.status.set_rounds(rounds)
        rounds.arrived.connect(lambda _: (desk.acts.complaints_came.emit(), self._count()))
        rounds.arrived.connect(self._rules_arrived)
        rounds.troubled.connect(self.bar.show_error)
        rounds.changed.connect(lambda: self.status.set_person(desk.session.person))
        desk.acts.complaint_saved.connect(lambda _: rounds.soon())
        desk.acts.complaint_changed.connect(rounds.soon)
        rounds.run()

    def _tell_of_urgent(self, desk: Desk, callbacks: Callbacks) -> None:
        from workbench.ui.notices import Notices
        from workbench.ui.tray import Tray

        tray = Tray(self.windowIcon(), lambda: to_front(self), self)
        answered = lambda: self._looked_up  # noqa: E731
        self.notices = Notices(desk, self.bar, tray, self, answered, callbacks.open)
        self.notices.begin()

    def stop_following(self) -> None:
        """Before the stores close; nothing comes any more, and no page is made."""
        if self.warming is not None:
            self.warming.stop()
        self.pops.close()
        if self.notices is not None:
            self.notices.end()
        if self._desk is not None:
            self._desk.live.shut_down()
            if self._desk.errands is not None:
                self._desk.errands.end()
            if self._desk.rounds is not None:
                self._desk.rounds.shut_down()

    def show_trouble(self, error: KnownError, again: Callable[[], object]) -> None:
        """The services did not open: say why and offer to try again."""
        self.bar.show_text(
            "error",
            lambda: self._language.error(error),
            lambda: self.tr("Try again"),
            again,
        )
        self._trouble = True
        self.retranslate()

    # pages
    def show_page(self, name: str) -> QWidget | None:
        """Bring a page to the front, making it the first time; None before ``attach``."""
        if self._desk is not None and name != self._wanted:
            self._been = [*self._been[-_BACK:], self._wanted]
        self._wanted = name
        if self._desk is None:
            self.rail.mark(name)
            return None
        page = self._page(name)
        self._tasks.release(page)
        self.stack.setCurrentWidget(page)
        self.rail.mark(name)
        self._desk.settings.set("last_page", name)
        self._focus_page()
        return page

    def go_back(self) -> None:
        """A step back on the page, where it has one; else to the page that was in front before, as
        it was left."""
        page = self.stack.currentWidget()
        if hasattr(page, "step_back") and page.step_back():
            return
        if self._been:
            *self._been, name = self._been
            self._wanted = name  # going back is no new step
            self.show_page(name)

    def look_up(self, term: str) -> None:
        """Search on the lookup page; the box shows the term wherever it came from."""
        self._looked_up = term
        self.top.search.setText(term)
        if self._desk is None:  # answered as soon as there are data
            self._early = term
            self.status.showMessage(self.tr("Looked up as soon as the data are open."))
        self._show("lookup", "look_up", term)

    def _page(self, name: str) -> QWidget:
        """Made, as far as it is not yet."""
        while name not in self._pages:
            self._go_on_with(name, self._pieces(name))
        return self._pages[name]

    def _go_on_with(self, name: str, pieces: Iterator[None]) -> None:
        """The next piece of a page; ``pieces`` where it is not begun yet."""
        if next(self._making.setdefault(name, pieces), self) is self:
            del self._making[name]

    def _pieces(self, name: str) -> Iterator[None]:
        """What a page asks of the data waits until it is shown: a call under way needs the machine
        more."""
        assert self._desk is not None
        page = self._specs[name].begun(self._desk, self.stack)
        self._tasks.hold(page)
        yield from page.parts
        self._pages[name] = page
        self.stack.addWidget(page)

    def _show(self, name: str, method: str, argument: object) -> None:
        page = self.show_page(name)
        if page is not None:
            getattr(page, method)(argument)

    def _show_setting(self, part: str) -> None:
        self._show("settings", "show_part", part)

    def _front(self) -> list[QWidget]:
        """Where what one can press lies."""
        fronts = [self.stack.currentWidget(), self.call_bar, self.bar, self.status]
        return [*fronts, self.sheet] if self.sheet is not None else fronts

    def _focus_page(self) -> None:
        focus = getattr(self.stack.currentWidget(), "focus_first", None)
        if focus is not None:
            focus()

    # counts and the first start
    def _count(self, *, first: bool = False) -> None:
        from workbench.domain.complaint import ComplaintFilter

        desk = self._desk
        assert desk is not None

        def work(progress: ProgressListener, cancel: CancelToken) -> tuple[int, int]:
            attempts = desk.attempts.span()[0]
            complaints = desk.complaints.find(ComplaintFilter(limit=1)).total
            return attempts, complaints

        def show(counts: tuple[int, int]) -> None:
            self.status.set_store(*counts, desk.attempts.rules_version)
            if first:
                self._begin(empty=not any(counts))

        self._tasks.run(self, work, show, channel=None if first else "count")

    def _begin(self, *, empty: bool) -> None:
        if empty:
            from workbench.ui.pages.welcome import WelcomePage

            assert self._desk is not None
            welcome = WelcomePage(self._desk, self._load_samples, self)
            self._pages["welcome"] = welcome
            self.stack.addWidget(welcome)
            self.stack.setCurrentWidget(welcome)
            welcome.focus_first()
        else:
            typed = self.top.search.hasFocus() and self.top.search.text()
            self.show_page(self._wanted)
            assert self._desk is not None
            there = place.take(self._desk.settings)
            if self._early:
                self.status.clearMessage()
                self.look_up(self._early)
            elif place.go(there, self._desk.acts):
                pass
            elif typed:  # before there were data: go on
                self.top.search.setFocus()
            elif self._wanted == self._first_page:
                self.top.focus_search()
            self._offer_tour()
        # what a chart needs most time to import, and nothing of Qt: that is the GUI thread's
        self._tasks.run(self, lambda *_: [import_module(name) for name in _PURE], lambda _: None)
        from workbench.ui.warming import Warming

        self.warming = Warming(
            self, self._ahead(), self.windowHandle(), lambda: self._tasks.running
        )
        self.warming.done.connect(self.ready)
        self.leaving.connect(self.warming.stop)
        self.warming.begin()

    def _ahead(self) -> Iterator[Callable[[], object]]:
        """Every page, before it is looked at: its modules, its widgets, their styles."""
        for name in _PARTS:
            yield partial(import_module, name)
        for name in self._specs:
            yield from self._steps_to(name)
            for part in self._page(name).findChildren(QWidget):
                yield lambda part=part: isValid(part) and part.ensurePolished()

    def _steps_to(self, name: str) -> Iterator[Callable[[], object]]:
        """A page in pieces, and what of it is not imported yet."""
        step = partial(
            self._go_on_with, name, chain(self._specs[name].imported(), self._pieces(name))
        )
        if name not in self._pages:
            yield step
        while name in self._making:
            yield step

    @property
    def _first_page(self) -> str:
        return next(iter(self._specs))

    def _data_changed(self) -> None:
        welcome = self._pages.pop("welcome", None)
        if welcome is not None:
            self._tasks.hold(self)  # counts, incidents, notices: after the page
            steps = self._steps_to(self._first_page)
            self._tasks.later(self, partial(self._leave, welcome, steps))
        self._count()

    def _leave(self, welcome: QWidget, steps: Iterator[Callable[[], object]]) -> None:
        """For the first page, once it is made: the window goes on meanwhile."""
        at_front = self.stack.currentWidget() is welcome
        try:
            if at_front and (step := next(steps, None)) is not None:
                step()
                self._tasks.later(self, partial(self._leave, welcome, steps))
                return
            if at_front:
                self.show_page(self._first_page)
                self.top.focus_search()
                self._tasks.later(self, self._offer_tour)
        except BaseException:
            self._tasks.release(self)
            raise
        self._tasks.later(self, partial(self._tasks.release, self))
        self.stack.removeWidget(welcome)
        welcome.deleteLater()

    def _offer_tour(self) -> None:
        """To who is new here, once, and not in the place of another message."""
        if self.bar.isHidden() and not self._early and self.tour.is_new():
            self.bar.show_text(
                "info",
                lambda: self.tr("New here? A tour of five minutes shows what you do every day."),
                lambda: self.tr("Take the tour"),
                self.tour.begin,
            )

    # rules
    def _rules_arrived(self, came: Round) -> None:
        if came.rules_changed and self._desk is not None:
            self._desk.acts.rules_came.emit()
            self._adopt_rules()

    def _adopt_rules(self) -> None:
        """In the background: the attempts are diagnosed by the rules in use, and counted anew."""
        desk = self._desk
        if desk is None or desk.rules is None:
            return
        rules = desk.rules

        def adopted(moved: bool) -> None:
            self.busy.done()
            if moved:
                desk.acts.data_changed.emit()
                said = self.tr("Rules {version} are in use").format(
                    version=desk.attempts.rules_version
                )
                desk.acts.message.emit(said)

        task = self._tasks.run(
            self,
            rules.adopt,
            adopted,
            progress=self.busy.report,
            cancelled=self.busy.done,
            failed=lambda error: (self.busy.done(), self.bar.show_error(error)),
            writer=True,
        )
        self.busy.watch(task, self.tr("Diagnosing by the rules in use…"))

    # complaints
    def _log_complaint(self) -> None:
        if self.sheet is not None:
            page = self.stack.currentWidget()
            current = getattr(page, "current_attempt", lambda: None)
            self.sheet.open_for(current())

    def _open_drafts(self) -> None:
        if self.sheet is not None:
            self.sheet.open_waiting()

    def _show_drafts(self, count: int) -> None:
        self.top.set_drafts(count)
        self.menus.actions["drafts"].setEnabled(count > 0)
        if not self._leftovers_told:
            self._leftovers_told = True
            if count:
                self.bar.show_text(
                    "info",
                    lambda: self.tr("%Ln unfinished draft(s) from last time", "", count),
                    lambda: self.tr("Continue"),
                    self._open_drafts,
                )

    # files
    def import_files(self, paths: Sequence[Path]) -> None:
        """The import dialog on these files, or on those that the person is asked for."""
        if self.files is not None and self.menus.actions["import"].isEnabled():
            self.files.import_files(paths)

    def export(self) -> None:
        if self.files is not None:
            self.files.export()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from workbench.ui.files import dropped

        if self.files is not None and dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        from workbench.ui.files import dropped

        event.acceptProposedAction()
        self.import_files(dropped(event.mimeData()))

    # looks
    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Activation Workbench"))
        self.rail.set_labels(list(self._labels().values()))
        self._waiting.set_texts(
            self.tr("The data could not be opened.")
            if self._trouble
            else self.tr("Opening the data…")
        )
        self.menus.retranslate()
        self._mark_looks()
        self._allow()

    def _labels(self) -> dict[str, str]:
        names = {
            "lookup": self.tr("Lookup"),
            "complaints": self.tr("Complaints"),
            "trends": self.tr("Trends"),
            "qa": self.tr("QA"),
            "rules": self.tr("Rules"),
            "settings": self.tr("Settings"),
        }
        return {name: names.get(name, name) for name in self._specs}

    def _mark_looks(self) -> None:
        self.menus.mark("language", self._language.current)
        self.menus.mark("theme", self._theme.mode)

    def _choose_look(self, family: str, value: str) -> None:
        """A language or a theme from the menu; kept once there is a profile to keep it in."""
        if self._desk is not None:
            if self._desk.settings.locked(family):  # the administrator of this computer decides
                self._mark_looks()
                return
            self._desk.settings.set(family, value)
        if family == "language":
            self._language.set(value)
        else:
            self._theme.set_mode(value)  # type: ignore[arg-type]

    def _allow(self) -> None:
        self.menus.allow(self._desk.session.person if self._desk else None)
        self.top.complaint_button.setEnabled(self.menus.actions["log"].isEnabled())

    def _fit_screen(self) -> None:
        """What does not fit scrolls."""
        room = self.screen().availableSize()
        self.setMinimumSize(min(1024, room.width()), min(640, room.height() - _FRAME))

    def _say_zoom(self, percent: int) -> None:
        said = self.tr("Size: {percent} %").format(percent=percent)
        self.status.showMessage(said, _MESSAGE_MS)

    def _lay_out(self) -> None:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        notices = QVBoxLayout()
        notices.setContentsMargins(SPACE_4, SPACE_2, SPACE_4, 0)
        notices.setSpacing(0)
        notices.addWidget(self.call_bar)
        notices.addWidget(self.bar)
        column.addLayout(notices)
        column.addWidget(self.stack, 1)
        about = QVBoxLayout()
        about.setContentsMargins(SPACE_4, 0, SPACE_4, SPACE_2)
        about.addWidget(self.tour_strip)
        column.addLayout(about)
        self._split = Beside(self)
        self._split.addWidget(page)
        self._room = Room(self._split, self)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addWidget(self._room, 1)
        whole = QWidget(self)
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.status.addWidget(self.busy, 1)

    def _wire(self) -> None:
        self._tasks.unhandled.connect(self.bar.show_error)
        actions = self.menus.actions
        actions["log"].triggered.connect(self._log_complaint)
        actions["callbacks"].triggered.connect(
            lambda: self.callbacks.open() if self.callbacks is not None else None
        )
        actions["import"].triggered.connect(lambda: self.import_files([]))
        actions["export"].triggered.connect(self.export)
        actions["sign_out"].triggered.connect(self._sign_out)
        actions["quit"].triggered.connect(self.close)
        actions["back"].triggered.connect(self.go_back)
        actions["search"].triggered.connect(self._command)
        actions["drafts"].triggered.connect(self._open_drafts)
        actions["undo"].triggered.connect(self.bar.press)
        actions["bar"].triggered.connect(
            lambda: (self.bar if self.call_bar.isHidden() else self.call_bar).press()
        )
        self.bar.dismissed.connect(lambda: actions["undo"].setEnabled(False))
        self.keys.changed.connect(self.retranslate)
        self.zoom.wire(actions)
        self.zoom.changed.connect(self._say_zoom)
        self.zoom.changed.connect(lambda _: self._theme.changed.emit())  # pictures are drawn anew
        actions["manual"].triggered.connect(self._show_manual)
        actions["tour"].triggered.connect(self.tour.begin)
        actions["shortcuts"].triggered.connect(self._show_shortcuts)
        actions["about"].triggered.connect(self._show_about)
        self.menus.chosen.connect(self._choose_look)
        self._theme.changed.connect(self._mark_looks)

    def _command(self) -> None:
        self.top.focus_search()
        self.commands.open()

    def _show_manual(self) -> None:
        from workbench.ui.dialogs.manual_window import ManualWindow, topic_of

        topic = topic_of(self.focusWidget()) or topic_of(self.stack.currentWidget())
        if self.manual is None:
            self.manual = ManualWindow(self._language, self)
        self.manual.show_topic(topic or "manual")

    def _show_shortcuts(self) -> None:
        from workbench.ui.dialogs.help import ShortcutsDialog

        ShortcutsDialog(self.keys, list(self._labels().values()), self).open()

    def _show_about(self) -> None:
        from workbench.ui.dialogs.help import AboutDialog

        AboutDialog(self._desk.attempts.rules_version if self._desk else "", self).open()

    # where it was
    def _restore(self) -> None:
        assert self._desk is not None
        geometry = self._desk.settings.get("window_geometry")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        last = self._desk.settings.get("last_page")
        if last in self._specs and self._wanted == self._first_page:
            self._wanted = last

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._tasks.writing and not self._may_stop():
            event.ignore()
            return
        if self._desk is not None:
            geometry = bytes(self.saveGeometry().toBase64().data()).decode()
            self._desk.settings.set("window_geometry", geometry)
        self.leaving.emit()
        super().closeEvent(event)

    def _may_stop(self) -> bool:
        answer = QMessageBox.question(
            self,
            self.tr("Still working"),
            self.tr(
                "An import or a save is still running. Quitting stops it, and the data stays as "
                "it was before. Quit?"
            ),
        )
        return answer == QMessageBox.StandardButton.Yes
