"""Sources that are followed: where new attempts come from by themselves, and how far they were read.

What was taken is noted in the warehouse by ``Mark``s, each in the transaction of the rows that it
speaks of: whoever is killed in between has done both or neither.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from workbench.domain.errors import KnownError
from workbench.domain.importing import ImportReport

_URL = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class Followed:
    """A folder (absolute), or a table of the database at ``place`` (postgresql://…) by a column
    that grows. ``mapping`` names a saved one; '' where columns are to be recognised."""

    place: str
    table: str = ""
    key: str = ""
    mapping: str = ""
    on: bool = True

    @property
    def id(self) -> str:
        """The same for every process and desk that follows the same thing."""
        text = "\n".join((self.bare, self.table, self.key))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    @property
    def of_table(self) -> bool:
        return self.place.startswith(_URL)

    @property
    def bare(self) -> str:
        """The place without a password."""
        if not self.of_table:
            return self.place
        bare = re.sub(r"([?&])password=[^&]*&?", r"\1", self.place).rstrip("?&")
        return re.sub(r"(//[^/@:]*):[^/@]*@", r"\1@", bare, count=1)

    @property
    def title(self) -> str:
        """As people know it: the folder, or the table and its server; no user, no password."""
        if not self.of_table:
            return self.place
        return f"{self.table} · {self.bare.partition('://')[2].rpartition('@')[2]}"

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> "Followed":
        texts = {n: str(body.get(n) or "") for n in ("place", "table", "key", "mapping")}
        return cls(**texts, on=body.get("on") is not False)


@dataclass(frozen=True)
class Mark:
    """A note in the warehouse, kept under a name."""

    name: str
    value: str


@dataclass(frozen=True)
class FilePart:
    """Bytes ``start`` to ``end`` of a text table that grows; whole lines. ``line``: the number of
    the first of them. Columns and encoding are those of the file from its beginning."""

    path: Path
    start: int
    end: int
    line: int = 1


@dataclass(frozen=True)
class Rows:
    """Rows of a table elsewhere, as CSV in UTF-8. ``sample``: a header and rows that tell what the
    columns are; ``data``: the rows, without a header."""

    name: str
    sample: bytes
    data: bytes

    @property
    def path(self) -> Path:
        return Path(self.name)


Input = Path | FilePart | Rows


def path_of(what: Input) -> Path:
    """By which messages name it."""
    return what if isinstance(what, Path) else what.path


@dataclass(frozen=True)
class Delivery:
    """Something that came. ``what`` None: nothing to import, only to note. ``refused`` is noted
    where it turns out to be of no use, so that it is not tried again; None: that stops it all."""

    name: str
    what: Input | None
    mark: Mark
    refused: Mark | None = None


@dataclass(frozen=True)
class Batch:
    """What one delivery brought: a report, or why it could not be used."""

    name: str
    at: datetime  # UTC
    report: ImportReport | None = None
    error: KnownError | None = None


class FollowState(StrEnum):
    FOLLOWING = "following"
    ELSEWHERE = "elsewhere"  # another window or command has its turn
    TROUBLE = "trouble"  # out of reach: tried again
    STOPPED = "stopped"


@dataclass(frozen=True)
class FollowNews:
    """How a source stands. ``new``: attempts since it was started; ``batch``: what just came;
    ``grew``: the store holds attempts that it did not before."""

    source: Followed
    state: FollowState
    new: int = 0
    last: datetime | None = None  # UTC: when something last came
    batch: Batch | None = None
    error: KnownError | None = None
    grew: bool = False
