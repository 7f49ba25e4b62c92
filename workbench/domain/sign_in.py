"""What a desk keeps of a password, how long it holds, and when wrong ones lock it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
PROVED_FOR = timedelta(days=14)  # without a word from the centre
SHORTEST = 8  # characters of a password


@dataclass(frozen=True)
class Verifier:
    """``digest`` is argon2id in its usual form. ``proved_at``: when the centre last held the person
    to be who it says; None where the desk has no centre: then it holds for ever. ``seen_at`` is the
    latest that the desk's clock ever said, so that setting it back opens nothing. UTC, naive."""

    person_id: str
    digest: str
    proved_at: datetime | None
    seen_at: datetime
    failures: int = 0
    locked_until: datetime | None = None

    def now(self, clock: datetime) -> datetime:
        return max(clock, self.seen_at)

    def locked(self, clock: datetime) -> bool:
        return self.locked_until is not None and self.now(clock) < self.locked_until

    def expired(self, clock: datetime) -> bool:
        return self.proved_at is not None and self.now(clock) > self.proved_at + PROVED_FOR

    def tried(self, clock: datetime) -> "Verifier":
        """A try counts before its password is looked at: who pulls the plug gains none."""
        now, failures = self.now(clock), self.failures + 1
        locked = now + LOCKED_FOR if failures >= TRIES else None
        return replace(self, seen_at=now, failures=failures, locked_until=locked)

    def opened(self, clock: datetime) -> "Verifier":
        return replace(self, seen_at=self.now(clock), failures=0, locked_until=None)

    def proved(self, clock: datetime) -> "Verifier":
        """The centre has just held the person to be who it says. It is asked by the clock that the
        desk has now: a wrong year that was corrected must not expire anybody."""
        return replace(self, seen_at=clock, proved_at=clock)
