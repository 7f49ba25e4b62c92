"""What the window itself can do, as offers of the palette: menus, pages, settings."""

import re
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from workbench.ui.keys import BINDINGS, PAGES, Keys
from workbench.ui.palette import Kind, Offer

_MNEMONIC = re.compile(r"\(&\w\)")  # how Chinese menus carry theirs
_NOT_OFFERED = ("search",)  # one is there already


class WindowActs(QObject):
    """``pages`` are labels by name, in the order of the rail; ``part`` shows a card of Settings."""

    def __init__(
        self,
        actions: Mapping[str, QAction],
        keys: Keys,
        pages: Callable[[], Mapping[str, str]],
        show_page: Callable[[str], object],
        part: Callable[[str], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._keys, self._pages = actions, keys, pages
        self._show_page, self._part = show_page, part

    def offers(self) -> list[Offer]:
        menus = self._of_menus()
        acts = [offer for offer in menus if offer.kind is Kind.ACT]
        looks = [offer for offer in menus if offer.kind is not Kind.ACT]
        return [*self._of_pages(), *acts, *self._of_settings(), *looks]

    def _of_menus(self) -> list[Offer]:
        families = {"language": self.tr("Language"), "theme": self.tr("Theme")}
        made = []
        for name, action in self._actions.items():
            if name in _NOT_OFFERED or not (action.isEnabled() and action.isVisible()):
                continue
            title = _MNEMONIC.sub("", action.text()).replace("&", "").rstrip("…")
            family, dot, _ = name.partition(".")
            if dot:
                title = f"{families.get(family, family)}: {title}"
            made.append(
                Offer(
                    Kind.SETTING if dot else Kind.ACT,
                    name,
                    title,
                    action.trigger,
                    self._keys.text(name) if name in BINDINGS else "",
                    words=(name.replace("_", " "),),
                )
            )
        return made

    def _of_pages(self) -> list[Offer]:
        return [
            Offer(
                Kind.ACT,
                f"page.{name}",
                label,
                lambda name=name: self._show_page(name),
                self._keys.text(f"page.{place}") if place <= PAGES else "",
                "arrow-right",
                (name,),
            )
            for place, (name, label) in enumerate(self._pages().items(), start=1)
        ]

    def _of_settings(self) -> list[Offer]:
        parts = {
            "appearance": self.tr("Appearance"),
            "profile": self.tr("Profile"),
            "notices": self.tr("Notices"),
            "keyboard": self.tr("Keyboard"),
            "follow": self.tr("Followed sources"),
            "centre": self.tr("Centre"),
            "softphone": self.tr("Softphone"),
            "custody": self.tr("How long data are kept"),
        }
        settings = self.tr("Settings")
        return [
            Offer(
                Kind.SETTING,
                f"setting.{name}",
                title,
                lambda name=name: self._part(name),
                settings,
                words=(name,),
            )
            for name, title in parts.items()
        ]
