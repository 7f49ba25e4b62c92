"""Full-text search: an index of the words of complaints, and the list of what is to be written.

The program writes the documents when it opens the database: no migration knows how.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SEARCHED = (
    "description",
    "resolution",
    "number",
    "customer_name",
    "attempt_id",
    "reason_code",
    "wrap_up",
    "satisfaction_words",
    "competitor",
    "demand",
    "attempt_ids",
    "products",
    "extras",
)
CHANGED = " OR ".join(f"old.{name} IS NOT new.{name}" for name in SEARCHED)
# not OR IGNORE: the upsert that fires a trigger puts its own answer to conflicts in that place
MARK = (
    "INSERT INTO search_dirty SELECT {0}.complaint_id"
    " WHERE {0}.complaint_id NOT IN (SELECT complaint_id FROM search_dirty);"
)
SCHEMA = (
    "CREATE TABLE search_docs (doc INTEGER NOT NULL, complaint_id VARCHAR NOT NULL,"
    " words BLOB NOT NULL, CONSTRAINT pk_search_docs PRIMARY KEY (doc),"
    " CONSTRAINT uq_search_docs_complaint_id UNIQUE (complaint_id))",
    "CREATE TABLE search_dirty (complaint_id VARCHAR NOT NULL,"
    " CONSTRAINT pk_search_dirty PRIMARY KEY (complaint_id))",
    "CREATE VIRTUAL TABLE complaint_search USING fts5(words, content='',"
    " columnsize=0, prefix='1', tokenize='ascii')",
    "INSERT INTO complaint_search (complaint_search, rank) VALUES ('secure-delete', 1)",
    f"CREATE TRIGGER complaint_changed_words AFTER UPDATE ON complaints WHEN {CHANGED}"
    f" BEGIN {MARK.format('new')} END",
    *(
        f"CREATE TRIGGER search_{table}_{event} AFTER {event} ON {table}"
        f" BEGIN {' '.join(MARK.format(side) for side in sides)} END"
        for table in ("complaints", "comments", "attachments")
        for event, sides in (("INSERT", ("new",)), ("DELETE", ("old",)), ("UPDATE", ("old", "new")))
        if (table, event) != ("complaints", "UPDATE")
    ),
)


def upgrade() -> None:
    for statement in SCHEMA:
        op.get_bind().exec_driver_sql(statement)
    op.execute("INSERT INTO search_dirty SELECT complaint_id FROM complaints")
