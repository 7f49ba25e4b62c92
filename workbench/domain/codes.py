"""What a code of a scheme means: one row of a code catalogue."""

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.taxonomy import Action, Cause, Owner, Symptom


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

    def meaning_for_customer(self, lang: str) -> str | None:
        """What a customer may hear; None: only a general refusal (text ``code.refusal``)."""
        return self.meaning(lang) if self.customer_visible is CustomerVisible.YES else None
