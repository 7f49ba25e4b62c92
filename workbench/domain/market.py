"""Who customers name when they leave or complain, and what a policy did to those it covers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from workbench.domain.driver import Period
from workbench.domain.event import DatedEvent
from workbench.domain.rates import Rate, Z, difference
from workbench.domain.told import Told


@dataclass(frozen=True)
class Term:
    """A product or a reason with its names by language and the words that mean it."""

    id: str
    names: Mapping[str, str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    competitors: tuple[Term, ...]
    reasons: tuple[Term, ...]

    @classmethod
    def from_json(cls, body: Mapping[str, Sequence[Mapping[str, object]]]) -> "Lexicon":
        """Raises KeyError, TypeError, ValueError for another shape."""

        def term(row: Mapping[str, object]) -> Term:
            words = row["words"]
            if not isinstance(words, list) or not all(words):
                raise ValueError(f"words of {row['id']}")
            folded = tuple(str(word).casefold() for word in words)
            return Term(str(row["id"]), {lang: str(row[lang]) for lang in ("zh", "en")}, folded)

        return cls(*(tuple(map(term, body[kind])) for kind in ("competitors", "reasons")))

    def named(self, text: str) -> list[str]:
        """Ids of the competitors that a text names, each once; of words within one another the
        longest counts (美团月付 is not 月付)."""
        return _found(self.competitors, text)

    def reasons_in(self, text: str) -> list[str]:
        return _found(self.reasons, text)


def _found(terms: Sequence[Term], text: str) -> list[str]:
    rest, found = text.casefold(), []
    pairs = sorted(((w, t.id) for t in terms for w in t.words), key=lambda p: -len(p[0]))
    for word, ref in pairs:
        if word in rest:
            rest = rest.replace(word, "\0")
            if ref not in found:
                found.append(ref)
    return found


@dataclass(frozen=True)
class Mentions:
    """One competitor in a period and in the one before. ``exits``: of the attempts that were left
    with a reason, those that name it. ``exit_reasons`` are the customers' own words;
    ``complaints`` those of the period that name it."""

    term: Term
    exits: Rate
    exits_before: Rate
    complaints: tuple[Told, ...]
    complaints_before: int
    reasons: tuple[tuple[str, int], ...]  # most frequent first
    exit_reasons: tuple[str, ...] = field(default=())

    @property
    def change(self) -> tuple[float, float]:
        """Of the share of exits, with 95 %."""
        return difference(self.exits, self.exits_before)


def mentions(
    lexicon: Lexicon,
    exits: Sequence[tuple[str, int]],
    exits_before: Sequence[tuple[str, int]],
    complaints: Sequence[Told],
    complaints_before: Sequence[Told],
) -> list[Mentions]:
    """Of every competitor that is named at all; most named first. ``exits``: reason, times."""
    counted, totals = [Counter[str](), Counter[str]()], [0, 0]
    words: dict[str, list[str]] = {}
    why: dict[str, Counter[str]] = {}
    for side, rows in enumerate((exits, exits_before)):
        for text, times in rows:
            totals[side] += times
            for ref in lexicon.named(text):
                counted[side][ref] += times
                if side == 0:
                    words.setdefault(ref, []).append(text)
                    for reason in lexicon.reasons_in(text):
                        why.setdefault(ref, Counter())[reason] += times
    told: dict[str, list[Told]] = {}
    for one in complaints:
        text = _text(one)
        for ref in lexicon.named(text):
            told.setdefault(ref, []).append(one)
            for reason in lexicon.reasons_in(text):
                why.setdefault(ref, Counter())[reason] += 1
    before = Counter(ref for one in complaints_before for ref in lexicon.named(_text(one)))
    found = [
        Mentions(
            term,
            Rate(counted[0][term.id], totals[0]),
            Rate(counted[1][term.id], totals[1]),
            tuple(told.get(term.id, ())),
            before[term.id],
            tuple(why.get(term.id, Counter()).most_common()),
            tuple(words.get(term.id, ())),
        )
        for term in lexicon.competitors
    ]
    seen = [
        m
        for m in found
        if m.exits.hits or m.complaints or m.exits_before.hits or m.complaints_before
    ]
    return sorted(seen, key=lambda m: -(m.exits.hits + len(m.complaints)))


def _text(one: Told) -> str:
    return f"{one.competitor or ''} {one.description}"


@dataclass(frozen=True)
class PolicyEffect:
    """Failures and declines of those a policy covers, before it and since, beside all others.
    ``beyond`` is the change of the covered beyond that of the others, with 95 %; None where one
    of the four has no attempts."""

    event: DatedEvent
    before: Period
    after: Period
    failed: tuple[Rate, Rate]
    declined: tuple[Rate, Rate]
    others_failed: tuple[Rate, Rate]

    @property
    def change(self) -> tuple[float, float]:
        return difference(self.failed[1], self.failed[0])

    @property
    def beyond(self) -> tuple[float, float, float] | None:
        """(low, middle, high)."""
        four = (*self.failed, *self.others_failed)
        if not self.event.scope or not all(rate.of for rate in four):
            return None
        was, now, others_was, others_now = (rate.value for rate in four)
        middle = (now - was) - (others_now - others_was)
        reach = Z * sqrt(sum(rate.value * (1 - rate.value) / rate.of for rate in four))
        return middle - reach, middle, middle + reach
