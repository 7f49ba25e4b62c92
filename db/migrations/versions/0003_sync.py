"""Sync: what the centre answered to ops, its rows as this desk saw them, how far the two are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A move that the centre refuses takes its row of history along, and what goes out of this
    # desk's sight goes whole. That nobody deletes otherwise is told by the audit chain.
    op.execute("DROP TRIGGER IF EXISTS history_is_append_only_delete")
    op.rename_table("outbox", "outbox_before")
    op.create_table(
        "outbox",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("root", sa.String()),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("revives", sa.Boolean(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("device_time", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String()),
        sa.Column("contested", sa.JSON()),
        sa.PrimaryKeyConstraint("n", name="pk_outbox"),
        sa.UniqueConstraint("op_id", name="uq_outbox_op_id"),
        sa.UniqueConstraint("device_id", "device_seq", name="uq_outbox_device_id_device_seq"),
    )
    op.create_index("ix_outbox_entity_id", "outbox", ["entity_id"])
    op.create_index(
        "ix_outbox_unsettled", "outbox", ["state"], sqlite_where=sa.text("state <> 'applied'")
    )
    # Nothing was sent before: what was hashed then is hashed anew when it is sent.
    op.execute(
        "INSERT INTO outbox (n, device_seq, op_id, device_id, entity, kind, entity_id, base, body,"
        " also, revives, schema_version, body_hash, device_time, state)"
        " SELECT device_seq, device_seq, op_id, device_id, entity, kind, entity_id, base, body,"
        " '[]', 0, schema_version, '', device_time, 'pending' FROM outbox_before"
    )
    op.drop_table("outbox_before")
    op.create_table(
        "shadow",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "entity_id", name="pk_shadow"),
    )
    op.create_table(
        "centre",
        sa.Column("only_row", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.Integer(), nullable=False),
        sa.Column("witnessed", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("only_row", name="pk_centre"),
    )
