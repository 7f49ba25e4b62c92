"""Contents of attachments: by which hash the centre knows them, and which it holds whole."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "attachments", sa.Column("content", sa.String(), nullable=False, server_default="")
    )
    op.create_index("ix_attachments_content", "attachments", ["content"])
    op.create_table(
        "given_contents",
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("content", name="pk_given_contents"),
    )
