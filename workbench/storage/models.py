"""Tables of the records database; the migrations in db/ make them, a test compares the two."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


SORTED = (
    "created_at",
    "received_at",
    "updated_at",
    "due_at",
    "customer_name",
    "cause",
    "demand",
    "severity_rank",
    "state",
    "source",
    "owner",
    "team",
)


class ComplaintRow(Base):
    """A complaint; ``severity_rank`` is its severity as a number, which sorts."""

    __tablename__ = "complaints"
    # every order of a list, so that a page of one is read and no more; then the queues, whose
    # counts are read from the index alone
    __table_args__ = (
        *(sa.Index(None, column, "number") for column in SORTED),
        sa.Index("ix_complaints_owner_queue", "owner", "state", "due_at", "number", "merged_into"),
        sa.Index("ix_complaints_team_queue", "team", "state", "due_at", "number", "merged_into"),
        sa.Index("ix_complaints_state_queue", "state", "due_at", "number", "merged_into"),
    )

    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    customer_ref: Mapped[str | None] = mapped_column(index=True)
    customer_name: Mapped[str | None]
    phone: Mapped[str | None]
    attempt_id: Mapped[str | None] = mapped_column(index=True)
    reason_code: Mapped[str | None]
    cause: Mapped[str | None]
    symptom: Mapped[str | None]
    channel: Mapped[str | None]
    source: Mapped[str]
    description: Mapped[str]
    demand: Mapped[str | None]
    severity: Mapped[str]
    updated_at: Mapped[datetime | None]
    severity_rank: Mapped[int]
    received_at: Mapped[datetime | None]
    owner: Mapped[str | None]
    team: Mapped[str | None]
    due_at: Mapped[datetime | None]
    attempt_ids: Mapped[list[str]] = mapped_column(sa.JSON)
    products: Mapped[list[str]] = mapped_column(sa.JSON)
    blocked_payment: Mapped[bool | None]
    blocked_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    experience: Mapped[str | None]
    requested_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    lost_revenue_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    reputation: Mapped[list[str]] = mapped_column(sa.JSON)
    competitor: Mapped[str | None]
    resolution: Mapped[str | None]
    resolution_kind: Mapped[str | None]
    wrap_up: Mapped[str | None]
    first_answer_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopenings: Mapped[int]
    merged_into: Mapped[str | None]
    satisfaction: Mapped[int | None]
    satisfaction_words: Mapped[str | None]
    extras: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    versions: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class SearchDocRow(Base):
    """Which document of the full-text index is a complaint's, and its words, packed: without them
    the index cannot forget it."""

    __tablename__ = "search_docs"
    doc: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(unique=True)
    words: Mapped[bytes]


class SearchDirtyRow(Base):
    """Complaints whose document is to be written before the transaction ends."""

    __tablename__ = "search_dirty"
    complaint_id: Mapped[str] = mapped_column(primary_key=True)


class EventRow(Base):
    """The history of complaints; ``seq`` is the order in which rows were written here."""

    __tablename__ = "complaint_events"
    __table_args__ = (sa.Index(None, "complaint_id", "seq"),)
    seq: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    complaint_id: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    why: Mapped[str | None]
    bulk_id: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class CommentRow(Base):
    __tablename__ = "comments"
    comment_id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    audience: Mapped[str]
    words: Mapped[str]


class AttachmentRow(Base):
    __tablename__ = "attachments"
    attachment_id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    address: Mapped[str] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(index=True, server_default="")


class CheckRow(Base):
    __tablename__ = "checks"
    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]


class CaseRow(Base):
    """Disagreements with a reason, for QA."""

    __tablename__ = "cases"
    case_id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(index=True)
    attempt_id: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    found_cause: Mapped[str | None]
    found_code: Mapped[str | None]
    chosen_cause: Mapped[str]
    chosen_code: Mapped[str | None]
    why: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)


class LinkRow(Base):
    """Merges and splits; undone, a row stays and says so."""

    __tablename__ = "complaint_links"
    link_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    from_id: Mapped[str] = mapped_column(index=True)
    to_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    why: Mapped[str]
    from_state: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class ReminderRow(Base):
    __tablename__ = "reminders"
    __table_args__ = (sa.Index(None, "person_id", "due_at"),)
    reminder_id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str]
    due_at: Mapped[datetime]
    words: Mapped[str]
    done_at: Mapped[datetime | None]


class PresenceRow(Base):
    """Who has a complaint open in which running program; not history, and never pushed."""

    __tablename__ = "presence"
    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    desk: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str]
    seen_at: Mapped[datetime]


class BulkRow(Base):
    __tablename__ = "bulks"
    bulk_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    act: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    undone_at: Mapped[datetime | None]


class IssueRow(Base):
    """Two desks may have given the same number; the centre renames one of them."""

    __tablename__ = "issues"
    issue_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    state: Mapped[str]
    severity: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    owner: Mapped[str | None]
    made_under: Mapped[str]
    merged_into: Mapped[str | None]
    fixed_at: Mapped[datetime | None]
    fixed_version: Mapped[str | None]
    ignored_at: Mapped[datetime | None]
    escalates_at: Mapped[int | None]


class IssuePlaceRow(Base):
    __tablename__ = "issue_places"
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    issue_id: Mapped[str | None] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    witnesses: Mapped[list[str]] = mapped_column(sa.JSON)


class IssueEventRow(Base):
    """The history of issues; ``seq`` is the order in which rows were written here."""

    __tablename__ = "issue_events"
    __table_args__ = (sa.Index(None, "issue_id", "seq"),)
    seq: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    issue_id: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    why: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class WaiterRow(Base):
    __tablename__ = "issue_waiters"
    issue_id: Mapped[str] = mapped_column(primary_key=True)
    customer_ref: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    attempt_id: Mapped[str | None]
    customer_name: Mapped[str | None]
    phone: Mapped[str | None]
    called_at: Mapped[datetime | None]
    called_by: Mapped[str | None]


class IncidentRow(Base):
    """Bursts and dips that the detector found; see domain.incident."""

    __tablename__ = "incidents"
    incident_id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str]
    cause: Mapped[str]
    causes: Mapped[list[str]] = mapped_column(sa.JSON)
    start: Mapped[datetime] = mapped_column(index=True)
    peak: Mapped[datetime]
    end: Mapped[datetime]
    failures: Mapped[int]
    usual: Mapped[int]
    customers: Mapped[int]
    suspect: Mapped[str]
    event: Mapped[str]
    over: Mapped[bool]
    found_at: Mapped[datetime]
    found_by: Mapped[str]
    state: Mapped[str]
    judged_by: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    why: Mapped[str | None]


class AuditRow(Base):
    __tablename__ = "audit"
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    hash: Mapped[str]


class OutboxRow(Base):
    """An op, from its save until long after the centre took it (docs/sync.md).

    ``n`` is its place at this desk; ``device_seq`` has no gaps within ``device_id``.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "device_seq"),
        sa.Index(None, "entity_id"),
        sa.Index("ix_outbox_unsettled", "state", sqlite_where=sa.text("state <> 'applied'")),
    )
    n: Mapped[int] = mapped_column(primary_key=True)
    device_seq: Mapped[int]
    op_id: Mapped[str] = mapped_column(unique=True)
    device_id: Mapped[str]
    entity: Mapped[str]
    kind: Mapped[str]
    entity_id: Mapped[str]
    root: Mapped[str | None]
    base: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    also: Mapped[list[Any]] = mapped_column(sa.JSON)
    revives: Mapped[bool]
    schema_version: Mapped[int]
    body_hash: Mapped[str]
    device_time: Mapped[datetime]
    state: Mapped[str]
    why: Mapped[str | None]
    contested: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)


