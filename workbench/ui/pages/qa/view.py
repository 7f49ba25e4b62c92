"""The QA page: issues, codes that nobody has given a meaning, how failures are grouped, reviews."""

from collections.abc import Iterator

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from workbench.ui.desk import Desk
from workbench.ui.pages.qa.issues import IssuesView
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.theme import SPACE_2, SPACE_3
from workbench.ui.widgets.late_tab import LateTab, shown


class QaPage(Piecemeal):
    """All but issues are made when they are first shown."""

    def _made(self, desk: Desk) -> Iterator[None]:
        self.issues = IssuesView(desk, self, whole=False)
        yield from self.issues.parts
        yield
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self._parts: dict[str, QWidget] = {
            "issues": self.issues,
            "codes": LateTab(self._codes),
            "grouping": LateTab(self._grouping),
        }
        if desk.reviews is not None:
            self._parts["reviews"] = LateTab(self._reviews)
        for part in self._parts.values():
            self.tabs.addTab(part, "")
        self.tabs.currentChanged.connect(lambda _: self._read())
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        column.addWidget(self.tabs)
        self.retranslate()

    def focus_first(self) -> None:
        part = shown(self.tabs)
        getattr(part, "focus_first", part.setFocus)()

    def open_issue(self, key: str) -> None:
        """Show an issue, by its id."""
        self.show_tab("issues")
        self.issues.open_issue(key)

    def show_tab(self, name: str) -> QWidget:
        """'issues', 'codes', 'grouping', 'reviews'; returns what is on it."""
        self.tabs.setCurrentWidget(self._parts[name])
        return shown(self.tabs)

    def _read(self) -> None:
        part = shown(self.tabs)
        if hasattr(part, "reload"):  # what another desk changed since
            part.reload()

    def _codes(self, parent: QWidget) -> QWidget:
        from workbench.ui.pages.qa.codes import CodesView

        return CodesView(self._desk, parent)

    def _grouping(self, parent: QWidget) -> QWidget:
        from workbench.ui.pages.qa.grouping import GroupingTab

        return GroupingTab(self._desk, parent)

    def _reviews(self, parent: QWidget) -> QWidget:
        from workbench.ui.pages.qa.reviews import ReviewsTab

        assert self._desk.reviews is not None
        return ReviewsTab(self._desk, self._desk.reviews, parent)

    def retranslate(self) -> None:
        titles = {
            "issues": self.tr("Issues"),
            "codes": self.tr("Codes"),
            "grouping": self.tr("Grouping"),
            "reviews": self.tr("Reviews of calls"),
        }
        self.tabs.setAccessibleName(self.tr("QA"))
        for at, name in enumerate(self._parts):
            self.tabs.setTabText(at, titles[name])
