"""The reason card: why one attempt ended as it did, the proof, and what to say and do."""

from workbench.ui.widgets.reason_card.card import ReasonCard
from workbench.ui.widgets.reason_card.parts import breakable

__all__ = ["ReasonCard", "breakable"]
