"""What the rule desk finds out about a pack before it is let loose: mistakes, cases, what flips."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Finding:
    """Something that lint found. ``key`` names its sentence (``lint.<key>``), ``params`` fill it;
    ``grave``: the rule cannot do what it says. ``line`` and ``column`` count from 1."""

    key: str
    rule: str
    line: int
    column: int
    grave: bool = False
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Case:
    """An attempt written beside a pack, and what must come of it. ``target`` is a rule's code, or a
    cause that must (or must not) be the principal one; ``expected`` is match, no_match or unknown.
    A fact that ``attempt`` does not name is missing. ``file`` is where it stands."""

    target: str
    expected: str
    attempt: Mapping[str, str | None] = field(hash=False)
    line: int = 1
    column: int = 1
    file: str = ""


@dataclass(frozen=True)
class CaseResult:
    """``found`` is match, no_match or unknown; for a cause what the principal one is, too."""

    case: Case
    found: str
    cause: str | None = None

    @property
    def passed(self) -> bool:
        return self.found == self.case.expected


@dataclass(frozen=True)
class RuleUse:
    """How a rule fared among the failures of a time: it held, it ranked first, it held alone."""

    code: str
    held: int
    first: int
    alone: int


@dataclass(frozen=True)
class Answer:
    """What a pack says of one attempt."""

    cause: str | None
    reason_code: str | None
    status: str


@dataclass(frozen=True)
class Changed:
    """Failures that got one answer and get another."""

    before: Answer
    after: Answer
    attempts: int
    customers: int


@dataclass(frozen=True)
class Why:
    """One rule that decides a flip: whether it held under the old pack and holds under the new one
    (None: unknown, for want of a fact). ``conditions`` are those that keep it out, as written: of
    the old pack where it comes in, else of the new one. ``change``: 'added', 'removed' or 'moved'
    where that is what was done to it."""

    code: str
    was: bool | None
    now: bool | None
    conditions: tuple[str, ...] = ()
    change: str = ""


@dataclass(frozen=True)
class Flip:
    """One attempt whose answer changes; ``occurred_at`` is UTC naive, ``customer_ref`` no identity,
    ``customer`` and ``phone`` are masked; ``complaint`` is the number of an open one about it."""

    attempt_id: str
    occurred_at: datetime | None
    customer_ref: str | None
    before: Answer
    after: Answer
    customer: str | None = None
    phone: str | None = None
    why: tuple[Why, ...] = ()
    complaint: str | None = None


@dataclass(frozen=True)
class BackTest:
    """Two packs over the same history. ``attempts`` are those that are explained at all;
    ``confusion`` counts by principal cause (before, after), also where they are equal; ``changed``
    is by whole answers, most first; ``flips`` are the newest, at most as many as were asked for."""

    old_version: str
    new_version: str
    attempts: int
    flipped: int
    customers: int
    confusion: Mapping[tuple[str | None, str | None], int] = field(hash=False)
    changed: tuple[Changed, ...] = ()
    flips: tuple[Flip, ...] = ()
    complaints: tuple[str, ...] = ()  # numbers of open ones about flipped attempts

    def by_cause(self) -> dict[str | None, tuple[int, int]]:
        """Failures of each cause before and after."""
        counts: dict[str | None, list[int]] = {}
        for (before, after), n in self.confusion.items():
            counts.setdefault(before, [0, 0])[0] += n
            counts.setdefault(after, [0, 0])[1] += n
        return {cause: (was, now) for cause, (was, now) in counts.items()}


@dataclass(frozen=True)
class Labelled:
    """A case that an agent made by disagreeing: what the card said (``found_…``), what the agent
    holds true (``chosen_…``), and what a pack says of the attempt now (None: it is not here any
    more). ``status``: 'new' until QA has 'accepted' or 'refused' it."""

    case_id: str
    number: str | None
    attempt_id: str | None
    at: datetime
    by: str
    found_cause: str | None
    found_code: str | None
    chosen_cause: str
    chosen_code: str | None
    why: str
    status: str
    now: Answer | None = None

    @property
    def right(self) -> bool | None:
        """Whether the pack agrees with the agent; None: it cannot be said."""
        if self.now is None:
            return None
        return self.now.cause == self.chosen_cause and self.chosen_code in (
            None,
            self.now.reason_code,
        )


@dataclass(frozen=True)
class Coverage:
    """Failures of a month (``month`` is its first day, local) by how sure the answer is."""

    month: str
    determined: int
    possible: int
    undetermined: int

    @property
    def share_undetermined(self) -> float:
        whole = self.determined + self.possible + self.undetermined
        return self.undetermined / whole if whole else 0.0


@dataclass(frozen=True)
class Agreement:
    """Complaints that came with a reason, by rule or by month: how many, of how many the agent
    disagreed, and how often QA agreed with the agent."""

    name: str
    complaints: int
    disagreed: int
    accepted: int

    @property
    def rate(self) -> float:
        return self.disagreed / self.complaints if self.complaints else 0.0


@dataclass(frozen=True)
class Accuracy:
    """How many of the labelled cases a version of the rules answers as labelled. ``since`` is when
    it came into use, UTC; None: it came with the program."""

    version: str
    since: datetime | None
    right: int
    cases: int

    @property
    def share(self) -> float | None:
        return self.right / self.cases if self.cases else None


@dataclass(frozen=True)
class Quality:
    """How good the answers are. ``accuracy`` by version in order of use; ``by_label`` the share of
    the version in use on the cases of each month in which they were labelled (``version`` is the
    month), oldest first as ``coverage`` and ``by_month`` are; ``by_rule`` most disagreed first; ``unmapped`` codes no catalogue
    knows, ``unmapped_share`` of failures brought one."""

    accuracy: tuple[Accuracy, ...]
    by_label: tuple[Accuracy, ...]
    coverage: tuple[Coverage, ...]
    by_month: tuple[Agreement, ...]
    by_rule: tuple[Agreement, ...]
    unmapped: int
    waiting: int  # disagreements that QA has not looked at
