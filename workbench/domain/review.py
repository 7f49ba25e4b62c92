"""Reviews of calls: which complaints are drawn, by what they are scored, and what comes of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from workbench.domain.complaint import Severity
from workbench.domain.errors import BadInput

NEW_FOR = timedelta(days=30)
MOST = 500  # complaints of one draw


class DrawRule(StrEnum):
    RANDOM = "random"
    RISKY = "risky"
    NEW_AGENT = "new_agent"


class Stratum(StrEnum):
    """By what a draw is spread, so that nobody and nothing is left out."""

    AGENT = "agent"
    CAUSE = "cause"


@dataclass(frozen=True)
class Call:
    """A complaint as it may be drawn: ``agent`` took it, ``first_at`` is that agent's first."""

    complaint_id: str
    number: str
    agent: str
    cause: str | None
    at: datetime
    first_at: datetime
    severity: str = Severity.NORMAL
    reputation: bool = False
    reopenings: int = 0
    satisfaction: int | None = None

    @property
    def risks(self) -> tuple[str, ...]:
        """Why it is a risky one; none: it is not."""
        held = {
            "severe": self.severity in (Severity.HIGH, Severity.CRITICAL),
            "public": self.reputation,
            "reopened": self.reopenings > 0,
            "unhappy": self.satisfaction is not None and self.satisfaction <= 2,
        }
        return tuple(name for name, holds in held.items() if holds)

    def fits(self, rule: DrawRule) -> bool:
        if rule is DrawRule.RISKY:
            return bool(self.risks)
        return rule is DrawRule.RANDOM or self.at - self.first_at <= NEW_FOR


@dataclass(frozen=True)
class Drawn:
    """One complaint of a draw."""

    complaint_id: str
    number: str
    agent: str
    cause: str | None
    at: datetime
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draw:
    """What was drawn, and all that is needed to draw it again. ``population``: how many the rule
    held for, from ``start`` until before ``end``."""

    draw_id: str
    at: datetime
    by: str
    rule: DrawRule
    stratum: Stratum
    seed: str
    start: datetime
    end: datetime
    population: int
    calls: tuple[Drawn, ...]


@dataclass(frozen=True)
class Item:
    """One question of a scorecard: 0 … ``best`` points, ``weight`` in the total. A ``critical`` one
    that gets 0 makes the whole review 0."""

    id: str
    title: Mapping[str, str] = field(hash=False)
    best: int
    weight: float
    critical: bool = False
    help: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Scorecard:
    version: str
    items: tuple[Item, ...]

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "Scorecard":
        """Raises KeyError, TypeError, ValueError for what is no scorecard."""
        rows = body["items"]
        if not isinstance(rows, list) or not rows:
            raise ValueError("items")
        items = tuple(
            Item(
                str(row["id"]),
                {lang: str(row["title"][lang]) for lang in ("zh", "en")},
                int(row.get("best", 2)),
                float(row.get("weight", 1)),
                bool(row.get("critical", False)),
                {lang: str(text) for lang, text in row.get("help", {}).items()},
            )
            for row in rows
        )
        if len({item.id for item in items}) != len(items):
            raise ValueError("two items of one id")
        if any(item.best < 1 or item.weight <= 0 for item in items):
            raise ValueError("best and weight are above 0")
        return cls(str(body["version"]), items)

    def item(self, item_id: str) -> Item:
        """Raises BadInput('no_such_card_item')."""
        for item in self.items:
            if item.id == item_id:
                return item
        known = " ".join(item.id for item in self.items)
        raise BadInput("no_such_card_item", item=item_id[:40], known=known)

    def total(self, scores: Mapping[str, int | None]) -> float | None:
        """0 … 100 over the items that apply; None where none does."""
        applied = [item for item in self.items if scores.get(item.id) is not None]
        if not applied:
            return None
        if any(item.critical and scores[item.id] == 0 for item in applied):
            return 0.0
        reached = sum(item.weight * (scores[item.id] or 0) / item.best for item in applied)
        return round(100 * reached / sum(item.weight for item in applied), 1)

    def check(self, scores: Mapping[str, int | None], comments: Mapping[str, str]) -> None:
        """Every item is scored or said not to apply; what is not full marks has its evidence.
        Raises BadInput('no_such_card_item', 'score_missing', 'score_out_of_range', 'score_unproven')."""
        for item_id in (*scores, *comments):
            self.item(item_id)
        for item in self.items:
            if item.id not in scores:
                raise BadInput("score_missing", item=item.id)
            score = scores[item.id]
            if score is not None and not 0 <= score <= item.best:
                raise BadInput("score_out_of_range", item=item.id, best=item.best)
            if score is not None and score < item.best and not comments.get(item.id, "").strip():
                raise BadInput("score_unproven", item=item.id)


