"""What can be done with the chosen groups, what each act asks for, and how it is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from workbench.domain.complaint import Severity
from workbench.domain.errors import BadInput
from workbench.domain.issue import MOVES, Issue, IssueState
from workbench.domain.issue_groups import Group
from workbench.domain.people import Person
from workbench.domain.times import utc_now
from workbench.services.issue_words import because, group_title
from workbench.ui.desk import Desk
from workbench.ui.widgets.ask_form import Asked, Kind

Values = Mapping[str, object]


@dataclass(frozen=True)
class Offer:
    """``do`` runs off the GUI thread with what was asked for and returns the issue."""

    key: str
    label: str
    icon: str
    do: Callable[[Values], Issue]
    asks: Sequence[Asked] = ()
    primary: bool = False


class Offers(QObject):
    """The acts open on what is chosen, in the order in which they stand."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def of_one(self, group: Group, people: Sequence[Person]) -> list[Offer]:
        offers = [] if group.issue else [self._make(group)]
        offers += [self._move(group, to) for to in MOVES[group.standing.state]]
        if group.issue:
            offers.append(self._edit(group.issue, people))
            if len(group.fingerprints) > 1:
                offers.append(self._split(group, group.issue))
            offers.append(self._link(group.issue))
        return offers

    def of_many(self, groups: Sequence[Group]) -> list[Offer]:
        return [self._merge(groups), self._ignore(groups)]

    # one
    def _make(self, group: Group) -> Offer:
        desk = self._desk
        asks = (
            Asked("title", self.tr("Title"), Kind.LINE, value=self._title(group)),
            self._severity(Severity.NORMAL),
        )

        def do(values: Values) -> Issue:
            return desk.issues.acts.create(
                [group.key], _text(values["title"]), Severity(str(values["severity"]))
            )

        return Offer("make", self.tr("Make an issue…"), "folder-plus-outline", do, asks, True)

    def _move(self, group: Group, to: IssueState) -> Offer:
        desk = self._desk
        asks: tuple[Asked, ...] = ()
        match to:
            case IssueState.OPEN:
                label, icon = self.tr("Take up"), "play-outline"
            case IssueState.FIXED:
                label, icon = self.tr("Fixed…"), "check"
                asks = (
                    Asked("version", self.tr("In app version (empty: in all)"), Kind.LINE,
                          needed=False),
                    Asked("at", self.tr("Fixed since"), Kind.WHEN, value=utc_now()),
                    self._why(),
                )  # fmt: skip
            case IssueState.IGNORED:
                label, icon = self.tr("Ignore…"), "bell-off-outline"
                asks = (self._until(max(1, round(group.usual * 2))), self._why())
            case _:
                label, icon = self.tr("Not fixed…"), "restore"
                asks = (self._why(),)

        def do(values: Values) -> Issue:
            at = values.get("at")
            (moved,) = desk.issues.acts.move_all(
                [group.key],
                to,
                _text(values.get("why")),
                version=_text(values.get("version")) or None,
                at=at if isinstance(at, datetime) else None,
                per_day=_number(values.get("per_day")),
                called=self._title,
            )
            return moved

        first = group.issue is not None and to is MOVES[group.standing.state][0]
        return Offer(to.value, label, icon, do, asks, first)

    def _edit(self, issue: Issue, people: Sequence[Person]) -> Offer:
        acts = self._desk.issues.acts
        owners = [("", self.tr("(nobody)")), *((p.person_id, p.name) for p in people if p.active)]
        asks = (
            self._severity(issue.severity),
            Asked("owner", self.tr("Owner"), Kind.CHOICE, owners, issue.owner or "", needed=False),
            Asked("title", self.tr("Title"), Kind.LINE, value=issue.title),
        )

        def do(values: Values) -> Issue:
            return acts.edit(
                issue.issue_id,
                title=_text(values["title"]),
                severity=Severity(str(values["severity"])),
                owner=_text(values["owner"]),
            )

        return Offer("edit", self.tr("Edit…"), "pencil-outline", do, asks)

    def _split(self, group: Group, issue: Issue) -> Offer:
        lang = self._desk.language.current
        parts = [
            (f, " · ".join(value for _, value in because(lang, f)[:-1])) for f in group.fingerprints
        ]
        asks = (
            Asked("part", self.tr("Which part leaves"), Kind.CHOICE, parts, parts[0][0]),
            Asked("title", self.tr("Title of the new issue"), Kind.LINE, needed=False),
            self._why(),
        )

        def do(values: Values) -> Issue:
            return self._desk.issues.acts.split(
                issue.issue_id,
                [str(values["part"])],
                _text(values["title"]),
                _text(values["why"]),
                called=self._title,
            )

        return Offer("split", self.tr("Split…"), "call-split", do, asks)

    def _link(self, issue: Issue) -> Offer:
        desk = self._desk

        def do(values: Values) -> Issue:
            desk.issues.acts.link(issue.issue_id, _text(values["number"]))
            return issue

        asks = (Asked("number", self.tr("Complaint number"), Kind.LINE),)
        return Offer("link", self.tr("Link complaint…"), "link-variant", do, asks)

    # many
    def _merge(self, groups: Sequence[Group]) -> Offer:
        desk = self._desk
        issues = [g.issue for g in groups if g.issue]
        into = [(i.issue_id, f"{i.number} {i.title}") for i in issues]
        asks = []
        if len(issues) > 1:
            asks.append(Asked("into", self.tr("Which one stays"), Kind.CHOICE, into, into[0][0]))
        keys = [group.key for group in groups]

        def do(values: Values) -> Issue:
            into = _text(values.get("into")) or None
            return desk.issues.acts.merge(keys, into, _text(values["why"]), called=self._title)

        asks.append(self._why())
        return Offer("merge", self.tr("Merge into one issue…"), "call-merge", do, asks, True)

    def _ignore(self, groups: Sequence[Group]) -> Offer:
        desk = self._desk
        open_ = [g for g in groups if IssueState.IGNORED in MOVES[g.standing.state]]

        def do(values: Values) -> Issue:
            if not open_:
                raise BadInput("nothing_to_ignore")
            return desk.issues.acts.move_all(
                [group.key for group in open_],
                IssueState.IGNORED,
                _text(values["why"]),
                per_day=_number(values["per_day"]),
                called=self._title,
            )[-1]

        usual = max((round(g.usual * 2) for g in open_), default=1)
        asks = (self._until(max(1, usual)), self._why())
        return Offer("ignore", self.tr("Ignore all of them…"), "bell-off-outline", do, asks)

    # words
    def _title(self, group: Group) -> str:
        return group_title(self._desk.language.current, group)

    def _why(self) -> Asked:
        return Asked("why", self.tr("Why (optional)"), Kind.LINE, needed=False)

    def _until(self, most: int) -> Asked:
        label = self.tr("Until a day brings (empty: for good)")
        return Asked("per_day", label, Kind.LINE, value=most, needed=False)

    def _severity(self, value: Severity) -> Asked:
        words = [(s.value, self._desk.language.word("severity", s)) for s in Severity]
        return Asked("severity", self.tr("Severity"), Kind.CHOICE, words, value.value)


def _text(value: object) -> str:
    return str(value) if value else ""


def _number(value: object) -> int | None:
    """Raises BadInput for what is no whole number."""
    if value is None:
        return None
    try:
        found = int(str(value).replace(",", ""))
    except ValueError:
        found = 0
    if found < 1:
        raise BadInput("not_a_count", text=str(value)[:40])
    return found
