"""The five-minute tour: what each role does every day, shown on its own pages, left at any step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from workbench.domain.people import Role
from workbench.ui.keys import BINDINGS
from workbench.ui.widgets.spotlight import Spotlight
from workbench.ui.widgets.tour_strip import TourStrip

if TYPE_CHECKING:
    from workbench.ui.desk import Desk
    from workbench.ui.main_window import MainWindow


@dataclass(frozen=True)
class Step:
    """``tour.<name>.title`` and ``.text`` say it. ``target``: attributes from the page on, or from
    the window where it begins with ``window.``; ``tab`` or ``part`` of the page come to the front."""

    name: str
    page: str = ""
    target: str = ""
    tab: str = ""
    part: str = ""


_BEGIN, _END = Step("begin"), Step("end", target="window.top.search")
_FIND = Step("find", "lookup", "window.top.search")
_CARD = Step("card", "lookup", "card")
_INCIDENTS = Step("incidents", "trends", "tabs", tab="incidents")
STEPS: dict[Role, tuple[Step, ...]] = {
    Role.AGENT: (
        _BEGIN,
        _FIND,
        _CARD,
        Step("say", "lookup", "card"),
        Step("log", "lookup", "window.top.complaint_button"),
        Step("mine", "complaints", "queues"),
        _END,
    ),
    Role.TEAM_LEAD: (
        _BEGIN,
        _FIND,
        _CARD,
        Step("team", "complaints", "queues"),
        Step("rise", "trends", "overview.tile_row", tab="overview"),
        Step("why", "trends", "tabs", tab="why"),
        _INCIDENTS,
        _END,
    ),
    Role.QA: (
        _BEGIN,
        Step("groups", "qa", "issues.table", tab="issues"),
        Step("codes", "qa", "tabs", tab="codes"),
        Step("rules", "rules", "tree"),
        Step("trial", "rules", "tabs", tab="trial"),
        _INCIDENTS,
        _END,
    ),
    Role.ADMIN: (
        _BEGIN,
        Step("bring", "settings", "follow", part="follow"),
        Step("centre", "settings", "centre", part="centre"),
        Step("custody", "settings", "custody", part="custody"),
        _FIND,
        Step("rise", "trends", "overview.tile_row", tab="overview"),
        _END,
    ),
}


class GuidedTour(QObject):
    """``begin`` goes on where it was left, or from the start once it was finished. Nothing modal:
    the strip stands under the pages, and what is typed meanwhile stays."""

    def __init__(self, window: MainWindow, strip: TourStrip) -> None:
        super().__init__(window)
        self._window, self.strip = window, strip
        self._desk: Desk | None = None
        self._at = 0
        self.spotlight = Spotlight(window.centralWidget())
        strip.moved.connect(self._move)
        strip.left.connect(self.leave)
        strip.hide()

    def attach(self, desk: Desk) -> None:
        self._desk = desk
        desk.language.changed.connect(self._say_again)
        desk.keys.changed.connect(self._say_again)

    @property
    def steps(self) -> tuple[Step, ...]:
        assert self._desk is not None
        return STEPS[self._desk.session.person.role]

    @property
    def running(self) -> bool:
        return not self.strip.isHidden()

    def is_new(self) -> bool:
        """Whether nobody of this role was offered it on this profile; asked once."""
        assert self._desk is not None
        told, role = self._desk.settings.get("tour"), self._desk.session.person.role.value
        if role in told:
            return False
        self._keep(0)
        return True

    def begin(self) -> None:
        if self._desk is None:
            return
        kept = self._desk.settings.get("tour").get(self._desk.session.person.role.value, 0)
        self._at = kept if isinstance(kept, int) and 0 < kept < len(self.steps) else 0
        self._show()
        self.strip.next_button.setFocus()

    def leave(self) -> None:
        """Help begins it again at this step."""
        self._end()

    def _move(self, by: int) -> None:
        at = self._at + by
        if at >= len(self.steps):
            self._keep(0)
            self._end()
        elif at >= 0:
            self._at = at
            self._show()

    def _end(self) -> None:
        self.strip.hide()
        self.spotlight.on(None)
        focus = getattr(self._window.stack.currentWidget(), "focus_first", None)
        if focus is not None:
            focus()

    def _show(self) -> None:
        step = self.steps[self._at]
        self._keep(self._at)
        page = self._window.show_page(step.page) if step.page else None
        if page is not None and step.tab:
            page.show_tab(step.tab)  # type: ignore[attr-defined]
        if page is not None and step.part:
            page.show_part(step.part)  # type: ignore[attr-defined]
        self._say()
        self.spotlight.on(self.target(step))

    def target(self, step: Step) -> QWidget | None:
        """What a step talks of; None where this desk has no such thing."""
        of_window = step.target.startswith("window.")
        found: object = self._window if of_window else self._window.stack.currentWidget()
        for name in filter(None, step.target.removeprefix("window.").split(".")):
            found = getattr(found, name, None)
        return found if step.target and isinstance(found, QWidget) else None

    def _say_again(self, lang: str = "") -> None:
        if self.running:
            self._say()

    def _say(self) -> None:
        assert self._desk is not None
        step, language, keys = self.steps[self._at], self._desk.language, self._desk.keys
        named = {name: keys.text(name) or "—" for name in BINDINGS if "." not in name}
        self.strip.say(
            language.text(f"tour.{step.name}.title"),
            language.text(f"tour.{step.name}.text", **named),
            self._at,
            len(self.steps),
        )

    def _keep(self, at: int) -> None:
        assert self._desk is not None
        told = dict(self._desk.settings.get("tour"))
        told[self._desk.session.person.role.value] = at
        self._desk.settings.set("tour", told)
