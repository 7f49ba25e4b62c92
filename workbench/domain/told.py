"""What a complaint says, as far as market, models and forecast read it."""

from dataclasses import dataclass
from datetime import datetime

OVERTURNED = ("activated", "corrected")


@dataclass(frozen=True)
class Told:
    """``at`` is when it was received (UTC, naive); the other values as of a Complaint."""

    complaint_id: str
    number: str
    at: datetime
    cause: str | None
    symptom: str | None
    attempt_id: str | None
    demand: str | None
    resolution_kind: str | None
    competitor: str | None
    description: str

    @property
    def appeal(self) -> bool:
        """Whether it asks for a refusal to be looked at again, and was answered."""
        declined = self.symptom == "review_declined" or self.demand == "human_review"
        return declined and self.resolution_kind is not None and self.attempt_id is not None

    @property
    def overturned(self) -> bool:
        return self.resolution_kind in OVERTURNED
