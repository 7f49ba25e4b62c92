"""What month to invent: how many rows, which days, what seed; and what happens in it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

BAD_MODEL, GOOD_MODEL, MENDED_MODEL = "rm-8.0", "rm-7.4", "rm-8.1"
BAD_VERSION, MENDED_VERSION = "12.6.0", "12.6.1"
MODELS = (GOOD_MODEL, BAD_MODEL, MENDED_MODEL)
VERSIONS = ("12.5.3", BAD_VERSION, MENDED_VERSION, "12.5.4", "12.6.2", "3.8.0")
NODES = tuple(f"gw-{n}" for n in range(1, 7))
BAD_NODE = NODES[3]
CURBED_EMPLOYMENT = "student"


@dataclass(frozen=True)
class Planned:
    """One line of the events file; times are Asia/Shanghai, naive; no end = still in force."""

    kind: str
    name: str
    starts_at: datetime
    ends_at: datetime | None
    scope: str = ""


@dataclass(frozen=True)
class Plan:
    """``rows`` attempts on the ``days`` that end with ``ends_on`` (Shanghai days).

    The same plan gives the same bytes on every machine.
    """

    rows: int = 20_000
    days: int = 30
    ends_on: date = date(2026, 11, 22)
    seed: int = 1

    def __post_init__(self) -> None:
        if self.rows < 100 or self.days < 14:
            raise ValueError("sample data needs 100 rows and 14 days at least, to tell its story")

    @property
    def begins_at(self) -> datetime:
        """Midnight in Shanghai, naive."""
        first = self.ends_on - timedelta(days=self.days - 1)
        return datetime(first.year, first.month, first.day)

    def moment(self, part: float, hour: int = 0) -> datetime:
        """``hour`` o'clock on the day that lies at this part (0 to 1) of the month."""
        return self.begins_at + timedelta(days=int(part * self.days), hours=hour)

    @property
    def app_release(self) -> Planned:
        return Planned(
            "app_release",
            BAD_VERSION,
            self.moment(0.17, 10),
            self.moment(0.37, 16),
            "channel=app_android",
        )

    @property
    def app_repair(self) -> Planned:
        return Planned(
            "app_release", MENDED_VERSION, self.moment(0.37, 16), None, "channel=app_android"
        )

    @property
    def incident(self) -> Planned:
        return Planned(
            "incident",
            f"{BAD_NODE} 节点故障",
            self.moment(0.3, 9),
            self.moment(0.3, 19),
            f"node={BAD_NODE}",
        )

    @property
    def model_release(self) -> Planned:
        return Planned("model_release", BAD_MODEL, self.moment(0.47, 2), self.moment(0.6, 2))

    @property
    def model_repair(self) -> Planned:
        return Planned("model_release", MENDED_MODEL, self.moment(0.6, 2), None)

    @property
    def campaign(self) -> Planned:
        return Planned("campaign", "周年庆大促", self.moment(0.8, 20), self.moment(0.8, 24))

    @property
    def policy(self) -> Planned:
        return Planned(
            "policy",
            "学生群体授信收紧",
            self.moment(0.7),
            None,
            f"employment_type={CURBED_EMPLOYMENT}",
        )

    def events(self) -> list[Planned]:
        """In order of time."""
        return sorted(
            (
                self.app_release,
                self.incident,
                self.app_repair,
                self.model_release,
                self.model_repair,
                self.policy,
                self.campaign,
            ),
            key=lambda planned: planned.starts_at,
        )
