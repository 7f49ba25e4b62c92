"""Settings: language, theme, size, whose profile this is; every choice takes effect at once."""

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from workbench import texts
from workbench.settings import ZOOMS
from workbench.ui.desk import Desk
from workbench.ui.i18n import LANGUAGES
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import MODES, SPACE_2, SPACE_4, SPACE_6
from workbench.ui.widgets.centre_card import CentreCard
from workbench.ui.widgets.custody_card import CustodyCard
from workbench.ui.widgets.follow_card import FollowCard
from workbench.ui.widgets.keys_card import KeysCard
from workbench.ui.widgets.notices_card import NoticesCard
from workbench.ui.widgets.settings_grid import settings_grid
from workbench.ui.widgets.softphone_card import SoftphoneCard

_OWN_NAMES = {"zh": "中文", "en": "English"}  # each in its own language, so that it can be found


class SettingsPage(Piecemeal):
    def _made(self, desk: Desk) -> Iterator[None]:
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.languages = _Choices(("system", *LANGUAGES), self._set_language, self)
        self.themes = _Choices(MODES, self._set_theme, self)
        self.sizes = QComboBox(self)
        for percent in ZOOMS:
            self.sizes.addItem("", percent)
        self.sizes.activated.connect(lambda n: desk.acts.zoom.emit(self.sizes.itemData(n)))
        self.profile = QLineEdit(str(desk.profile or ""), self)
        self.profile.setReadOnly(True)
        self.folder_button = QPushButton(self)
        self.folder_button.setIcon(desk.theme.icon("folder-open-outline", "text"))
        self.folder_button.setEnabled(desk.profile is not None)
        self.folder_button.clicked.connect(self._open_folder)
        self.person = QLabel(self)
        self.person.setTextFormat(Qt.TextFormat.PlainText)
        self.rules = QLabel(desk.attempts.rules_version, self)
        self._headings = [QLabel(self) for _ in range(2)]
        for heading in self._headings:
            heading.setProperty("role", "heading")
        self._labels = {
            name: QLabel(self)
            for name in ("language", "theme", "size", "person", "profile", "rules")
        }
        for label in self._labels.values():
            label.setProperty("role", "muted")
        self._labels["profile"].setBuddy(self.profile)
        self._labels["size"].setBuddy(self.sizes)
        self.note = QLabel(self)
        self.note.setProperty("role", "caption")
        self.note.setWordWrap(True)

        yield
        folder = QHBoxLayout()
        folder.setSpacing(SPACE_2)
        folder.addWidget(self.profile, 1)
        folder.addWidget(self.folder_button)
        size = QHBoxLayout()
        size.addWidget(self.sizes)
        size.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(SPACE_4)
        column.addWidget(self.title)
        looks = self._card(
            self._headings[0],
            {"language": self.languages, "theme": self.themes, "size": size},
        )
        profile = self._card(
            self._headings[1],
            {"person": self.person, "profile": folder, "rules": self.rules},
            self.note,
        )
        yield
        self._scroll = scroll = QScrollArea(self)
        inside = QWidget(scroll.viewport())
        frame = QWidget(inside)  # what is moved into another is styled anew, with everything in it
        self.follow = FollowCard(desk, frame)
        yield
        self.centre = CentreCard(desk, frame)
        yield
        self.notices = NoticesCard(desk, frame)
        yield
        self.keyboard = KeysCard(desk, frame)
        yield
        self.softphone = SoftphoneCard(desk, frame)
        yield
        self.custody = CustodyCard(desk, frame)
        self._parts = {
            "appearance": looks,
            "profile": profile,
            "notices": self.notices,
            "follow": self.follow,
            "centre": self.centre,
            "softphone": self.softphone,
            "keyboard": self.keyboard,
            "custody": self.custody,
        }
        for part in self._parts.values():
            column.addWidget(part)
        column.addStretch(1)
        yield
        frame.setLayout(column)
        frame.setMaximumWidth(760)
        row = QHBoxLayout(inside)
        row.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        row.addWidget(frame, 1)
        row.addStretch(0)
        yield
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.follow.table_button.toggled.connect(
            lambda _: QTimer.singleShot(
                0, self, lambda: scroll.ensureWidgetVisible(self.follow.follow_button)
            )
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        desk.theme.changed.connect(self._show_choices)
        self.retranslate()

    def focus_first(self) -> None:
        self.follow.refresh()
        self.centre.refresh()
        self.custody.refresh()
        self.languages.focus_chosen()

    def show_part(self, name: str) -> None:
        """One of the cards at the top, with the keyboard in its first field."""
        part = self._parts[name]
        for field in part.findChildren(QWidget):
            if field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.isVisible():
                field.setFocus(Qt.FocusReason.ShortcutFocusReason)
                break
        QTimer.singleShot(0, self, lambda: self._scroll.verticalScrollBar().setValue(part.y()))

    def retranslate(self) -> None:
        self.title.setText(self.tr("Settings"))
        self._headings[0].setText(self.tr("Appearance"))
        self._headings[1].setText(self.tr("Profile"))
        self._labels["language"].setText(self.tr("Language"))
        self._labels["theme"].setText(self.tr("Theme"))
        self._labels["size"].setText(self.tr("Size"))
        self._labels["person"].setText(self.tr("At the desk"))
        self._labels["profile"].setText(self.tr("Profile folder"))
        self._labels["rules"].setText(self.tr("Rules version"))
        self.languages.set_texts(
            self.tr("Language"),
            [self.tr("As the system"), *(_OWN_NAMES[lang] for lang in LANGUAGES)],
        )
        self.themes.set_texts(
            self.tr("Theme"),
            [self.tr("As the system"), self.tr("Light"), self.tr("Dark"), self.tr("High contrast")],
        )
        self.sizes.setAccessibleName(self.tr("Size"))
        for place, percent in enumerate(ZOOMS):
            self.sizes.setItemText(place, self.tr("{percent} %").format(percent=percent))
        self.folder_button.setText(self.tr("Open folder"))
        self.profile.setAccessibleName(self.tr("Profile folder"))
        person = self._desk.session.person
        role = self._desk.language.word("role", person.role.value)
        self.person.setText(f"{person.name} · {role}")
        self.note.setText(
            self.tr(
                "Data is kept in this folder on this computer: complaints are encrypted, and "
                "attempts hold no name, phone or ID card in clear."
            )
        )
        self._show_choices()

    def _show_choices(self) -> None:
        told = self.tr("Set by the administrator of this computer")
        keys = self._desk.keys
        size = self.tr("Everything larger (Ctrl++) or smaller (Ctrl+-)")
        size = keys.said(keys.said(size, "zoom_in"), "zoom_out")
        for name, choice, tip in (
            ("language", self.languages, ""),
            ("theme", self.themes, ""),
            ("zoom", self.sizes, size),
        ):
            locked = self._desk.settings.locked(name)
            choice.setEnabled(not locked)
            choice.setToolTip(told if locked else tip)
        kept = self._desk.settings.get("language")
        follows = kept == "system" and self._desk.language.current == texts.system_language()
        self.languages.choose("system" if follows else self._desk.language.current)
        self.themes.choose(self._desk.theme.mode)
        self.sizes.setCurrentIndex(self.sizes.findData(self._desk.settings.get("zoom")))

    def _card(
        self,
        heading: QLabel,
        rows: dict[str, QWidget | QHBoxLayout],
        note: QLabel | None = None,
    ) -> QFrame:
        card = QFrame(self)
        card.setProperty("role", "card")
        grid = settings_grid(card)
        grid.addWidget(heading, 0, 0, 1, 2)
        for place, (name, field) in enumerate(rows.items(), start=1):
            grid.addWidget(self._labels[name], place, 0)
            if isinstance(field, QWidget):
                grid.addWidget(field, place, 1)
            else:
                grid.addLayout(field, place, 1)
        if note is not None:
            grid.addWidget(note, len(rows) + 1, 0, 1, 2)
        return card

    def _set_language(self, lang: str) -> None:
        self._desk.settings.set("language", lang)
        self._desk.language.set(texts.system_language() if lang == "system" else lang)

    def _set_theme(self, mode: str) -> None:
        self._desk.settings.set("theme", mode)
        self._desk.theme.set_mode(mode)  # type: ignore[arg-type]

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._desk.profile)))


class _Choices(QWidget):
    """A row of radio buttons; one is chosen."""

    def __init__(
        self, values: Sequence[str], chosen: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.buttons = {value: QRadioButton(self) for value in values}
        group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        for value, button in self.buttons.items():
            group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(lambda _=False, value=value: chosen(value))
        row.addStretch(1)

    def choose(self, value: str) -> None:
        self.buttons[value].setChecked(True)

    def focus_chosen(self) -> None:
        for button in self.buttons.values():
            if button.isChecked():
                button.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_texts(self, name: str, texts: Sequence[str]) -> None:
        self.setAccessibleName(name)
        for button, text in zip(self.buttons.values(), texts, strict=True):
            button.setText(text)
            button.setAccessibleName(f"{name}: {text}")
