"""What an import of a catalogue took, and what it set aside and why."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.codes import CatalogueReport
from workbench.ui.i18n import Language
from workbench.ui.theme import SPACE_2, SPACE_4

_SHOWN = 200  # problems; the file has them all


class ReportDialog(QDialog):
    """The counts in a sentence, each row set aside with line, column and reason."""

    def __init__(
        self, report: CatalogueReport, language: Language, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Catalogue imported"))
        self.summary = QLabel(self)
        self.summary.setWordWrap(True)
        self.summary.setText(
            self.tr("Read %Ln row(s): {taken} taken, {aside} set aside.", "", report.read).format(
                taken=language.number(report.taken),
                aside=language.number(report.set_aside),
            )
        )
        self.problems = QPlainTextEdit(self)
        self.problems.setReadOnly(True)
        self.problems.setTabChangesFocus(True)
        self.problems.setAccessibleName(self.tr("Rows set aside, and why"))
        self.problems.setPlainText(
            "\n".join(language.error(problem) for problem in report.problems[:_SHOWN])
        )
        self.problems.setVisible(bool(report.problems))
        self.file = QLabel(self)
        self.file.setProperty("role", "caption")
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.file.setWordWrap(True)
        self.file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.file.setVisible(report.quarantine_file is not None)
        self.file.setText(
            self.tr("All of them, with their reasons: {file}").format(file=report.quarantine_file)
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        if report.quarantine_file is not None:
            folder = str(report.quarantine_file.parent)
            opener = buttons.addButton(
                self.tr("Open folder"), QDialogButtonBox.ButtonRole.ActionRole
            )
            opener.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_2)
        for part in (self.summary, self.problems, self.file, buttons):
            column.addWidget(part)
        self.setMinimumWidth(560)
