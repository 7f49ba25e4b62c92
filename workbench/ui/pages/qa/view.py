"""The QA page: issues of many failures, and the codes that nobody has given a meaning."""

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.qa.codes import CodesView
from workbench.ui.pages.qa.issues import IssuesView
from workbench.ui.theme import SPACE_2, SPACE_3


class QaPage(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.issues, self.codes = IssuesView(desk, self), CodesView(desk, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        for part in (self.issues, self.codes):
            self.tabs.addTab(part, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.addWidget(self.tabs)
        self.retranslate()

    def focus_first(self) -> None:
        self.tabs.currentWidget().focus_first()  # type: ignore[attr-defined]

    def open_issue(self, key: str) -> None:
        """Show an issue, by its id."""
        self.tabs.setCurrentWidget(self.issues)
        self.issues.open_issue(key)

    def retranslate(self) -> None:
        self.tabs.setTabText(0, self.tr("Issues"))
        self.tabs.setTabText(1, self.tr("Codes"))
