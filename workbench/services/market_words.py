"""A competitor and a policy in cells of a table, in both languages."""

from collections.abc import Mapping

from workbench import texts
from workbench.domain.driver import Period
from workbench.domain.market import Mentions, PolicyEffect
from workbench.domain.times import to_local
from workbench.services.change_words import points, rate_words
from workbench.services.model_words import change_words


def mention_cells(lang: str, one: Mentions, reasons: Mapping[str, str]) -> tuple[str, ...]:
    return (
        one.term.names[lang],
        f"{one.exits.hits:,}",
        rate_words(one.exits) if one.exits.of else "",
        f"{one.exits_before.hits:,}",
        change_words(one.change) if one.exits.of and one.exits_before.of else "",
        f"{len(one.complaints):,}",
        f"{one.complaints_before:,}",
        ", ".join(f"{reasons[ref]} {count:,}" for ref, count in one.reasons),
    )


def policy_cells(lang: str, one: PolicyEffect) -> tuple[str, ...]:
    scope = ", ".join(
        f"{texts.word(lang, 'field', field)} = {texts.word(lang, field, value)}"
        for field, value in one.event.equals
    )
    beyond = one.beyond
    return (
        one.event.name,
        scope or texts.text(lang, "cli.driver.everything"),
        f"{to_local(one.event.starts_at):%Y-%m-%d}",
        _days(lang, one.after),
        rate_words(one.failed[0]),
        rate_words(one.failed[1]),
        change_words(one.change),
        f"{points(one.declined[1].value - one.declined[0].value)}",
        ""
        if beyond is None
        else f"{points(beyond[1])} ({points(beyond[0])} … {points(beyond[2])})",
    )


def _days(lang: str, period: Period) -> str:
    return texts.text(lang, "market.days", days=f"{period.seconds / 86_400:.0f}")
