"""The life of complaints: history, comments, files, checks, cases, links, reminders, queues."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXTS = (
    "owner team experience competitor resolution resolution_kind wrap_up merged_into"
    " satisfaction_words"
)
TIMES = "received_at due_at first_answer_at resolved_at closed_at"
AMOUNTS = "blocked_fen requested_fen lost_revenue_fen"
SORTED = (
    "received_at updated_at due_at customer_name cause demand severity_rank state source owner team"
)
QUEUES = {"owner": ["owner"], "team": ["team"], "state": []}


def text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def time(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(), nullable=null)


def json(name: str, empty: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False, server_default=empty)


def upgrade() -> None:
    with op.batch_alter_table("complaints") as table:
        table.alter_column("demand", existing_type=sa.String(), nullable=True)  # a draft has none
        for name in TEXTS.split():
            table.add_column(text(name, null=True))
        for name in TIMES.split():
            table.add_column(time(name, null=True))
        for name in AMOUNTS.split():
            table.add_column(sa.Column(name, sa.BigInteger()))
        table.add_column(sa.Column("blocked_payment", sa.Boolean()))
        table.add_column(sa.Column("satisfaction", sa.Integer()))
        for name in ("reopenings", "severity_rank"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in ("attempt_ids", "products", "reputation"):
            table.add_column(json(name, "[]"))
        for name in ("extras", "versions"):
            table.add_column(json(name, "{}"))
    op.execute("UPDATE complaints SET received_at = created_at")
    op.execute(
        "UPDATE complaints SET severity_rank = CASE severity WHEN 'low' THEN 0"
        " WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END"
    )
    for name in SORTED.split():
        op.create_index(f"ix_complaints_{name}_number", "complaints", [name, "number"])
    for name, first in QUEUES.items():
        columns = [*first, "state", "due_at", "number", "merged_into"]
        op.create_index(f"ix_complaints_{name}_queue", "complaints", columns)
    op.add_column("people", text("team", null=True))
    _tables()
    op.execute(
        "INSERT INTO complaint_events (event_id, complaint_id, at, actor, kind, to_state, detail)"
        " SELECT complaint_id, complaint_id, created_at, created_by, 'created', state, '{}'"
        " FROM complaints ORDER BY created_at, number"
    )


def _tables() -> None:
    op.create_table(
        "complaint_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        text("event_id"),
        text("complaint_id"),
        time("at"),
        text("actor"),
        text("kind"),
        text("from_state", null=True),
        text("to_state", null=True),
        text("why", null=True),
        text("bulk_id", null=True),
        json("detail", "{}"),
        sa.PrimaryKeyConstraint("seq", name="pk_complaint_events"),
        sa.UniqueConstraint("event_id", name="uq_complaint_events_event_id"),
    )
    op.create_index(
        "ix_complaint_events_complaint_id_seq", "complaint_events", ["complaint_id", "seq"]
    )
    op.create_table(
        "comments",
        text("comment_id"),
        text("complaint_id"),
        time("at"),
        text("author"),
        text("audience"),
        text("words"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comments"),
    )
    op.create_table(
        "attachments",
        text("attachment_id"),
        text("complaint_id"),
        time("at"),
        text("by"),
        text("name"),
        text("kind"),
        sa.Column("size", sa.Integer(), nullable=False),
        text("address"),
        sa.PrimaryKeyConstraint("attachment_id", name="pk_attachments"),
    )
    op.create_table(
        "checks",
        text("complaint_id"),
        text("item"),
        time("at"),
        text("by"),
        sa.PrimaryKeyConstraint("complaint_id", "item", name="pk_checks"),
    )
    op.create_table(
        "cases",
        text("case_id"),
        text("complaint_id"),
        text("attempt_id", null=True),
        time("at"),
        text("by"),
        text("found_cause", null=True),
        text("found_code", null=True),
        text("chosen_cause"),
        text("chosen_code", null=True),
        text("why"),
        text("status"),
        sa.PrimaryKeyConstraint("case_id", name="pk_cases"),
    )
    op.create_table(
        "complaint_links",
        text("link_id"),
        text("kind"),
        text("from_id"),
        text("to_id"),
        time("at"),
        text("by"),
        text("why"),
        text("from_state"),
        time("undone_at", null=True),
        text("undone_by", null=True),
        sa.PrimaryKeyConstraint("link_id", name="pk_complaint_links"),
    )
    op.create_table(
        "reminders",
        text("reminder_id"),
        text("complaint_id"),
        text("person_id"),
        time("due_at"),
        text("words"),
        time("done_at", null=True),
        sa.PrimaryKeyConstraint("reminder_id", name="pk_reminders"),
    )
    op.create_index("ix_reminders_person_id_due_at", "reminders", ["person_id", "due_at"])
    op.create_table(
        "presence",
        text("complaint_id"),
        text("desk"),
        text("person_id"),
        time("seen_at"),
        sa.PrimaryKeyConstraint("complaint_id", "desk", name="pk_presence"),
    )
    op.create_table(
        "bulks",
        text("bulk_id"),
        time("at"),
        text("by"),
        text("act"),
        json("detail", "{}"),
        time("undone_at", null=True),
        sa.PrimaryKeyConstraint("bulk_id", name="pk_bulks"),
    )
    for table, column in (
        ("complaint_events", "bulk_id"),
        ("comments", "complaint_id"),
        ("attachments", "complaint_id"),
        ("attachments", "address"),
        ("cases", "complaint_id"),
        ("cases", "status"),
        ("complaint_links", "from_id"),
        ("complaint_links", "to_id"),
        ("reminders", "complaint_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER history_is_append_only_{act.lower()} BEFORE {act}"
                " ON complaint_events"
                " BEGIN SELECT RAISE(ABORT, 'history rows are never changed'); END"
            )
