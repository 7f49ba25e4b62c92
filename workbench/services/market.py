"""The watch on the market: competitors that customers name, and what policies did."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from workbench.domain.driver import Period
from workbench.domain.market import Lexicon, Mentions, PolicyEffect, mentions
from workbench.domain.people import Act
from workbench.domain.trend import TrendFilter
from workbench.services.auditing import Tables
from workbench.services.ports import AttemptStore, Records
from workbench.services.session import Session

LONGEST = timedelta(days=14)  # on either side of a policy
_COLUMNS = ("competitor", "exits", "exits_of", "exits_before", "exits_before_of", "change_low",
            "change_high", "complaints", "complaints_before", "reasons")  # fmt: skip


class MarketService:
    """``lexicon`` reads the words, the site's own before the shipped ones; it raises BadInput.
    Blocks: never on the GUI thread."""

    def __init__(
        self,
        attempts: AttemptStore,
        records: Records,
        session: Session,
        lexicon: Callable[[], Lexicon],
        tables: Tables,
    ) -> None:
        self._attempts, self._records = attempts, records
        self._session, self._lexicon, self._tables = session, lexicon, tables

    def named(self, now: Period, before: Period) -> list[Mentions]:
        """Competitors named in exit reasons and complaints, most named first. Raises BadInput."""
        self._session.require(Act.SEE_TRENDS)
        with self._records.unit_of_work() as uow:
            told = uow.complaints.told(min(now.start, before.start))
        return mentions(
            self._lexicon(),
            self._attempts.exits(now),
            self._attempts.exits(before),
            [one for one in told if now.start <= one.at < now.end],
            [one for one in told if before.start <= one.at < before.end],
        )

    def policies(self) -> list[PolicyEffect]:
        """Each policy of the events, the youngest first: up to two weeks since it began, against
        as long before it."""
        self._session.require(Act.SEE_TRENDS)
        newest = self._attempts.span()[2]
        found = []
        for event in reversed(self._attempts.events()):
            ends = [at for at in (event.ends_at, newest) if at is not None]
            length = min([LONGEST, *(at - event.starts_at for at in ends)])
            if event.kind != "policy" or newest is None or length <= timedelta():
                continue
            before = Period(event.starts_at - length, event.starts_at)
            after = Period(event.starts_at, event.starts_at + length)
            counts = self._attempts.policy_effect(event, before, after)
            found.append(PolicyEffect(event, before, after, *counts))
        return found

    @staticmethod
    def where(one: Mentions, now: Period) -> TrendFilter:
        """The attempts whose reason names it."""
        return TrendFilter(now.start, now.end, (("exit_reason", one.exit_reasons),))

    def export(self, path: Path, found: list[Mentions], lang: str) -> int:
        """The competitors as a table; returns how many."""
        self._session.require(Act.EXPORT)
        names = {reason.id: reason.names[lang] for reason in self._lexicon().reasons}
        rows = [
            [
                m.term.names[lang],
                m.exits.hits,
                m.exits.of,
                m.exits_before.hits,
                m.exits_before.of,
                *(round(side, 4) for side in m.change),
                len(m.complaints),
                m.complaints_before,
                ", ".join(f"{names[ref]} {count}" for ref, count in m.reasons),
            ]
            for m in found
        ]
        return self._tables.write("market", path, _COLUMNS, rows)

    def reason_names(self, lang: str) -> dict[str, str]:
        self._session.require(Act.SEE_TRENDS)
        return {reason.id: reason.names[lang] for reason in self._lexicon().reasons}
