"""The first start, with nothing in the store: three ways to begin."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.domain.people import Act, may
from workbench.domain.progress import CancelToken, ProgressListener
from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.theme import LARGE, SPACE_2, SPACE_3, SPACE_4, SPACE_6, set_text_style
from workbench.ui.widgets.busy_line import BusyLine

LoadSamples = Callable[[ProgressListener, CancelToken], object]


class WelcomePage(Retranslates, QWidget):
    """``load_samples`` is None where there are none to load: then only the import is offered."""

    def __init__(
        self, desk: Desk, load_samples: LoadSamples | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._load_samples = load_samples
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.lead = QLabel(self)
        self.lead.setProperty("role", "muted")
        self.lead.setWordWrap(True)
        self.samples = _Choice(desk, "flask-outline", self._try_samples, self)
        self._may_import = may(desk.session.person, Act.IMPORT)
        self.samples.setVisible(self._may_import and load_samples is not None)
        self.file = _Choice(desk, "file-import-outline", self._ask_for_files, self)
        self.file.setVisible(self._may_import)
        self.centre = _Choice(desk, "lan-connect", self._connect, self)
        self.centre.setVisible(desk.sync is not None)
        self.drop = QLabel(self)
        self.drop.setVisible(self._may_import)
        self.drop.setProperty("role", "faint")
        self.busy = BusyLine(desk.theme, desk.language, self)

        choices = QHBoxLayout()
        choices.setSpacing(SPACE_4)
        choices.addWidget(self.samples)
        choices.addWidget(self.file)
        choices.addWidget(self.centre)
        column = QVBoxLayout()
        column.setSpacing(SPACE_3)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.lead)
        column.addSpacing(SPACE_4)
        column.addLayout(choices)
        column.addWidget(self.drop)
        column.addWidget(self.busy)
        column.addStretch(3)
        frame = QWidget(self)
        frame.setLayout(column)
        frame.setMaximumWidth(960)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_6, SPACE_6, SPACE_6, SPACE_6)
        row.addStretch(1)
        row.addWidget(frame, 4)
        row.addStretch(1)
        self.retranslate()

    def focus_first(self) -> None:
        choice = self.file if self._load_samples is None else self.samples
        choice.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.title.setText(self.tr("Nothing here yet"))
        self.lead.setText(
            self.tr(
                "Bring in activation attempts, and every failure gets its reason, its proof and "
                "what to say to the customer."
            )
            if self._may_import
            else self.tr("Your team lead or an administrator can bring in the attempts.")
        )
        self.samples.set_texts(
            self.tr("Try with sample data"),
            self.tr("Made-up customers and attempts, to see how everything goes together."),
            self.tr("Load sample data"),
        )
        self.file.set_texts(
            self.tr("Import a file"),
            self.tr("CSV or Excel as your system writes it; the columns are recognised."),
            self.tr("Choose a file…"),
        )
        self.centre.set_texts(
            self.tr("Connect to the centre"),
            self.tr("Your team's complaints on this computer, with your own login."),
            self.tr("Connect…"),
        )
        self.drop.setText(self.tr("Or drop files anywhere in this window."))

    def _ask_for_files(self) -> None:
        self._desk.acts.import_requested.emit([])

    def _connect(self) -> None:
        self._desk.acts.show_setting.emit("centre")

    def _try_samples(self) -> None:
        assert self._load_samples is not None
        load = self._load_samples
        self._set_waiting(True)
        task = self._desk.tasks.run(
            self,
            load,
            self._loaded,
            failed=self._failed,
            progress=self.busy.report,
            cancelled=lambda: self._set_waiting(False),
            writer=True,
        )
        self.busy.watch(task, lambda: self.tr("Making sample data…"))

    def _loaded(self, _: object) -> None:
        self._set_waiting(False)
        self._desk.acts.data_changed.emit()

    def _failed(self, error: object) -> None:
        self._set_waiting(False)
        self._desk.acts.error.emit(error)

    def _set_waiting(self, waiting: bool) -> None:
        if not waiting:
            self.busy.done()
        self.samples.button.setEnabled(not waiting)
        self.file.button.setEnabled(not waiting)
        self.centre.button.setEnabled(not waiting)


class _Choice(QFrame):
    def __init__(self, desk: Desk, icon: str, act: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._icon = desk.theme.icon(icon, "accent")
        self._picture = QLabel(self)
        desk.theme.changed.connect(self._draw)
        self._draw()
        self._title = QLabel(self)
        set_text_style(self._title, size=LARGE, bold=True)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setProperty("role", "muted")
        self.button = QPushButton(self)
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        column.addWidget(self._picture)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addStretch(1)
        column.addSpacing(SPACE_2)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def set_texts(self, title: str, text: str, button: str) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(button)
        self.button.setAccessibleDescription(text)

    def _draw(self) -> None:
        self._picture.setPixmap(self._icon.pixmap(QSize(32, 32), self.devicePixelRatioF()))
