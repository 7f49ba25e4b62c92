"""What the rules page decides, without a window: what a check says, what may be done with a version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.domain.errors import BadInput
from workbench.domain.people import Act, Person, may
from workbench.domain.rule_desk import CaseResult, Finding, Labelled, RuleUse
from workbench.domain.rule_release import Release, ReleaseState
from workbench.domain.taxonomy import GROUP_OF, Action, Cause, Owner, Symptom
from workbench.services.rule_desk import RuleDesk

if TYPE_CHECKING:
    from workbench.rules.pack import Rule, RulePack

IN_USE = ""  # names the pack in use among the versions
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)
_KEYS = (
    *("code", "symptom", "cause", "priority", "when", "unless", "rivals", "owner", "action"),
    *("cooldown", "attempts_cap", "suppressed", "texts", "agent", "customer", "never_say"),
    *("next_steps", "note", "cases", "match", "no_match", "unknown"),
)


@dataclass(frozen=True)
class Opened:
    """A pack as it is opened: ``release`` None where it came with the program."""

    text: str
    cases: str
    release: Release | None
    current: Release | None
    versions: tuple[Release, ...]
    shipped: str  # the version that came with the program


@dataclass(frozen=True)
class Checked:
    """What a text is worth. ``error``: it cannot be read, and the rest says nothing then;
    ``case_error``: its cases cannot."""

    error: BadInput | None = None
    pack: "RulePack | None" = None
    findings: tuple[Finding, ...] = ()
    uses: tuple[RuleUse, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    labelled: tuple[Labelled, ...] = ()
    case_error: BadInput | None = None

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        return tuple(case for case in self.cases if not case.passed)

    @property
    def disputed(self) -> int:
        """How many of the accepted disagreements it answers otherwise."""
        return sum(c.status == "accepted" and c.right is False for c in self.labelled)

    @property
    def clean(self) -> bool:
        """Whether it may go into the shadow."""
        grave = any(f.grave for f in self.findings)
        return not (self.error or self.case_error or grave or self.failed or self.disputed)


def check(rules: RuleDesk, text: str, cases: str) -> Checked:
    """Runs in a worker."""
    try:
        pack = rules.read(text)
    except BadInput as error:
        return Checked(error=error)
    results: tuple[CaseResult, ...] = ()
    case_error = None
    try:
        results = tuple(rules.test(text, cases))
    except BadInput as error:
        case_error = error
    return Checked(
        None,
        pack,
        tuple(rules.lint(text)),
        tuple(rules.use_of_rules(text)),
        results,
        tuple(rules.labelled.all(pack)),
        case_error,
    )


def open_pack(rules: RuleDesk, version: str) -> Opened:
    """Runs in a worker."""
    versions, current = tuple(rules.releases()), rules.current_release()
    release = current if version == IN_USE else _named(versions, version)
    if release is not None:
        text, cases = release.text, release.cases
    else:
        text, cases = rules.current() if version == IN_USE else rules.text_of(version)
    return Opened(text, cases, release, current, versions, rules.shipped_version)


def _named(versions: Sequence[Release], version: str) -> Release | None:
    return next((r for r in versions if r.version == version), None)


@dataclass(frozen=True)
class Group:
    """The rules of a cause, each with how it fared among the failures of the last 30 days;
    ``count`` is how many of those the cause decides."""

    cause: str
    rules: tuple[tuple["Rule", RuleUse], ...]
    count: int = field(default=0)


def grouped(pack: "RulePack", uses: Sequence[RuleUse]) -> list[tuple[str, list[Group]]]:
    """By cause group and cause, in the order of the taxonomy."""
    used = {use.code: use for use in uses}
    made: dict[str, list[Group]] = {}
    for cause in Cause:
        rules = tuple(
            (r, used.get(r.code, RuleUse(r.code, 0, 0, 0))) for r in pack.rules if r.cause == cause
        )
        if rules:
            group = Group(cause.value, rules, sum(use.first for _, use in rules))
            made.setdefault(GROUP_OF[cause].value, []).append(group)
    return list(made.items())


def words(pack: "RulePack | None", functions: str) -> list[str]:
    """What completion offers: fields first of all, then functions, keys and coded values."""
    fields = list(pack.fields) if pack is not None else []
    coded = [*Cause, *Symptom, *Owner, *Action]
    rules = [rule.code for rule in pack.rules] if pack is not None else []
    found = [*fields, *functions.split(", "), *_KEYS, *map(str, coded), *rules]
    return sorted(dict.fromkeys(found), key=str.lower)


def acts(release: Release | None, current: Release | None, person: Person) -> frozenset[str]:
    """What the person may do with a version: 'shadow', 'approve', 'publish', 'withdraw',
    'rollback', 'differences'."""
    if release is None:
        return frozenset()
    edits, releases = may(person, Act.EDIT_RULES), may(person, Act.RELEASE_RULES)
    found = set()
    if release.state is ReleaseState.DRAFT and edits:
        found |= {"shadow", "withdraw"}
    elif release.state is ReleaseState.SHADOW:
        found.add("differences")
        if edits:
            found.add("withdraw")
        if releases and release.author != person.person_id:
            found.add("approve")
    elif release.state is ReleaseState.APPROVED:
        found.add("differences")
        if edits:
            found.add("withdraw")
        if releases:
            found.add("publish")
    elif release.state is ReleaseState.PUBLISHED and edits:
        found.add("rollback" if release == current else "withdraw")
    return frozenset(found)


def next_version(version: str, taken: Sequence[str]) -> str:
    """2026.11.1 → 2026.11.2, further where that is taken."""
    while True:
        tail = re.search(r"(\d+)$", version)
        version = (
            f"{version[: tail.start()]}{int(tail[1]) + 1}" if tail is not None else f"{version}.1"
        )
        if version not in taken:
            return version


def with_version(text: str, version: str) -> str:
    return _VERSION.sub(lambda _: f'version: "{version}"', text, count=1)
