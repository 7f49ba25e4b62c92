"""Trends as the window shows it: the overview and, beside it, tabs that are made when first shown."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module

from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from workbench.domain.trend import TrendFilter
from workbench.ui.desk import Desk
from workbench.ui.pages.trends.view import TrendsPage
from workbench.ui.piecemeal import Piecemeal
from workbench.ui.widgets.late_tab import LateTab, shown

_TABS = {  # name: module, class
    "why": ("why", "WhyTab"),
    "incidents": ("incidents", "IncidentsTab"),
    "models": ("models", "ModelsTab"),
    "market": ("market", "MarketTab"),
    "forecast": ("forecast", "ForecastTab"),
}


class Trends(Piecemeal):
    def _made(self, desk: Desk) -> Iterator[None]:
        self.tabs = QTabWidget(self)
        self.overview = TrendsPage(desk, self.tabs.findChild(QStackedWidget), whole=False)
        yield from self.overview.parts
        self.overview.incident_wanted.connect(self.show_incident)
        yield
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.overview, "")
        self._names = ["overview", *(_TABS if desk.insight is not None else ())]
        for name in self._names[1:]:
            tab = LateTab(partial(self._make, name))
            tab.setObjectName(name)
            self.tabs.addTab(tab, "")
        self.tabs.tabBar().setVisible(len(self._names) > 1)
        self.tabs.currentChanged.connect(lambda _: shown(self.tabs))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.retranslate()

    def show_tab(self, name: str) -> QWidget:
        """Bring a tab to the front, made if it is not there yet; the overview where there is none."""
        at = self._names.index(name) if name in self._names else 0
        self.tabs.setCurrentIndex(at)
        return shown(self.tabs)

    def show_incident(self, incident_id: str) -> None:
        from workbench.ui.pages.trends.tabs.incidents import IncidentsTab

        tab = self.show_tab("incidents")
        assert isinstance(tab, IncidentsTab)
        tab.show_incident(incident_id)

    # what the window and the tour ask of the overview
    def focus_first(self) -> None:
        if self.tabs.currentWidget() is self.overview:
            self.overview.focus_first()

    def show_rows(self, where: TrendFilter) -> None:
        self.tabs.setCurrentWidget(self.overview)
        self.overview.show_rows(where)

    def open_tallest_bar(self) -> int:
        self.tabs.setCurrentWidget(self.overview)
        return self.overview.open_tallest_bar()

    def rows_shown(self) -> int:
        return self.overview.rows_shown()

    def __getattr__(self, name: str) -> object:
        """Whatever else is asked of the page is asked of the overview."""
        if name.startswith("_") or name in ("overview", "tabs"):
            raise AttributeError(name)
        return getattr(self.overview, name)

    def _make(self, name: str, parent: QWidget) -> QWidget:
        module, view = _TABS[name]
        made: Callable[[Desk, QWidget], QWidget] = getattr(
            import_module(f"workbench.ui.pages.trends.tabs.{module}"), view
        )
        return made(self._desk, parent)

    def retranslate(self) -> None:
        titles = {
            "overview": self.tr("Overview"),
            "why": self.tr("Why"),
            "incidents": self.tr("Incidents"),
            "models": self.tr("Risk models"),
            "market": self.tr("Market"),
            "forecast": self.tr("Forecast"),
        }
        self.tabs.setAccessibleName(self.tr("Trends"))
        for at, name in enumerate(self._names):
            self.tabs.setTabText(at, titles[name])
