"""Issue trackers outside: which there are, tickets in them, and what waits to be told to them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from workbench.domain.errors import Busy, Usage


class TrackerKind(StrEnum):
    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"
    ROUNDUP = "roundup"


PUBLIC = {TrackerKind.GITHUB: "https://api.github.com", TrackerKind.GITLAB: "https://gitlab.com"}
_PROJECT = {
    TrackerKind.GITHUB: r"[\w.-]+/[\w.-]+",
    TrackerKind.GITLAB: r"\d+|[\w.-]+(/[\w.-]+)+",
    TrackerKind.JIRA: r"[A-Z][A-Z0-9_]+",
    TrackerKind.ROUNDUP: r"[A-Za-z_]+",
}
OPTIONS = {  # what may be set beside the place, with what holds otherwise
    TrackerKind.GITHUB: {},
    TrackerKind.GITLAB: {},
    TrackerKind.JIRA: {"issue_type": "Task"},
    TrackerKind.ROUNDUP: {"open": "chatting", "closed": "resolved", "priority": ""},
}
_LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Tracker:
    """A place for tickets. ``project``: owner/name (GitHub), path or number (GitLab), key (Jira),
    class (Roundup). ``user``: who the token is of, where the tracker asks for a name. No token is
    in here."""

    name: str
    kind: TrackerKind
    url: str
    project: str
    user: str = ""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    paused_until: datetime | None = None  # it told this desk to wait; not shared

    @property
    def place(self) -> str:
        """Scheme, host and port: what a token is good for."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    def option(self, name: str) -> str:
        return self.options.get(name) or OPTIONS[self.kind][name]


class TicketState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    FILED = "filed"
    LINKED = "linked"


@dataclass(frozen=True)
class IssueBrief:
    """What of an issue may leave: masked already, and frozen when it was filed. ``counts`` by what
    is counted, in words; ``done``: nothing more is to be mended."""

    issue_id: str
    title: str
    body: tuple[str, ...]
    severity: str
    state: str
    done: bool = False
    labels: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "IssueBrief":
        made = {**body, "body": tuple(body["body"]), "labels": tuple(body["labels"])}  # type: ignore[arg-type]
        return cls(**made)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Seen:
    """A ticket as its tracker tells it; ``native`` is the tracker's own word for its state."""

    key: str
    url: str
    state: TicketState
    native: str


@dataclass(frozen=True)
class Ticket:
    """The ticket of an issue in one tracker; ``key`` is None until the tracker has given it one.
    ``there``: its state as last read (a field named state would be moved, not set). ``wanted`` is the state that was last written there, ``followed_at`` when it was last read at
    this desk."""

    issue_id: str
    tracker: str
    origin: Origin
    at: datetime
    by: str
    key: str | None = None
    url: str = ""
    there: TicketState | None = None
    native: str = ""
    wanted: TicketState | None = None
    followed_at: datetime | None = None

    @property
    def differs(self) -> bool:
        """It was moved in the tracker after the workbench last wrote its state."""
        return None not in (self.there, self.wanted) and self.there is not self.wanted


class ErrandAct(StrEnum):
    FILE = "file"
    WRITE = "write"  # the state


@dataclass(frozen=True)
class Errand:
    """Something to be told to a tracker, kept until it was. ``body``: the brief, or the state.
    ``problem``: key of the error of the last try, whose ``details`` fill its sentence; ``stopped``:
    no further try before a person has done something about it."""

    errand_id: str
    issue_id: str
    tracker: str
    act: ErrandAct
    at: datetime
    by: str
    body: Mapping[str, object] = field(hash=False)
    next_at: datetime
    tries: int = 0
    problem: str | None = None
    details: Mapping[str, str] = field(default_factory=dict, hash=False)
    stopped: bool = False


class RateLimited(Busy):
    """The tracker asks for ``seconds`` of patience."""

    @property
    def wait(self) -> timedelta:
        return timedelta(seconds=float(str(self.params["seconds"])))


def marker(issue_id: str) -> str:
    """Stands in a ticket's text, so that it is found instead of filed twice."""
    return f"aw-{hashlib.sha256(issue_id.encode()).hexdigest()[:20]}"


def next_try(tries: int) -> timedelta:
    """How long to wait after so many tries that failed: a minute, two, four, up to an hour."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), _LONGEST)


def checked(tracker: Tracker) -> Tracker:
    """The same with its address in order. Raises Usage."""
    name, url = tracker.name.strip(), (tracker.url or PUBLIC.get(tracker.kind, "")).strip()
    if not re.fullmatch(r"[\w.-]{1,40}", name):
        raise Usage("tracker_name", name=name[:40])
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    try:
        _ = parts.port
    except ValueError:
        raise Usage("tracker_address") from None
    if parts.username or parts.password or parts.query or parts.fragment or not parts.hostname:
        raise Usage("tracker_address")
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise Usage("tracker_not_https")
    if not re.fullmatch(_PROJECT[tracker.kind], tracker.project):
        raise Usage("tracker_project", project=tracker.project[:80], kind=tracker.kind.value)
    if tracker.kind is TrackerKind.ROUNDUP and not tracker.user:
        raise Usage("tracker_user")
    strange = set(tracker.options) - set(OPTIONS[tracker.kind])
    if strange:
        known = " ".join(OPTIONS[tracker.kind]) or "—"
        raise Usage("tracker_option", option=sorted(strange)[0][:40], known=known)
    return Tracker(
        name, tracker.kind, url.rstrip("/"), tracker.project, tracker.user, dict(tracker.options)
    )


def ticket_key(tracker: Tracker, typed: str) -> str:
    """The key of a ticket from its number, #number, key or address. Raises Usage for one of
    another project."""
    words = typed.strip()
    url = urlsplit(words)
    if url.scheme:
        path = url.path.rstrip("/")
        own = tracker.kind in (TrackerKind.JIRA, TrackerKind.ROUNDUP) or tracker.project.isdigit()
        if not own and f"/{tracker.project}/".lower() not in f"{path}/".lower():
            raise Usage("ticket_elsewhere", tracker=tracker.name)
        words = path.rpartition("/")[2]
    words = words.lstrip("#")
    if tracker.kind is TrackerKind.JIRA:
        words = words.upper()
        shape = rf"{re.escape(tracker.project)}-\d+"
    else:
        if tracker.kind is TrackerKind.ROUNDUP:
            words = words.lower().removeprefix(tracker.project.lower())
        shape = r"\d+"
    if not re.fullmatch(shape, words):
        raise Usage("ticket_elsewhere", tracker=tracker.name)
    return words
