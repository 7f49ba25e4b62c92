"""Rows and payloads are kept with LZ4, which costs a third of PostgreSQL's own way; a server built
without it goes on as before."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        """
        DO $$
        BEGIN
          ALTER TABLE records.rows
            ALTER fields SET COMPRESSION lz4, ALTER versions SET COMPRESSION lz4;
          ALTER TABLE records.ops ALTER payload SET COMPRESSION lz4;
          ALTER TABLE records.device_audit ALTER entry SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported THEN NULL;
        END
        $$
        """
    )
