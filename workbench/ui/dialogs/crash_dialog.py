"""Said after a crash: what is safe, where the report is, and how to go on."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QProcess, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.ui.theme import SPACE_2, SPACE_4, SPACE_6


class CrashDialog(QDialog):
    """``exec`` returns when the person chose to go on; restarting quits the program."""

    def __init__(
        self,
        report: Path | None,
        parent: QWidget | None = None,
        *,
        drafts: int = 0,
        keep_place: Callable[[], object] = lambda: None,
    ) -> None:
        """``drafts``: how many unfinished complaints are kept; ``keep_place`` is called before a
        restart, so that it ends where this began."""
        super().__init__(parent)
        self._keep_place = keep_place
        self.setWindowTitle(self.tr("Something went wrong"))
        title = QLabel(self.tr("Something went wrong in the workbench"), self)
        title.setProperty("role", "heading")
        saved = QLabel(
            self.tr(
                "What you saved is safe. What you were typing is kept as a draft, and is offered "
                "again after a restart."
            ),
            self,
        )
        saved.setWordWrap(True)
        self.drafts = QLabel(self.tr("%Ln unfinished draft(s) kept", "", drafts), self)
        self.drafts.setProperty("role", "muted")
        self.drafts.setVisible(drafts > 0)
        self.path = QLineEdit(str(report or ""), self)
        self.path.setReadOnly(True)
        self.path.setAccessibleName(self.tr("Path of the report"))
        self.where = QLabel(
            self.tr("A report without customers' data was written. Please give it to support:")
            if report
            else self.tr("No report could be written: the disk may be full or protected."),
            self,
        )
        self.where.setWordWrap(True)
        self.path.setVisible(report is not None)
        folder = QPushButton(self.tr("Open folder"), self)
        folder.setVisible(report is not None)
        folder.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.path.text()).parent)))
        )
        go_on = QPushButton(self.tr("Go on"), self)
        go_on.clicked.connect(self.reject)
        self.restart = QPushButton(self.tr("Restart"), self)
        self.restart.setProperty("role", "primary")
        self.restart.setDefault(True)
        self.restart.clicked.connect(self._restart)

        buttons = QHBoxLayout()
        buttons.addWidget(folder)
        buttons.addStretch(1)
        buttons.addWidget(go_on)
        buttons.addWidget(self.restart)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_6, SPACE_4, SPACE_6, SPACE_4)
        column.setSpacing(SPACE_2)
        for widget in (title, saved, self.drafts, self.where, self.path):
            column.addWidget(widget)
        column.addSpacing(SPACE_4)
        column.addLayout(buttons)
        self.setMinimumWidth(520)

    def _restart(self) -> None:
        """The same program with the same words; the profile's lock goes with this process."""
        self._keep_place()
        self.accept()
        app = QCoreApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(restart_program)
        app.quit()


def restart_command() -> list[str]:
    """How this process was started, from source or frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *sys.argv[1:]]
    return [sys.executable, *sys.orig_argv[1:]]


def restart_program() -> None:
    program, *words = restart_command()
    QProcess.startDetached(program, words)
