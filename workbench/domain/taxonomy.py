"""The words for a failure: what the customer met (symptom) and why (cause), in four groups."""

from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended. Pending is not a failure until it has been queried."""

    SUCCESS = "success"
    FAILED = "failed"
    PENDING = "pending"
    ABANDONED = "abandoned"


class Symptom(StrEnum):
    """What the customer met."""

    UI_ERROR = "ui_error"
    REVIEW_DECLINED = "review_declined"
    NETWORK_FAILURE = "network_failure"
    ABANDONED = "abandoned"
    NONE = "none"


class CauseGroup(StrEnum):
    QUALIFICATION = "qualification"
    TECHNICAL = "technical"
    MARKET = "market"
    UNDETERMINED = "undetermined"


class Cause(StrEnum):
    """Root causes of design.md section 3."""

    THIN_CREDIT_HISTORY = "thin_credit_history"
    UNSTABLE_INCOME = "unstable_income"
    POOR_REPAYMENT = "poor_repayment"
    HIGH_DEBT = "high_debt"
    IDENTITY_UNVERIFIED = "identity_unverified"
    INELIGIBLE = "ineligible"
    HIGH_CONCURRENCY = "high_concurrency"
    RISK_MODEL_FAILURE = "risk_model_failure"
    NETWORK_INTERRUPTION = "network_interruption"
    SERVICE_DEFECT = "service_defect"
    REGULATORY_TIGHTENING = "regulatory_tightening"
    MARKET_COMPETITION = "market_competition"
    UNDETERMINED = "undetermined"


GROUP_OF: dict[Cause, CauseGroup] = {
    Cause.THIN_CREDIT_HISTORY: CauseGroup.QUALIFICATION,
    Cause.UNSTABLE_INCOME: CauseGroup.QUALIFICATION,
    Cause.POOR_REPAYMENT: CauseGroup.QUALIFICATION,
    Cause.HIGH_DEBT: CauseGroup.QUALIFICATION,
    Cause.IDENTITY_UNVERIFIED: CauseGroup.QUALIFICATION,
    Cause.INELIGIBLE: CauseGroup.QUALIFICATION,
    Cause.HIGH_CONCURRENCY: CauseGroup.TECHNICAL,
    Cause.RISK_MODEL_FAILURE: CauseGroup.TECHNICAL,
    Cause.NETWORK_INTERRUPTION: CauseGroup.TECHNICAL,
    Cause.SERVICE_DEFECT: CauseGroup.TECHNICAL,
    Cause.REGULATORY_TIGHTENING: CauseGroup.MARKET,
    Cause.MARKET_COMPETITION: CauseGroup.MARKET,
    Cause.UNDETERMINED: CauseGroup.UNDETERMINED,
}


class Owner(StrEnum):
    """Who can put it right."""

    CUSTOMER = "customer"
    AGENT = "agent"
    BANK = "bank"
    RISK = "risk"
    ENGINEERING = "engineering"


class Action(StrEnum):
    """What helps next; kept apart from why it failed."""

    RETRY_NOW = "retry_now"
    QUERY_FIRST = "query_first"
    FIX_DATA = "fix_data"
    WAIT_UNTIL = "wait_until"
    CHANGE_INSTRUMENT = "change_instrument"
    CONTACT_ISSUER = "contact_issuer"
    MANUAL_REVIEW = "manual_review"
    NO_RETRY = "no_retry"
