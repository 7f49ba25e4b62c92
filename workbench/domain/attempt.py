"""The attempt: its fields, their types and units, and the masked row that people see.

One table of fields serves the importer (types, recognition), the rule checker (types), the
schema (columns) and the texts (labels); design.md section 4 is its source.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FieldType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Field:
    """One column of an attempt.

    ``values`` lists the standard values of a coded text field (others are kept as they are);
    ``unit`` is a text key (``unit.<unit>``) or None; ``identity`` marks personal data, which
    rules cannot read and which never stands in the warehouse in clear; ``context`` marks a
    field computed over all attempts; ``source`` says whose word the value is (``source.<x>``).
    ``customer_can_change`` is True where a person may sensibly be told to change it.
    """

    name: str
    type: FieldType
    values: tuple[str, ...] = ()
    unit: str | None = None
    identity: bool = False
    context: bool = False
    source: str = "application"
    customer_can_change: bool = False


_T, _I, _R, _D, _B, _TS = (
    FieldType.TEXT,
    FieldType.INTEGER,
    FieldType.REAL,
    FieldType.DECIMAL,
    FieldType.BOOLEAN,
    FieldType.TIMESTAMP,
)

CHANNELS = ("app_ios", "app_android", "mini_program", "h5", "pc_web")
NETWORKS = ("wifi", "5g", "4g", "3g")
STEPS = ("entry", "identity", "face", "bank_card", "credit_review", "agreement", "activation")
OUTCOMES = ("success", "failed", "pending", "abandoned")
DECISIONS = ("approved", "declined", "manual", "none")
EMPLOYMENT = ("employed", "self_employed", "freelance", "temporary", "student", "unemployed")

ATTEMPT_FIELDS: tuple[Field, ...] = (
    Field("attempt_id", _T),
    Field("customer_id", _T, identity=True),
    Field("customer_name", _T, identity=True),
    Field("phone", _T, identity=True),
    Field("id_card", _T, identity=True),
    Field("occurred_at", _TS),
    Field("channel", _T, CHANNELS),
    Field("app_version", _T),
    Field("network_type", _T, NETWORKS, customer_can_change=True),
    Field("province", _T),
    Field("node", _T, source="system"),
    Field("step", _T, STEPS, source="system"),
    Field("outcome", _T, OUTCOMES, source="system"),
    Field("error_source", _T, source="system"),
    Field("error_code", _T, source="system"),
    Field("error_message", _T, source="system"),
    Field("http_status", _I, source="system"),
    Field("latency_ms", _I, unit="ms", source="system"),
    Field("decision", _T, DECISIONS, source="review"),
    Field("decline_code", _T, source="review"),
    Field("exit_reason", _T, source="customer"),
    Field("risk_score", _R, source="review"),
    Field("risk_model", _T, source="review"),
    Field("credit_history_months", _I, unit="months", source="credit", customer_can_change=True),
    Field("paid_months_12", _I, unit="months", source="credit", customer_can_change=True),
    Field("overdue_count_24m", _I, unit="times", source="credit", customer_can_change=True),
    Field("inquiries_3m", _I, unit="times", source="credit", customer_can_change=True),
    Field("age", _I, unit="years"),
    Field("employment_type", _T, EMPLOYMENT),
    Field("monthly_income", _D, unit="cny", customer_can_change=True),
    Field("requested_amount", _D, unit="cny", customer_can_change=True),
    Field("debt_ratio", _R, unit="ratio", source="credit", customer_can_change=True),
    Field("identity_verified", _B, customer_can_change=True),
    Field("external_score", _R, source="bureau"),
    Field("external_source", _T, source="bureau"),
)

CONTEXT_FIELDS: tuple[Field, ...] = (
    Field("load_ratio", _R, unit="multiple", context=True, source="context"),
    Field("system_error_share_5m", _R, unit="ratio", context=True, source="context"),
    Field("node_error_share_30m", _R, unit="ratio", context=True, source="context"),
    Field("version_error_share_1h", _R, unit="ratio", context=True, source="context"),
    Field("customer_attempts_24h", _I, unit="times", context=True, source="context"),
    Field("customer_attempts_30d", _I, unit="times", context=True, source="context"),
    Field("campaign", _T, context=True, source="event"),
    Field("policy", _T, context=True, source="event"),
    Field("decline_shift", _R, unit="multiple", context=True, source="context"),
)

ALL_FIELDS: dict[str, Field] = {f.name: f for f in ATTEMPT_FIELDS + CONTEXT_FIELDS}

IDENTITY_FIELDS: tuple[str, ...] = tuple(f.name for f in ATTEMPT_FIELDS if f.identity)


@dataclass(frozen=True)
class CustomerCard:
    """Who a customer is, masked. ``ref`` opens the timeline and is not an identity."""

    ref: str
    name: str | None
    phone: str | None
    id_card: str | None
    customer_id: str | None
    attempts: int = 0
    failures: int = 0
    last_at: datetime | None = None
    identity_verified: bool | None = None


@dataclass(frozen=True)
class AttemptRow:
    """One attempt as lists show it: masked, times in UTC (naive), with its principal reason."""

    attempt_id: str
    customer_ref: str | None
    occurred_at: datetime | None
    channel: str | None
    province: str | None
    step: str | None
    outcome: str | None
    symptom: str
    cause_group: str
    cause: str
    reason_code: str | None
    status: str
    customer_name: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class LookupResult:
    customers: tuple[CustomerCard, ...] = ()
    attempts: tuple[AttemptRow, ...] = field(default=())
