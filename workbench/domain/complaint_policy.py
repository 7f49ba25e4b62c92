"""A site's own figures and lists about complaints: checklist, lost revenue, wrap-up code."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from workbench.domain.complaint import Complaint


@dataclass(frozen=True)
class ChecklistItem:
    """An item to be done before closing. Empty lists bind to every complaint; the words are the
    text ``checklist.<id>``."""

    id: str
    causes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()

    def binds(self, complaint: Complaint) -> bool:
        return all(
            not wanted or value in wanted
            for wanted, value in (
                (self.causes, complaint.cause),
                (self.sources, complaint.source),
                (self.demands, complaint.demand),
            )
        )


@dataclass(frozen=True)
class LostRevenue:
    """What an account that was not opened would have earned:
    amount × utilisation × yearly rate × months / 12. ``usual_fen`` stands for the amount of an
    attempt that named none."""

    utilisation: Decimal
    yearly_rate: Decimal
    months: int
    usual_fen: int = 0

    def of(self, requested_fen: int) -> int:
        """In fen, half a fen up."""
        earned = requested_fen * self.utilisation * self.yearly_rate * self.months / 12
        return int(earned.quantize(Decimal(1), ROUND_HALF_UP))

    def of_customers(self, amount_fen: int, without_amount: int) -> int:
        """Of the amounts that some asked for, and of so many who named none; in fen."""
        return self.of(amount_fen + without_amount * self.usual_fen)

    def formula(self, requested_fen: int) -> str:
        """The sum as a person can check it, in yuan."""
        return (
            f"{yuan(requested_fen)} × {self.utilisation} × {self.yearly_rate}"
            f" × {self.months}/12 = {yuan(self.of(requested_fen))}"
        )


@dataclass(frozen=True)
class Policy:
    checklist: tuple[ChecklistItem, ...]
    lost_revenue: LostRevenue

    def items(self, complaint: Complaint) -> tuple[str, ...]:
        return tuple(item.id for item in self.checklist if item.binds(complaint))

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Policy":
        """Raises KeyError, TypeError, ValueError for what is no policy."""
        lost = body["lost_revenue"]
        items = tuple(
            ChecklistItem(
                item["id"],
                *(tuple(item.get(kind, ())) for kind in ("causes", "sources", "demands")),
            )
            for item in body["checklist"]
        )
        return cls(
            items,
            LostRevenue(
                Decimal(lost["utilisation"]),
                Decimal(lost["yearly_rate"]),
                int(lost["months"]),
                int(Decimal(lost.get("usual_amount", 0)) * 100),
            ),
        )


def wrap_up_of(complaint: Complaint) -> str | None:
    """The wrap-up code that the diagnosis suggests: the reason's code, else the cause."""
    return complaint.reason_code or complaint.cause


def fen_of(text: str) -> int | None:
    """Yuan as a person types them (5,000.50, ５０００元) in fen; None for nothing. Raises
    ValueError for what is no amount."""
    told = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    told = told.removesuffix("元").strip()
    if not told:
        return None
    try:
        amount = Decimal(told)
    except InvalidOperation:
        raise ValueError(text) from None
    if not amount.is_finite() or not 0 <= amount < 10**11:
        raise ValueError(text)
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def yuan_round(fen: int) -> str:
    """1234567 → 12,346: of an estimate."""
    return f"{Decimal(fen) / 100:,.0f}"


def yuan(fen: int) -> str:
    """1234567 → 12,345.67."""
    return f"{Decimal(fen) / 100:,.2f}"
