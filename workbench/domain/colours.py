"""The colours of what a chart shows, (light, dark): the window and the reports draw with them."""

# Cool hues are the customer's standing, warm ones the system, purples the market, grey unknown;
# tests/ui/test_theme.py measures that they stay apart for people with colour-blindness.
CAUSES: dict[str, tuple[str, str]] = {  # cause: (light, dark)
    "thin_credit_history": ("#1569b8", "#66a6ee"),
    "unstable_income": ("#66b2f2", "#87afdc"),
    "poor_repayment": ("#16786a", "#2ba888"),
    "high_debt": ("#69c4b4", "#97d9c5"),
    "identity_unverified": ("#132570", "#6684e8"),
    "ineligible": ("#a0b4d2", "#556c91"),
    "high_concurrency": ("#dc6312", "#ef8234"),
    "risk_model_failure": ("#eca529", "#f2c35e"),
    "network_interruption": ("#952f1b", "#cf5a42"),
    "service_defect": ("#e9997a", "#f7b99c"),
    "regulatory_tightening": ("#7b3a8a", "#a46cc0"),
    "market_competition": ("#b27cc7", "#ebc8ee"),
    "undetermined": ("#838c97", "#79808f"),
}
GROUPS: dict[str, tuple[str, str]] = {
    "qualification": CAUSES["thin_credit_history"],
    "technical": CAUSES["high_concurrency"],
    "market": CAUSES["regulatory_tightening"],
    "undetermined": CAUSES["undetermined"],
}
SYMPTOMS: dict[str, tuple[str, str]] = {
    "ui_error": CAUSES["high_concurrency"],
    "review_declined": CAUSES["thin_credit_history"],
    "network_failure": CAUSES["network_interruption"],
    "abandoned": CAUSES["undetermined"],
    "none": CAUSES["poor_repayment"],
}

_PALETTE = (  # causes whose colours stand well apart, for slices that are no causes
    "thin_credit_history",
    "high_concurrency",
    "poor_repayment",
    "risk_model_failure",
    "regulatory_tightening",
    "unstable_income",
    "network_interruption",
    "high_debt",
    "market_competition",
)
_OWN = {"cause": CAUSES, "cause_group": GROUPS, "symptom": SYMPTOMS}


def colours_of(field: str, key: str | None, place: int) -> tuple[str, str]:
    """Of one value of a slice field: its own, or the next of a palette. Not for a missing value."""
    if field in _OWN:
        return _OWN[field].get(key or "", CAUSES["undetermined"])
    return CAUSES[_PALETTE[place % len(_PALETTE)]]
