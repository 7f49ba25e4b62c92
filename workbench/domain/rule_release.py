"""A rule pack on its way to every desk: draft, shadow, approved by a second person, published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workbench.domain.people import Role


class ReleaseState(StrEnum):
    DRAFT = "draft"
    SHADOW = "shadow"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # given up, or rolled back


RELEASE_ROLES = (Role.QA, Role.ADMIN)
RELEASE_MOVES = (
    (ReleaseState.DRAFT, ReleaseState.SHADOW),
    (ReleaseState.SHADOW, ReleaseState.APPROVED),
    (ReleaseState.APPROVED, ReleaseState.PUBLISHED),
    (ReleaseState.DRAFT, ReleaseState.WITHDRAWN),
    (ReleaseState.SHADOW, ReleaseState.WITHDRAWN),
    (ReleaseState.APPROVED, ReleaseState.WITHDRAWN),
    (ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN),
)


@dataclass(frozen=True)
class Release:
    """One version of the rules. ``text`` is the pack as YAML, ``cases`` the file beside it. From its
    shadow on neither changes: another change is another version. ``serial`` counts publications, so
    that clocks do not decide which is newest. Times are UTC, naive."""

    release_id: str
    name: str
    version: str
    state: ReleaseState
    text: str
    cases: str
    author: str
    created_at: datetime
    note: str = ""
    shadow_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    serial: int = 0
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    why: str | None = None

    def changed(self, **values: object) -> "Release":
        return replace(self, **values)  # type: ignore[arg-type]


def in_shadow(releases: Iterable[Release]) -> Release | None:
    """The one that came to judge beside the pack in use last, approved yet or not."""
    beside = (ReleaseState.SHADOW, ReleaseState.APPROVED)
    return max(
        (r for r in releases if r.state in beside),
        key=lambda r: r.shadow_at or r.created_at,
        default=None,
    )


def changes(releases: Iterable[Release], shipped: str) -> list[tuple[datetime, str, str]]:
    """(when, version, release id) whenever other rules came into use: a release was published, or
    withdrawn and its predecessor, at last the ``shipped`` version (of no release), came back."""
    out = [r for r in releases if r.published_at is not None]
    times = {at for r in out for at in (r.published_at, r.withdrawn_at) if at is not None}
    found, before = [], (shipped, "")
    for at in sorted(times):
        current = in_use(
            r.changed(state=ReleaseState.PUBLISHED)
            for r in out
            if r.published_at is not None
            and r.published_at <= at
            and (r.withdrawn_at is None or at < r.withdrawn_at)
        )
        now = (current.version, current.release_id) if current else (shipped, "")
        if now != before:
            found.append((at, *now))
        before = now
    return found


def in_use(releases: Iterable[Release]) -> Release | None:
    """The published one that was published last; None: the pack that came with the program."""
    published = [r for r in releases if r.state is ReleaseState.PUBLISHED]
    return max(published, key=lambda r: (r.serial, r.release_id), default=None)
