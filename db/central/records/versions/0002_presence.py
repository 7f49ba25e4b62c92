"""Who has a complaint open now: seen by colleagues, kept for nobody."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        CREATE UNLOGGED TABLE records.presence (
          device_id uuid PRIMARY KEY,
          entity_id text NOT NULL,
          person_id text NOT NULL,
          seen_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX ON records.presence (entity_id);
        """
    )
