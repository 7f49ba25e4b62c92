"""The release tab: the versions of this site, how far each is, and the next step."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.rule_release import Release, ReleaseState
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates, local_time
from workbench.ui.models.rules import ReleaseTable, Version
from workbench.ui.models.table import ROW_ROLE
from workbench.ui.pages.rules.checks import table_of
from workbench.ui.pages.rules.presenter import Opened, acts
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.widgets.ask_form import Asked, AskForm
from workbench.ui.widgets.empty_state import EmptyState

_STEPS = (
    ReleaseState.DRAFT,
    ReleaseState.SHADOW,
    ReleaseState.APPROVED,
    ReleaseState.PUBLISHED,
)
_ACTS = ("shadow", "differences", "approve", "publish", "rollback", "withdraw")
_NEEDS_WHY = ("rollback", "withdraw")


class ReleasesTab(Retranslates, QWidget):
    """``act(name, release, why)`` is a step that was asked for; ``opened`` a version to look at."""

    act = Signal(str, object, str)
    opened = Signal(object)  # Release

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._opened: Opened | None = None
        self._asking = ""
        self.model = ReleaseTable(desk.language, desk.theme, self)
        widths = {Version.VERSION: 88, Version.STATE: 132, Version.AUTHOR: 72, Version.BEGUN: 126}
        self.table = table_of(self.model, widths, self)
        self.table.selectionModel().currentChanged.connect(lambda *_: self.retranslate())
        self.table.activated.connect(self._open)
        self.steps = QLabel(self)
        self.steps.setWordWrap(True)
        self.who = QLabel(self)
        self.who.setWordWrap(True)
        self.who.setProperty("role", "muted")
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = {name: QPushButton(self) for name in _ACTS}
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self._ask(name))
            if name in ("shadow", "approve", "publish"):
                button.setProperty("role", "primary")
        self.form = AskForm(self)
        self.form.given.connect(self._given)
        self.empty = EmptyState(desk.theme, "source-branch", None, self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_2, 0, 0)
        column.setSpacing(SPACE_3)
        column.addWidget(self._stack, 1)
        column.addWidget(self.steps)
        column.addWidget(self.who)
        column.addLayout(row)
        column.addWidget(self.form)
        self.retranslate()

    def show_opened(self, opened: Opened) -> None:
        chosen = self._chosen()
        self._opened = opened
        self.model.current = opened.current
        self.model.show(opened.versions)
        wanted = opened.release or chosen
        for place, release in enumerate(opened.versions):
            if wanted is not None and release.release_id == wanted.release_id:
                self.table.selectRow(place)
        if opened.versions and not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._stack.setCurrentIndex(0 if opened.versions else 1)
        self.retranslate()

    def ended(self, trouble: str = "") -> None:
        """The step was done, or why not."""
        if trouble and self.form.isVisible():
            self.form.refuse(trouble)
        else:
            self.form.hide()

    def _chosen(self) -> Release | None:
        found = self.table.currentIndex().data(ROW_ROLE)
        return found if isinstance(found, Release) else None

    def _open(self, index: QModelIndex) -> None:
        release = index.data(ROW_ROLE)
        if release is not None:
            self.opened.emit(release)

    def _ask(self, name: str) -> None:
        release = self._chosen()
        if release is None:
            return
        if name not in _NEEDS_WHY:
            self.act.emit(name, release, "")
            return
        self._asking = name
        title = self.buttons[name].text()
        self.form.ask(f"{title} {release.version}", [Asked("why", self.tr("Why"))], title)

    def _given(self, values: dict[str, object]) -> None:
        release = self._chosen()
        if release is not None:
            self.act.emit(self._asking, release, str(values["why"]))

    def retranslate(self) -> None:
        word = self._desk.language.word
        names = {
            "shadow": self.tr("Into the shadow"),
            "differences": self.tr("Differences so far"),
            "approve": self.tr("Approve"),
            "publish": self.tr("Publish"),
            "rollback": self.tr("Roll back"),
            "withdraw": self.tr("Withdraw"),
        }
        hints = {
            "shadow": self.tr("Runs beside the pack in use and changes no answer"),
            "differences": self.tr("What it said otherwise since it is in the shadow"),
            "approve": self.tr("As a second person"),
            "publish": self.tr("In use here at once, at every other desk after its next sync"),
            "rollback": self.tr("The version before is in use again, everywhere"),
            "withdraw": self.tr("Give it up"),
        }
        release, opened = self._chosen(), self._opened
        person = self._desk.session.person
        possible = acts(release, opened.current if opened else None, person)
        for name, button in self.buttons.items():
            button.setText(names[name])
            button.setToolTip(hints[name])
            button.setVisible(name in possible)
        self.empty.set_texts(
            self.tr(
                "In use: {version}, which came with the program. Change the text and save it: the "
                "draft goes its way to every desk from here."
            ).format(version=opened.shipped if opened else "…")
        )
        self.table.setAccessibleName(self.tr("Versions"))
        self.table.setToolTip(self.tr("Enter opens the version's text"))
        self.steps.setVisible(release is not None)
        self.who.setVisible(release is not None)
        if release is None:
            return
        if release.state is ReleaseState.WITHDRAWN:
            self.steps.setText(word("release_state", release.state))
        else:
            done = _STEPS.index(release.state)
            self.steps.setText(
                "  →  ".join(
                    f"{'●' if place <= done else '○'} {word('release_state', state)}"
                    for place, state in enumerate(_STEPS)
                )
            )
        said = [self.tr("{who} began it {at}"), release.author, release.created_at]
        parts = [
            said,
            [self.tr("in the shadow since {at}"), "", release.shadow_at],
            [self.tr("{who} approved {at}"), release.approved_by, release.approved_at],
            [self.tr("{who} published {at}"), release.published_by, release.published_at],
            [self.tr("{who} withdrew it {at}"), release.withdrawn_by, release.withdrawn_at],
        ]
        self.who.setText(
            " · ".join(
                str(text).format(who=who, at=local_time(at))  # type: ignore[arg-type]
                for text, who, at in parts
                if at is not None
            )
        )
        for words in (release.note, release.why):
            if words:
                self.who.setText(f"{self.who.text()}\n{words}")
        own = release.state is ReleaseState.SHADOW and release.author == person.person_id
        if own:
            self.who.setText(f"{self.who.text()} · " + self.tr("a second person approves it"))
