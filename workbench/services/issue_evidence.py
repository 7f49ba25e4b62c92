"""What an issue keeps of one failure as it was explained on the day: masked, and never changed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from workbench.domain.attempt import ALL_FIELDS
from workbench.domain.diagnosis import Explanation, Reason
from workbench.domain.issue_groups import Group, parts_of
from workbench.domain.masking import redact
from workbench.domain.reproduction import inputs_digest


def evidence_of(
    explanation: Explanation, stamp: str, at: datetime, rules_digest: str | None = None
) -> dict[str, object]:
    """The rules' trace, what they read, under which versions; JSON-able. Fields that identify
    somebody and a file's own columns, which may, are left out; numbers in texts are masked.
    ``proof`` says later whether anything of it was changed."""
    fields = {
        name: _masked(value)
        for name, value in (explanation.fields or {}).items()
        if name in ALL_FIELDS and not ALL_FIELDS[name].identity and value is not None
    }
    return {
        "attempt_id": explanation.attempt_id,
        "at": at.isoformat(),
        "symptom": explanation.symptom,
        "cause_group": explanation.cause_group,
        "cause": explanation.cause,
        "status": explanation.status.value,
        "reasons": [_masked(_trace(reason)) for reason in explanation.reasons],
        "possible": [_masked(_trace(reason)) for reason in explanation.possible],
        "fields": fields,
        "rules_version": explanation.rules_version,
        "grouping": stamp,
        "proof": {"rules_digest": rules_digest, "inputs_digest": inputs_digest(fields)},
    }


def _trace(reason: Reason) -> dict[str, object]:
    return reason.as_json() | {"owner": str(reason.owner), "action": str(reason.action)}


def _masked(value: object) -> object:
    match value:
        case str():
            return redact(value)
        case datetime():
            return value.isoformat()
        case Decimal():
            return float(value)
        case Mapping():
            return {str(name): _masked(each) for name, each in value.items()}
        case list() | tuple():
            return [_masked(each) for each in value]
    return value


def plain_title(group: Group) -> str:
    """What an issue is called where no language is known to name it in: by its codes."""
    parts = parts_of(group.fingerprints[0])
    named = [parts[n] for n in ("code", "reason", "step", "version") if n in parts]
    return " · ".join(named) or group.fingerprints[0]
