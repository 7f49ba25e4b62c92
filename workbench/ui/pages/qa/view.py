"""The QA page: issues, codes that nobody has given a meaning, how failures are grouped, reviews."""

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from workbench.ui.desk import Desk
from workbench.ui.i18n import Retranslates
from workbench.ui.pages.qa.codes import CodesView
from workbench.ui.pages.qa.grouping import GroupingTab
from workbench.ui.pages.qa.issues import IssuesView
from workbench.ui.pages.qa.reviews import ReviewsTab
from workbench.ui.theme import SPACE_2, SPACE_3


class QaPage(Retranslates, QWidget):
    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.issues, self.codes = IssuesView(desk, self), CodesView(desk, self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.grouping = GroupingTab(desk, self)
        parts: list[QWidget] = [self.issues, self.codes, self.grouping]
        if desk.reviews is not None:
            parts.append(ReviewsTab(desk, desk.reviews, self))
        for part in parts:
            self.tabs.addTab(part, "")
        self.tabs.currentChanged.connect(lambda _: self._read_grouping())
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.addWidget(self.tabs)
        self.retranslate()

    def focus_first(self) -> None:
        part = self.tabs.currentWidget()
        getattr(part, "focus_first", part.setFocus)()

    def _read_grouping(self) -> None:
        if self.tabs.currentWidget() is self.grouping:
            self.grouping.reload()

    def open_issue(self, key: str) -> None:
        """Show an issue, by its id."""
        self.tabs.setCurrentWidget(self.issues)
        self.issues.open_issue(key)

    def show_tab(self, name: str) -> None:
        """'issues', 'codes'."""
        self.tabs.setCurrentWidget(getattr(self, name))

    def retranslate(self) -> None:
        self.tabs.setAccessibleName(self.tr("QA"))
        self.tabs.setTabText(0, self.tr("Issues"))
        self.tabs.setTabText(1, self.tr("Codes"))
        self.tabs.setTabText(2, self.tr("Grouping"))
        if self.tabs.count() > 3:
            self.tabs.setTabText(3, self.tr("Reviews of calls"))