class ShadowRow(Base):
    """The centre's row as this desk last saw it. ``stale``: not seen again since the last restart
    of the pull."""

    __tablename__ = "shadow"
    __table_args__ = (sa.Index("ix_shadow_stale", "stale", sqlite_where=sa.text("stale = 1")),)
    entity: Mapped[str] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    versions: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    seq: Mapped[int]
    deleted: Mapped[bool]
    stale: Mapped[bool]


class CentreRow(Base):
    """How far this desk and its centre are; one row, made at the first contact."""

    __tablename__ = "centre"
    only_row: Mapped[bool] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    cursor: Mapped[int]
    mark: Mapped[str]
    scope: Mapped[int]
    acknowledged: Mapped[int]
    witnessed: Mapped[int]
    code: Mapped[str]
    person_id: Mapped[str]


class GivenRow(Base):
    """A content that the centre holds whole."""

    __tablename__ = "given_contents"
    content: Mapped[str] = mapped_column(primary_key=True)


class LedgerRow(Base):
    """A complaint that came from a site's ledger: what its row said there (``digest``), and the
    customer's identity as it stood there, which is shown to nobody without an audited reveal."""

    __tablename__ = "ledger_rows"
    complaint_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    identity: Mapped[dict[str, str]] = mapped_column(sa.JSON)


