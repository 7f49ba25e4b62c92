"""Alembic's entry for central records: runs in the transaction that the application hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    version_table_schema="records",
    transaction_per_migration=False,
)
context.run_migrations()
