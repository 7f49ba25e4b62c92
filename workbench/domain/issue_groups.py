"""From counted failures to groups: fingerprints put together, and what they make of an issue."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workbench.domain.issue import Issue, IssuePlace, IssueState, whole_of
from workbench.domain.times import from_local

SPARK_DAYS = 30
FIRST_DAY = from_local(datetime(1970, 1, 1))  # where days begin to be numbered
_DAY = timedelta(days=1)
_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Tally:
    """Failures of one fingerprint and app version on one local day; ``day`` counts from 1970.
    ``first`` and ``last`` are times of the failures (UTC, naive), whenever they came in."""

    fingerprint: str
    app_version: str | None
    day: int | None  # None: of failures that name no time
    count: int
    first: datetime | None
    last: datetime | None
    cause: str | None = None


def day_of(moment: datetime) -> int:
    """The number of the local day that a time (UTC) is in."""
    return (moment - FIRST_DAY) // _DAY


def parts_of(fingerprint: str) -> dict[str, str]:
    """What failures of a fingerprint have in common, by name; first the ``grouping``'s version."""
    version, *rest = fingerprint.split("|")
    pairs = (part.partition("=") for part in rest)
    return {"grouping": version, **{name: value for name, _, value in pairs}}


def version_key(version: str) -> tuple[int, ...]:
    """Sorts 8.9 before 8.10; what is no number does not count."""
    return tuple(map(int, _NUMBERS.findall(version)))


class Why(StrEnum):
    """What made an issue come back by itself."""

    SEEN_AGAIN = "seen_again"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Standing:
    """The state that an issue is shown in. ``why``, ``at`` (UTC) and ``count`` say what brought it
    back: the latest failure after the fix, or the first day of too many and how many they were."""

    state: IssueState
    why: Why | None = None
    at: datetime | None = None
    count: int = 0


def standing(issue: Issue, tallies: Iterable[Tally]) -> Standing:
    """What the failures make of what was said of an issue. It depends on when they happened and
    never on when they came in: a late arrival from before the fix reopens nothing."""
    if issue.state is IssueState.FIXED and issue.fixed_at is not None:
        again = [t for t in tallies if t.last and t.last > issue.fixed_at and _after(issue, t)]
        if again:
            count = sum(t.count for t in again if t.first and t.first > issue.fixed_at)
            last = max(t.last for t in again if t.last)
            return Standing(IssueState.REOPENED, Why.SEEN_AGAIN, last, max(count, 1))
    if issue.state is IssueState.IGNORED and issue.ignored_at and issue.escalates_at:
        days: dict[int, int] = {}
        for tally in tallies:
            if tally.day is not None and tally.day > day_of(issue.ignored_at):
                days[tally.day] = days.get(tally.day, 0) + tally.count
        for day in sorted(days):
            if days[day] >= issue.escalates_at:
                at = FIRST_DAY + day * _DAY
                return Standing(IssueState.REOPENED, Why.ESCALATED, at, days[day])
    return Standing(issue.state)


def _after(issue: Issue, tally: Tally) -> bool:
    """Whether a failure's version has the fix; of one that names none it is not known."""
    if issue.fixed_version is None:
        return True
    if tally.app_version is None:
        return False
    return version_key(tally.app_version) >= version_key(issue.fixed_version)