class TrackerRow(Base):
    """An issue tracker outside; ``paused_until`` is this desk's own, and so are tokens, which are
    in no table."""

    __tablename__ = "trackers"
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    url: Mapped[str]
    project: Mapped[str]
    user: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    paused_until: Mapped[datetime | None]


class TicketRow(Base):
    """The ticket of an issue in a tracker; ``followed_at`` is this desk's own."""

    __tablename__ = "tickets"
    issue_id: Mapped[str] = mapped_column(primary_key=True)
    tracker: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    key: Mapped[str | None]
    url: Mapped[str]
    there: Mapped[str | None]
    native: Mapped[str]
    wanted: Mapped[str | None]
    followed_at: Mapped[datetime | None]


class ErrandRow(Base):
    """What waits to be told to a tracker; of this desk, and never pushed."""

    __tablename__ = "errands"
    errand_id: Mapped[str] = mapped_column(primary_key=True)
    issue_id: Mapped[str]
    tracker: Mapped[str] = mapped_column(index=True)
    act: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    next_at: Mapped[datetime]
    tries: Mapped[int]
    problem: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    stopped: Mapped[bool]


class DrawRow(Base):
    """Complaints drawn for review, with all that is needed to draw them again."""

    __tablename__ = "draws"
    draw_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    rule: Mapped[str]
    stratum: Mapped[str]
    seed: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    population: Mapped[int]
    calls: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


class ReviewRow(Base):
    """``review_id`` is complaint and reviewer: two desks of one reviewer make one review."""

    __tablename__ = "reviews"
    review_id: Mapped[str] = mapped_column(primary_key=True)
    complaint_id: Mapped[str] = mapped_column(index=True)
    call: Mapped[str]
    agent: Mapped[str] = mapped_column(index=True)
    cause: Mapped[str | None]
    called_at: Mapped[datetime]
    reviewer: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    card: Mapped[str]
    scores: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    comments: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    total: Mapped[float | None]
    note: Mapped[str]
    draw_id: Mapped[str | None]


class ReviewAnswerRow(Base):
    """What agents say to reviews; only added to."""

    __tablename__ = "review_answers"
    answer_id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(index=True)
    complaint_id: Mapped[str]
    agent: Mapped[str]
    at: Mapped[datetime]
    words: Mapped[str]


class PersonRow(Base):
    __tablename__ = "people"
    person_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]
    team: Mapped[str | None]


class VerifierRow(Base):
    """What is kept of a person's password at this desk; see domain.sign_in."""

    __tablename__ = "verifiers"
    person_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    proved_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]


class SavedRow(Base):
    __tablename__ = "saved"
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class ReleaseRow(Base):
    __tablename__ = "releases"
    release_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    version: Mapped[str]
    state: Mapped[str]
    text: Mapped[str]
    cases: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime]
    note: Mapped[str]
    shadow_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    serial: Mapped[int]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    why: Mapped[str | None]


class DeviceRow(Base):
    """This device; ``last_seq`` outlives the ops, which go once they are pushed."""

    __tablename__ = "device"
    device_id: Mapped[str] = mapped_column(primary_key=True)
    last_seq: Mapped[int]
