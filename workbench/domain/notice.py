"""What a person is told without having asked: deadlines, incidents, customers to call back."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.work_queue import ListQuery


class NoticeKind(StrEnum):
    """The most urgent first."""

    OVER = "over"  # a deadline has passed
    NEAR = "near"  # one is about to be breached
    INCIDENT = "incident"
    CALLBACK = "callback"


@dataclass(frozen=True)
class Notice:
    """All of one kind that is new, in one. ``keys`` say what it is about: each is told once.
    ``numbers`` are of its complaints, ``query`` shows them. It names no customer."""

    kind: NoticeKind
    keys: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    query: ListQuery | None = None
    cause: str | None = None  # of the newest incident

    @property
    def count(self) -> int:
        return len(self.keys)
