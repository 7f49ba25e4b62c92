"""How good a forecast has been, in a sentence of both languages."""

from workbench import texts
from workbench.domain.forecast import LEVEL, Forecast, Method


def backtest_line(lang: str, forecast: Forecast) -> str:
    test = forecast.backtest
    return texts.text(
        lang,
        "forecast.backtest" if forecast.method is Method.MODEL else "forecast.backtest_naive",
        weeks=test.weeks,
        error=f"{test.model_error:,.1f}",
        naive=f"{test.naive_error:,.1f}",
        gain=f"{abs(test.gain):.0%}",
        covered=f"{test.covered:.0%}",
        level=f"{LEVEL:.0%}",
    )
