"""Tables in which one looks for a key are kept in its order: it is then found in a piece or two of
its table instead of all of it."""

from workbench.warehouse.engines import Session
from workbench.warehouse.schema import create_table, get_meta, set_meta

# By table its key, and where in meta stands how many rows were in order once.
_BY = {
    "search_keys": ("key", "search_keys_sorted"),
    "identities": ("customer_key", "identities_by_customer"),
    "customer_times": ("customer_key", "customer_times_sorted"),
}
_UNSORTED_SHARE, _UNSORTED = 1.2, 250_000


def sort_keys(session: Session) -> None:
    """Put a table in order again once a fifth of it came after the last time."""
    for table, (key, mark) in _BY.items():
        sorted_then = int(get_meta(session, mark) or 0)
        if _count(session, table) > _UNSORTED_SHARE * sorted_then + _UNSORTED:
            create_table(session, table, f"{table}_anew")
            session.execute(f"INSERT INTO {table}_anew BY NAME FROM {table} ORDER BY {key}")
            session.execute(f"DROP TABLE {table}")
            session.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
            remember_sorted(session, table)


def remember_sorted(session: Session, table: str) -> None:
    """All that is in the table came in order."""
    set_meta(session, _BY[table][1], str(_count(session, table)))


def _count(session: Session, table: str) -> int:
    return int(session.rows(f"SELECT count(*) FROM {table}")[0][0])
