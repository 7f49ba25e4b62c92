"""What is stale is found without reading every row of the centre, which each round did."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_shadow_stale", "shadow", ["stale"], sqlite_where=sa.text("stale = 1"))
