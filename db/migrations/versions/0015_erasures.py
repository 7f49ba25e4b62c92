"""A row of history may be emptied of what it tells of a customer who is erased, and no more."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STAYS = (
    "seq",
    "event_id",
    "complaint_id",
    "at",
    "actor",
    "kind",
    "from_state",
    "to_state",
    "bulk_id",
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in _STAYS)
    op.execute("DROP TRIGGER IF EXISTS history_is_append_only_update")
    op.execute(
        "CREATE TRIGGER history_is_append_only_update BEFORE UPDATE ON complaint_events"
        f" WHEN NOT ({same} AND NEW.why IS NULL AND NEW.detail = '{{}}')"
        " BEGIN SELECT RAISE(ABORT, 'history rows are never changed'); END"
    )
