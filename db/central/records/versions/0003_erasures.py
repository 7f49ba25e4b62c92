"""Which fields tell of a customer, and which rows told of one who was erased."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        CREATE TABLE records.personal ( -- written anew by every `central init`
          entity text NOT NULL,
          field text NOT NULL,          -- '' of an entity without such a field
          blank jsonb NOT NULL,         -- what stands there afterwards
          PRIMARY KEY (entity, field)
        );
        CREATE TABLE records.erased (
          id text PRIMARY KEY,          -- of a row, or a customer's reference
          seq bigint NOT NULL,          -- a desk whose cursor is before it may not know yet
          device_id uuid NOT NULL       -- by which it was asked for
        );
        """
    )
