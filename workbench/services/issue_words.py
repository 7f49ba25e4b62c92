"""Issues in words, for the window, the command line and whoever files a ticket."""

from dataclasses import dataclass
from datetime import datetime

from workbench import texts
from workbench.domain.issue import Issue, IssueEvent, IssueState
from workbench.domain.issue_groups import Group, Regrouped, Regrouping, Standing, Why, parts_of
from workbench.domain.times import local_text

_FIELDS = {"reason": "reason_code", "step": "step", "version": "app_version", "code": "error_code"}


def because(lang: str, fingerprint: str) -> list[tuple[str, str]]:
    """(what, value) of all that the failures of a fingerprint have in common."""
    found = []
    version, *parts = parts_of(fingerprint).items()
    for name, value in (*parts, version):
        label = texts.catalogue(lang).get(f"issue.part.{name}")
        if label is None:
            label = texts.word(lang, "field", name)
        word = texts.word(lang, "step", value) if name == "step" else value
        found.append((label, texts.word(lang, "symptom", word) if name == "reason" else word))
    return found


def group_title(lang: str, group: Group) -> str:
    """What a group is called: an issue by its title, other failures by what they share."""
    if group.issue is not None:
        return group.issue.title
    if not group.fingerprints:
        return group.key
    parts = parts_of(group.fingerprints[0])
    words = [
        texts.word(lang, "cause", group.cause) if group.cause else "",
        parts.get("code", ""),
        texts.word(lang, "step", parts.get("step")),
        parts.get("version", ""),
    ]
    return " · ".join(word for word in words if word) or group.fingerprints[0]


def standing_words(lang: str, standing: Standing) -> str:
    """The state, and what brought it back where the failures did."""
    state = texts.word(lang, "issue.state", standing.state)
    if standing.why is None:
        return state
    day = local_text(standing.at)
    shown = day[:16] if standing.why is Why.SEEN_AGAIN else day[:10]
    return texts.text(
        lang, f"issue.why.{standing.why}", state=state, at=shown, count=f"{standing.count:,}"
    )


def regrouping_words(lang: str, would: Regrouping) -> str:
    """What another grouping would do to all of them, in one sentence."""
    issues = sum(row.was.issue is not None for row in would.rows)
    leaving = sum(row.leaving for row in would.rows)
    said = texts.text(
        lang, "issue.would", failures=f"{would.failures:,}", before=f"{would.before:,}",
        after=f"{would.after:,}", changed=f"{len(would.rows):,}", renamed=f"{would.renamed:,}",
    )  # fmt: skip
    if issues:
        said += " " + texts.text(
            lang, "issue.would_issues", issues=f"{issues:,}", leaving=f"{leaving:,}"
        )
    return said


def becomes_words(lang: str, row: Regrouped, limit: int = 4) -> str:
    """What another grouping makes of a group: where its failures go, and how many."""
    said = []
    for group, count in row.becomes[:limit]:
        name = _apart(lang, row, group)
        said.append(f"{name} {count:,}")
    if len(row.becomes) > limit:
        rest = sum(count for _, count in row.becomes[limit:])
        said.append(
            texts.text(lang, "issue.and_more", count=len(row.becomes) - limit, failures=f"{rest:,}")
        )
    return " · ".join(said)


def _apart(lang: str, row: Regrouped, group: Group) -> str:
    """What tells a group from the others: an issue its number, else what it alone says."""
    if group.issue is not None:
        return group.issue.number
    if not group.fingerprints:
        return group.key
    known = set(because(lang, row.was.fingerprints[0])) if row.was.fingerprints else set()
    parts = because(lang, group.fingerprints[0])[:-1]
    rule = texts.text(lang, "issue.part.rule")
    own = [value for label, value in parts if label != rule and (label, value) not in known]
    return " ".join(own or [value for _, value in parts])


def fix_words(lang: str, issue: Issue) -> str:
    """Since when it is fixed, or until when it is ignored; '' where neither."""
    if issue.state is IssueState.FIXED:
        at = local_text(issue.fixed_at)[:16]
        key = "issue.fixed_in" if issue.fixed_version else "issue.fixed_since"
        return texts.text(lang, key, at=at, version=issue.fixed_version or "")
    if issue.state is IssueState.IGNORED:
        key = "issue.ignored_until" if issue.escalates_at else "issue.ignored"
        return texts.text(lang, key, count=issue.escalates_at or 0)
    return ""


def event_words(lang: str, event: IssueEvent) -> str:
    """One row of history as a sentence."""
    words = texts.word(lang, "issue.event", event.kind)
    more: list[str] = []
    if event.to_state and event.from_state:
        states = (texts.word(lang, "issue.state", s) for s in (event.from_state, event.to_state))
        more.append(" → ".join(states))
    changes = event.detail.get("changes")
    if isinstance(changes, dict):
        if (changes.get("fixed_at") or [None, None])[1]:
            at = datetime.fromisoformat(changes["fixed_at"][1])
            more.append(texts.text(lang, "issue.since", at=local_text(at)[:16]))
        if (changes.get("escalates_at") or [None, None])[1]:
            count = f"{changes['escalates_at'][1]:,}"
            more.append(texts.text(lang, "issue.until", count=count))
        for name in ("title", "severity", "owner", "fixed_version"):
            if name in changes and changes[name][1] is not None:
                value = str(changes[name][1])
                more.append(texts.word(lang, "severity", value) if name == "severity" else value)
    for name in ("into", "from", "number", "name"):
        if event.detail.get(name):
            more.append(str(event.detail[name]))
    places = event.detail.get("places")
    if isinstance(places, dict) and places:
        more.append(texts.text(lang, "issue.groups", count=len(places)))
    return f"{words} {' · '.join(more)}".strip()


@dataclass(frozen=True)
class Brief:
    """An issue for others to read: no identity is in it."""

    title: str
    body: str
    labels: tuple[str, ...]


def brief(lang: str, group: Group, evidence: IssueEvent | None) -> Brief:
    """Title, body and labels of an issue, as a ticket says them."""
    issue = group.issue
    lines = [texts.text(lang, "issue.because")]
    for fingerprint in group.fingerprints[:10]:
        lines.append("- " + " · ".join(f"{a} {b}" for a, b in because(lang, fingerprint)))
    lines += [
        "",
        texts.text(
            lang,
            "issue.counts",
            attempts=f"{group.count:,}",
            customers=f"{group.customers or 0:,}",
            complaints=f"{group.complaints:,}",
            first=local_text(group.first)[:16],
            last=local_text(group.last)[:16],
        ),
    ]
    frozen = evidence.detail.get("evidence") if evidence else None
    if isinstance(frozen, dict):
        lines += ["", texts.text(lang, "issue.evidence", rules=frozen.get("rules_version"))]
        for reason in frozen.get("reasons", []):
            lines.append(f"{reason['code']} {texts.word(lang, 'cause', reason['cause'])}")
            lines += [f"- {e['condition']}: {e['outcome']}" for e in reason["evidence"]]
    labels = [group.standing.state.value, *([issue.severity.value] if issue else [])]
    if group.cause:
        labels.append(group.cause)
    return Brief(group_title(lang, group), "\n".join(lines), tuple(labels))
