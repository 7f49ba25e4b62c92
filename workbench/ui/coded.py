"""Which family of words names the values of a complaint's coded fields."""

FAMILIES = {
    "state": "state",
    "severity": "severity",
    "demand": "demand",
    "source": "complaint_source",
    "channel": "channel",
    "symptom": "symptom",
    "cause": "cause",
    "experience": "experience",
    "resolution_kind": "resolution_kind",
}