def escalates_at(per_day: int | None, growth: float | None, usual: float) -> int | None:
    """The failures of one day that end the ignoring: a number, or so many times the usual."""
    if per_day is not None:
        return max(1, per_day)
    if growth is not None:
        return max(1, -int(-(growth * max(usual, 1.0)) // 1))
    return None


@dataclass(frozen=True)
class Group:
    """A row of the QA page: an issue with all its fingerprints, or one that is of none.

    ``key`` is the issue's id or the fingerprint; ``spark`` the failures of each of the last
    SPARK_DAYS days of the store, oldest first; ``customers`` are distinct ones (None: not counted
    yet), ``complaints`` those about its attempts.
    """

    key: str
    fingerprints: tuple[str, ...]
    count: int
    standing: Standing
    issue: Issue | None = None
    first: datetime | None = None
    last: datetime | None = None
    spark: tuple[int, ...] = ()
    customers: int | None = None
    complaints: int = 0
    waiting: int = 0
    cause: str | None = None  # of most of them

    @property
    def usual(self) -> float:
        """Failures a day, over the last week."""
        week = self.spark[-7:]
        return sum(week) / len(week) if week else 0.0


def placed(
    present: Iterable[str],
    places: Mapping[str, IssuePlace],
    issues: Mapping[str, Issue],
    witnessed: Mapping[str, Sequence[str]],
) -> tuple[dict[str, str], dict[str, str]]:
    """Which issue each present fingerprint is in, and those of them that took an older one's place
    (new -> old). ``witnessed`` says under which fingerprints the witnesses of a placed one, which
    is present no more, are now.

    A fingerprint that was put somewhere stays there. One that nobody put anywhere follows the one
    that its failures had: where most witnesses of a vanished one are now under it.
    """
    found: dict[str, str] = {}
    heirs: dict[str, str] = {}
    known = set(present)
    for fingerprint in known:
        place = places.get(fingerprint)
        if place is not None and place.issue_id is not None:
            found[fingerprint] = whole_of(place.issue_id, issues)
    for old in sorted(witnessed):
        now = witnessed[old]
        place = places[old]
        if old in known or place.issue_id is None or not now:
            continue
        heir = max(sorted(set(now)), key=now.count)
        if now.count(heir) * 2 > len(now) and heir in known and heir not in places:
            found.setdefault(heir, whole_of(place.issue_id, issues))
            heirs.setdefault(heir, old)
    return found, heirs


def grouped(
    tallies: Sequence[Tally], issue_of: Mapping[str, str], issues: Mapping[str, Issue]
) -> list[Group]:
    """Groups of the counted failures, most first; an issue without any stands last."""
    by_key: dict[str, list[Tally]] = {}
    for tally in tallies:
        key = issue_of.get(tally.fingerprint, tally.fingerprint)
        by_key.setdefault(key, []).append(tally)
    for issue in issues.values():
        if issue.merged_into is None:
            by_key.setdefault(issue.issue_id, [])
    last_day = max((t.day for t in tallies if t.day is not None), default=0)
    groups = [_group(key, own, issues.get(key), last_day) for key, own in by_key.items()]
    return sorted(groups, key=lambda g: (-g.count, g.key))


def _group(key: str, own: Sequence[Tally], issue: Issue | None, last_day: int) -> Group:
    days = [0] * SPARK_DAYS
    for tally in own:
        back = last_day - tally.day if tally.day is not None else SPARK_DAYS
        if back < SPARK_DAYS:
            days[-1 - back] += tally.count
    return Group(
        key,
        tuple(sorted({tally.fingerprint for tally in own})),
        sum(tally.count for tally in own),
        standing(issue, own) if issue else Standing(IssueState.NEW),
        issue,
        min((t.first for t in own if t.first), default=None),
        max((t.last for t in own if t.last), default=None),
        tuple(days),
        cause=max(own, key=lambda t: t.count).cause if own else None,
    )


def with_counts(
    groups: Sequence[Group],
    customers: Mapping[str, int],
    complaints: Mapping[str, int],
    waiting: Mapping[str, int],
) -> list[Group]:
    """The groups with what was counted by their keys."""
    return [
        replace(
            group,
            customers=customers.get(group.key, 0),
            complaints=complaints.get(group.key, 0),
            waiting=waiting.get(group.key, 0),
        )
        for group in groups
    ]


@dataclass(frozen=True)
class Regrouped:
    """What another grouping makes of one group: which groups its failures come to, most first."""

    was: Group
    becomes: tuple[tuple[Group, int], ...]

    @property
    def leaving(self) -> int:
        """Failures that leave the issue that they are in."""
        if self.was.issue is None:
            return 0
        return sum(count for group, count in self.becomes if group.key != self.was.key)


@dataclass(frozen=True)
class Regrouping:
    """What another grouping would do, before it is done. ``rows`` are the groups that come apart or
    that others come to, most failures first; ``renamed`` are as they were, but called otherwise."""

    failures: int
    before: int
    after: int
    rows: tuple[Regrouped, ...] = ()
    renamed: int = 0


def regrouping(
    counts: Iterable[tuple[str, str, int]], before: Mapping[str, Group], after: Mapping[str, Group]
) -> Regrouping:
    """From (key before, key after, failures) and the groups by their keys."""
    parts: dict[str, dict[str, int]] = {}
    sources: dict[str, set[str]] = {}
    for was, becomes, count in counts:
        if was not in before or becomes not in after:
            continue  # it came in between two countings
        own = parts.setdefault(was, {})
        own[becomes] = own.get(becomes, 0) + count
        sources.setdefault(becomes, set()).add(was)
    rows, renamed = [], 0
    for was, own in parts.items():
        if len(own) > 1 or len(sources[next(iter(own))]) > 1:
            most = sorted(own.items(), key=lambda part: (-part[1], part[0]))
            rows.append(Regrouped(before[was], tuple((after[key], n) for key, n in most)))
        elif was not in own:
            renamed += 1
    rows.sort(key=lambda row: (-row.was.count, row.was.key))
    whole = sum(sum(own.values()) for own in parts.values())
    return Regrouping(whole, len(parts), len(sources), tuple(rows), renamed)


@dataclass(frozen=True)
class Callback:
    """A customer whom an agent is to call: what he waited for is fixed. ``number`` is of the
    complaint that says so, where no agent noted it at the card."""

    issue: Issue
    agent: str | None
    customer_ref: str | None
    customer_name: str | None
    phone: str | None
    since: datetime
    number: str | None = None
    attempt_id: str | None = None


@dataclass(frozen=True)
class Known:
    """What an agent is told at the reason card of an attempt that an issue covers."""

    issue: Issue
    standing: Standing
    waits: bool  # this customer is on the list


@dataclass(frozen=True)
class Reach:
    """What an act on several groups would touch, before it is done."""

    groups: int
    issues: int
    attempts: int
    customers: int
    complaints: int
    waiting: int
    first: datetime | None = None
    last: datetime | None = None
