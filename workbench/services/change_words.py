"""What changed, in words and in both languages."""

from workbench import texts
from workbench.domain.driver import Driver, RateChange
from workbench.domain.rates import Rate


def slice_words(lang: str, driver: Driver) -> str:
    """``Channel = H5 · Step = Face check``; everything where no field is named."""
    if not driver.slice:
        return texts.text(lang, "cli.driver.everything")
    missing = texts.text(lang, "cli.driver.missing")
    return " · ".join(
        f"{texts.word(lang, 'field', field)} = "
        + (texts.word(lang, field, value) if value is not None else missing)
        for field, value in driver.slice
    )


def rate_line(lang: str, change: RateChange) -> str:
    """The failure rate before and now with intervals, and how much of the change is mix."""
    said = texts.text(
        lang,
        "change.rate",
        before=rate_words(change.before),
        now=rate_words(change.now),
        points=points(change.now.value - change.before.value),
    )
    split = change.telling
    if split is None:
        return said
    return said + texts.text(
        lang,
        "change.split",
        field=texts.word(lang, "field", split.field),
        mix=points(split.mix),
        rate=points(split.rate),
    )


def rate_words(rate: Rate) -> str:
    """12.3 % (11.0–13.7)."""
    low, high = rate.interval
    return f"{rate.value:.1%} ({100 * low:.1f}–{100 * high:.1f})"


def points(share: float) -> str:
    """Percentage points with their sign."""
    return f"{round(100 * share, 1) + 0.0:+.1f}"
