"""Erasing a customer from what people share: which fields tell of a person, and what stays instead."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from workbench.domain.retention import Removed

# entity -> field -> what stands there afterwards. The handling stays: numbers, states, times, causes,
# who did what. The centre is told by `central init`, and does the same.
PERSONAL: dict[str, dict[str, object]] = {
    "complaint": {
        "customer_ref": None,
        "customer_name": None,
        "phone": None,
        "attempt_id": None,
        "attempt_ids": [],
        "description": "",
        "experience": None,
        "resolution": None,
        "wrap_up": None,
        "satisfaction_words": None,
        "extras": {},
    },
    "event": {"why": None, "detail": {}},
    "comment": {"words": ""},
    "attachment": {"name": "", "content": ""},  # and no content is left that nobody names
    "check": {},
    "case": {"attempt_id": None, "why": ""},
    "link": {"why": ""},
    "reminder": {"words": ""},
    "review": {"comments": {}, "note": ""},
    "review_answer": {"words": ""},
    "waiter": {"customer_ref": None, "customer_name": None, "phone": None, "attempt_id": None},
    "issueevent": {"why": None, "detail": {}},
    "issueplace": {},  # of its witnesses one goes: the erasure says which stay
}
GONE = frozenset({"waiter"})  # of these nothing stays

Rows = Mapping[str, Mapping[str, Mapping[str, object]]]  # entity -> id -> fields with another value


def blanked(
    entity: str, values: Mapping[str, object], given: Mapping[str, object]
) -> dict[str, object]:
    """The same fields without the person; ``given``: what the erasure says of this very row."""
    told = PERSONAL.get(entity, {}) | dict(given)
    return {name: told.get(name, value) for name, value in values.items()}


def central_personal() -> list[tuple[str, str, object]]:
    """(entity, field, what stands there afterwards); an entity without fields once, with ''."""
    return [
        (entity, name, value)
        for entity, fields in PERSONAL.items()
        for name, value in (fields or {"": None}).items()
    ]


@dataclass(frozen=True)
class KeysFile:
    """Beside backups: what shows their originals. Not ``rewritten``: what was erased is still in
    it, for it is out of reach."""

    file: str
    rewritten: bool


@dataclass(frozen=True)
class Erased:
    """``rows``: how many of each kind told of the customer in records; ``tickets``: addresses in
    trackers outside, where only a person can look; ``keys_files``: one of each folder that backups went to."""

    removed: Removed
    rows: Mapping[str, int] = field(default_factory=dict)
    tickets: tuple[str, ...] = ()
    keys_files: tuple[KeysFile, ...] = ()

    def as_json(self) -> dict[str, object]:
        return self.removed.as_json() | {
            "records": dict(self.rows),
            "tickets": [*self.tickets],
            "keys_files": [asdict(file) for file in self.keys_files],
        }
