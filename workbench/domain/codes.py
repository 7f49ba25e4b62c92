"""What a code of a scheme means: one row of a code catalogue."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from workbench.domain.errors import BadInput
from workbench.domain.taxonomy import Action, Cause, Outcome, Owner, Symptom
from workbench.domain.times import iso_local
from workbench.domain.trend import TrendFilter

ERROR_CODE, DECLINE_CODE = "error_code", "decline_code"  # the fields that hold codes
QUEUED = (Outcome.FAILED.value, Outcome.PENDING.value)  # outcomes whose codes want a meaning


class Failure(StrEnum):
    """Whether the code is a failure. ``QUERY_FIRST``: nobody knows until the result is queried."""

    YES = "yes"
    NO = "no"
    QUERY_FIRST = "query_first"


class CustomerVisible(StrEnum):
    """How much of the meaning a customer may hear."""

    YES = "yes"
    GENERAL_REFUSAL_ONLY = "general_refusal_only"


class Sure(StrEnum):
    """How certain a row is."""

    READ = "R"
    SECOND_HAND = "S"
    UNVERIFIED = "?"


@dataclass(frozen=True)
class CodeEntry:
    """One code of one scheme and version; ``version`` '' holds for every version.

    One of the meanings may be empty in a site's row. ``cause`` is None where the code alone does
    not decide it; ``symptom``, ``owner`` and ``action`` are None where the row does not say.
    """

    scheme: str
    version: str
    code: str
    meaning_zh: str
    meaning_en: str
    is_failure: Failure
    customer_visible: CustomerVisible
    symptom: Symptom | None = None
    cause: Cause | None = None
    owner: Owner | None = None
    action: Action | None = None
    source: str = ""
    sure: Sure = Sure.UNVERIFIED

    def meaning(self, lang: str) -> str:
        """For staff, in ``lang`` ('zh', 'en'), or in the other language where that is all."""
        own, other = self.meaning_zh, self.meaning_en
        if lang == "en":
            own, other = other, own
        return own or other

    def as_json(self) -> dict[str, object]:
        """The row as a catalogue file has it: column to text, '' where it does not say."""
        return {
            "scheme": self.scheme,
            "version": self.version,
            "code": self.code,
            "meaning_zh": self.meaning_zh,
            "meaning_en": self.meaning_en,
            "symptom": str(self.symptom or ""),
            "cause": str(self.cause or ""),
            "owner": str(self.owner or ""),
            "action": str(self.action or ""),
            "is_failure": str(self.is_failure),
            "customer_visible": str(self.customer_visible),
            "source": self.source,
            "sure": str(self.sure),
        }

    def meaning_for_customer(self, lang: str) -> str | None:
        """What a customer may hear; None: only a general refusal (text ``code.refusal``)."""
        return self.meaning(lang) if self.customer_visible is CustomerVisible.YES else None


@dataclass(frozen=True)
class CodeSeen:
    """A code as an attempt brought it; ``scheme`` None where it names none. ``field`` is the
    attempt's field that holds it: error_code or decline_code."""

    scheme: str | None
    code: str
    field: str

    def as_json(self) -> dict[str, object]:
        return {"scheme": self.scheme, "code": self.code, "field": self.field}


@dataclass(frozen=True)
class UnmappedCode:
    """A code that no catalogue row knows, over all failed and pending attempts.

    ``sources`` and ``codes`` are the ways in which attempts write it: together with ``field``
    they find its attempts. ``share`` is of all failed and pending attempts, 0 to 1; times are UTC
    (naive). ``message`` is one of the messages that came with it, masked; it decides nothing.
    """

    seen: CodeSeen
    sources: tuple[str | None, ...]
    codes: tuple[str, ...]
    count: int
    customers: int
    first_at: datetime | None
    last_at: datetime | None
    share: float
    message: str | None = None

    def where(self) -> TrendFilter:
        """Exactly the attempts behind ``count``."""
        by_code: tuple[tuple[str, tuple[str | None, ...]], ...] = ((self.seen.field, self.codes),)
        if self.seen.field == ERROR_CODE:
            by_code = (("error_source", self.sources), *by_code)
        return TrendFilter(equals=(*by_code, ("outcome", QUEUED)))

    def as_json(self) -> dict[str, object]:
        return self.seen.as_json() | {
            "count": self.count,
            "customers": self.customers,
            "first_seen": iso_local(self.first_at),
            "last_seen": iso_local(self.last_at),
            "share_of_failures": round(self.share, 6),
            "message": self.message,
        }


@dataclass(frozen=True)
class UnmappedCodes:
    """The most frequent ones first; ``total`` counts them all."""

    rows: tuple[UnmappedCode, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class CatalogueReport:
    """What an import of a catalogue took; read = taken + set aside. ``problems`` say what is wrong
    with each row set aside, and ``quarantine_file`` holds them."""

    read: int
    taken: int
    set_aside: int
    quarantine_file: Path | None = None
    problems: tuple[BadInput, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "taken": self.taken,
            "set_aside": self.set_aside,
            "quarantine_file": str(self.quarantine_file) if self.quarantine_file else None,
        }
