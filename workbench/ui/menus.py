"""The menu bar: the same acts as the buttons, each with its key."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from workbench.domain.people import Act, Person, may
from workbench.ui.i18n import LANGUAGES
from workbench.ui.keys import BINDINGS, Keys
from workbench.ui.theme import MODES

_NEEDS = {
    "import": Act.IMPORT,
    "export": Act.EXPORT,
    "log": Act.LOG_COMPLAINT,
    "callbacks": Act.WAIT_FOR_FIX,
}


class Menus(QObject):
    """Actions by name in ``actions``; the window connects them. Texts come with ``retranslate``."""

    chosen = Signal(str, str)  # 'language' or 'theme', and which

    def __init__(self, window: QMainWindow, keys: Keys) -> None:
        super().__init__(window)
        bar = window.menuBar()
        self._window, self._keys = window, keys
        self._file, self._view, self._help = (bar.addMenu("") for _ in range(3))
        self._language, self._theme = (QMenu(self._view) for _ in range(2))
        self.actions: dict[str, QAction] = {}
        for menu, names in (
            (
                self._file,
                (
                    *("log", "drafts", "callbacks", "undo", None),
                    *("import", "export", None, "sign_out", "quit"),
                ),
            ),
            (
                self._view,
                ("search", "back", "bar", None, "zoom_in", "zoom_out", "zoom_reset", None),
            ),
            (self._help, ("manual", "tour", "shortcuts", None, "about")),
        ):
            for name in names:
                if name is None:
                    menu.addSeparator()
                else:
                    menu.addAction(self._action(name))
        self._view.addMenu(self._language)
        self._view.addMenu(self._theme)
        self._choices(self._language, "language", LANGUAGES)
        self._choices(self._theme, "theme", MODES)
        self.actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self.actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self.actions["sign_out"].setVisible(False)  # until somebody signed in
        for name in ("undo", "drafts"):  # until there is something
            self.actions[name].setEnabled(False)
        keys.changed.connect(self._set_keys)
        self._set_keys()
        self.retranslate()

    def mark(self, family: str, value: str) -> None:
        """Show which language or theme holds."""
        self.actions[f"{family}.{value}"].setChecked(True)

    def allow(self, person: Person | None) -> None:
        """Acts that the role may not do (nobody may, before the data is open) are greyed."""
        for name, act in _NEEDS.items():
            allowed = person is not None and may(person, act)
            why_not = "" if allowed else self.tr("Your role does not include this.")
            self.actions[name].setEnabled(allowed)
            self.actions[name].setToolTip(why_not)
            self.actions[name].setStatusTip(why_not)

    def retranslate(self) -> None:
        self._file.setTitle(self.tr("&File"))
        self._view.setTitle(self.tr("&View"))
        self._help.setTitle(self.tr("&Help"))
        self._language.setTitle(self.tr("Language"))
        self._theme.setTitle(self.tr("Theme"))
        for name, text in {
            "log": self.tr("&Log complaint"),
            "drafts": self.tr("&Unfinished drafts"),
            "undo": self.tr("Un&do the last act"),
            "bar": self.tr("Do what the &message at the top offers"),
            "callbacks": self.tr("&Customers to call back"),
            "import": self.tr("&Import…"),
            "export": self.tr("&Export attempts…"),
            "sign_out": self.tr("Sign &out"),
            "quit": self.tr("&Quit"),
            "search": self.tr("Go to the &search box"),
            "back": self.tr("&Back to the page before"),
            "manual": self.tr("&Manual"),
            "tour": self.tr("Five-minute &tour"),
            "shortcuts": self.tr("&Keyboard shortcuts"),
            "about": self.tr("&About"),
            "theme.system": self.tr("As the system"),
            "theme.light": self.tr("Light"),
            "theme.dark": self.tr("Dark"),
            "theme.contrast": self.tr("High contrast"),
            "zoom_in": self.tr("&Larger"),
            "zoom_out": self.tr("&Smaller"),
            "zoom_reset": self.tr("Usual si&ze"),
            "language.zh": "中文",
            "language.en": "English",
        }.items():
            self.actions[name].setText(text)

    def _action(self, name: str) -> QAction:
        action = QAction(self._window)
        self.actions[name] = action
        return action

    def _set_keys(self) -> None:
        for name, action in self.actions.items():
            if name in BINDINGS:
                action.setShortcuts(self._keys.sequences(name))

    def _choices(self, menu: QMenu, family: str, values: tuple[str, ...]) -> None:
        group = QActionGroup(menu)
        for value in values:
            action = self._action(f"{family}.{value}")
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, value=value: self.chosen.emit(family, value))
            group.addAction(action)
            menu.addAction(action)
