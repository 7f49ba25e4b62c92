"""What is read out of attempts and complaints beyond counts: one object for pages and commands."""

from dataclasses import dataclass

from workbench.services.change import ChangeService
from workbench.services.forecast import ForecastService
from workbench.services.incidents import IncidentService
from workbench.services.market import MarketService
from workbench.services.risk_models import RiskModelService


@dataclass(frozen=True)
class Insight:
    change: ChangeService
    incidents: IncidentService
    models: RiskModelService
    market: MarketService
    forecast: ForecastService