@dataclass(frozen=True)
class Review:
    """One reviewer's scores of one call; None: the item does not apply. ``call`` is the complaint's
    number then. ``card`` is the version of
    the scorecard, ``agent``, ``cause`` and ``called_at`` those of the complaint then."""

    review_id: str
    complaint_id: str
    call: str
    agent: str
    cause: str | None
    called_at: datetime
    reviewer: str
    at: datetime
    card: str
    scores: Mapping[str, int | None] = field(hash=False)
    comments: Mapping[str, str] = field(hash=False)
    total: float | None
    note: str = ""
    draw_id: str | None = None


@dataclass(frozen=True)
class ReviewAnswer:
    """What the agent says to a review of an own call."""

    answer_id: str
    review_id: str
    complaint_id: str
    agent: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Result:
    """Of one agent or cause: ``mean`` of the totals (None: none), ``failed`` by a critical item,
    ``items``: share of the points reached, by item."""

    name: str
    reviews: int
    calls: int
    mean: float | None
    failed: int
    answers: int
    items: Mapping[str, float] = field(default_factory=dict, hash=False)


def draw(
    calls: Sequence[Call], rule: DrawRule, stratum: Stratum, size: int, seed: str
) -> tuple[int, list[Drawn]]:
    """How many the rule holds for, and those drawn, by time. The same calls and seed give the same
    ones in whatever order they come: each stratum gets its share (largest remainders, at least one
    where there is room), and in it those whose keyed hash is smallest."""
    fitting = [call for call in calls if call.fits(rule)]
    strata: dict[str, list[Call]] = {}
    for call in fitting:
        strata.setdefault(getattr(call, stratum.value) or "", []).append(call)
    chosen: list[Call] = []
    for name, quota in _quotas({n: len(those) for n, those in strata.items()}, size, seed).items():
        ordered = sorted(strata[name], key=lambda call: _lot(seed, call.complaint_id))
        chosen += ordered[:quota]
    chosen.sort(key=lambda call: (call.at, call.complaint_id))
    return len(fitting), [
        Drawn(c.complaint_id, c.number, c.agent, c.cause, c.at, c.risks) for c in chosen
    ]


def _quotas(sizes: Mapping[str, int], size: int, seed: str) -> dict[str, int]:
    every = sum(sizes.values())
    size = min(size, every)
    if not size:
        return {}
    by_lot = sorted(sizes, key=lambda name: _lot(seed, name))
    quotas = dict.fromkeys(sizes, 1 if size >= len(sizes) else 0)
    shares = {name: size * count / every for name, count in sizes.items()}
    while sum(quotas.values()) < size:
        open_ones = [name for name in by_lot if quotas[name] < sizes[name]]
        furthest = max(open_ones, key=lambda name: shares[name] - quotas[name])
        quotas[furthest] += 1
    return quotas


def _lot(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{name}".encode()).digest()


def results(
    reviews: Sequence[Review], answers: Sequence[ReviewAnswer], by: Stratum, card: Scorecard
) -> list[Result]:
    """Lowest mean first; those without one last. Shares by item are of this version's items, over
    the reviews that were made with it."""
    answered = {answer.review_id for answer in answers}
    groups: dict[str, list[Review]] = {}
    for review in reviews:
        groups.setdefault(getattr(review, by.value) or "", []).append(review)
    made = []
    for name, own in groups.items():
        totals = [review.total for review in own if review.total is not None]
        items = {}
        for item in card.items:
            points = [r.scores.get(item.id) for r in own if r.card == card.version]
            given = [point for point in points if point is not None]
            if given:
                items[item.id] = round(sum(given) / (len(given) * item.best), 3)
        made.append(
            Result(
                name,
                len(own),
                len({review.complaint_id for review in own}),
                round(sum(totals) / len(totals), 1) if totals else None,
                sum(_failed(review, card) for review in own),
                sum(review.review_id in answered for review in own),
                items,
            )
        )
    return sorted(made, key=lambda r: (r.mean is None, r.mean or 0, r.name))


def _failed(review: Review, card: Scorecard) -> bool:
    critical = [item.id for item in card.items if item.critical]
    return any(review.scores.get(item_id) == 0 for item_id in critical)
