"""Issues: what many failures have in common, where fingerprints were put, who waits for a fix."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issues",
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("made_under", sa.String(), nullable=False),
        sa.Column("merged_into", sa.String()),
        sa.Column("fixed_at", sa.DateTime()),
        sa.Column("fixed_version", sa.String()),
        sa.Column("ignored_at", sa.DateTime()),
        sa.Column("escalates_at", sa.Integer()),
        sa.PrimaryKeyConstraint("issue_id", name="pk_issues"),
    )
    op.create_index("ix_issues_number", "issues", ["number"])
    op.create_table(
        "issue_places",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("issue_id", sa.String()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_issue_places"),
    )
    op.create_index("ix_issue_places_issue_id", "issue_places", ["issue_id"])
    op.create_table(
        "issue_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_state", sa.String()),
        sa.Column("to_state", sa.String()),
        sa.Column("why", sa.String()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_issue_events"),
        sa.UniqueConstraint("event_id", name="uq_issue_events_event_id"),
    )
    op.create_index("ix_issue_events_issue_id_seq", "issue_events", ["issue_id", "seq"])
    op.create_table(
        "issue_waiters",
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("attempt_id", sa.String()),
        sa.Column("customer_name", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("called_at", sa.DateTime()),
        sa.Column("called_by", sa.String()),
        sa.PrimaryKeyConstraint("issue_id", "customer_ref", "agent", name="pk_issue_waiters"),
    )
