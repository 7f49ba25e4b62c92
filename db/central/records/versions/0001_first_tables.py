"""First tables of central records: people, devices, ops, rows, attachments' contents, audit."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
-- One row: whoever writes locks it until the commit, so that seqs appear in their order.
CREATE TABLE records.counter (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seq bigint NOT NULL DEFAULT 0,
  epoch uuid NOT NULL DEFAULT gen_random_uuid(), -- another one after a restore
  min_write integer NOT NULL,                    -- schema versions of ops that are accepted
  current integer NOT NULL
);

CREATE TABLE records.people (
  person_id text PRIMARY KEY,
  login name NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL,
  team text,
  active boolean NOT NULL DEFAULT true,
  scope_seq bigint NOT NULL DEFAULT 0 -- when role or team changed: desks pull anew from then
);

CREATE TABLE records.devices (
  device_id uuid PRIMARY KEY,
  code text NOT NULL UNIQUE,  -- behind a number that two desks gave
  login name NOT NULL,
  last_seq bigint NOT NULL DEFAULT 0,
  seen_at timestamptz NOT NULL DEFAULT now(),
  cursor bigint NOT NULL DEFAULT 0,
  app_version text,
  schema_version integer,
  waiting integer,            -- ops that the desk said it still holds
  revoked_at timestamptz,
  wiped_at timestamptz,
  audit_seq bigint NOT NULL DEFAULT 0,
  audit_head text
);
CREATE SEQUENCE records.device_code;

CREATE TABLE records.ops (
  op_id uuid PRIMARY KEY,
  device_id uuid,             -- none: done by a function of the centre
  device_seq bigint,
  person_id text NOT NULL,
  payload text NOT NULL,
  body_hash text NOT NULL,
  device_time timestamptz,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  result text NOT NULL CHECK (result IN ('applied', 'conflict', 'rejected')),
  detail jsonb NOT NULL,
  seq bigint,                 -- the last that it gave out
  UNIQUE (device_id, device_seq)
);
CREATE INDEX ON records.ops (seq) WHERE seq IS NOT NULL;
CREATE INDEX ON records.ops (received_at) WHERE result <> 'applied';

CREATE TABLE records.rows (
  entity text NOT NULL,
  entity_id text NOT NULL,
  root text NOT NULL,         -- the row whose team it follows; its own id: of its own
  team text,
  fields jsonb NOT NULL,
  versions jsonb NOT NULL,    -- field -> op_id that wrote it
  seq bigint NOT NULL UNIQUE,
  deleted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (entity, entity_id)
);
CREATE INDEX ON records.rows (root);

-- What the functions must know of rows that their caller may not see.
CREATE TABLE records.roots (
  root text PRIMARY KEY,
  team text
);
CREATE TABLE records.numbers (
  number text PRIMARY KEY,
  entity_id text NOT NULL
);
CREATE TABLE records.departures ( -- from a team's sight
  seq bigint NOT NULL,
  entity text NOT NULL,
  entity_id text NOT NULL,
  root text NOT NULL,
  team text,
  PRIMARY KEY (seq, entity, entity_id)
);
CREATE INDEX ON records.departures (root);

-- Attachments' contents as they are, named by their hash: like the rows, under the server's rights.
CREATE TABLE records.contents (
  content text PRIMARY KEY,
  size bigint NOT NULL CHECK (size BETWEEN 0 AND 27262976),
  parts integer NOT NULL CHECK (parts BETWEEN 1 AND 128),
  whole boolean NOT NULL DEFAULT false
);
CREATE TABLE records.parts (
  content text NOT NULL REFERENCES records.contents ON DELETE CASCADE,
  part integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (content, part)
);
ALTER TABLE records.parts ALTER bytes SET STORAGE EXTERNAL; -- pictures and archives do not shrink

-- Who may what: written anew by every `central init` from the program's own tables.
CREATE TABLE records.rights (
  role text NOT NULL,
  entity text NOT NULL,
  kind text NOT NULL,
  PRIMARY KEY (role, entity, kind)
);
CREATE TABLE records.transitions (
  role text NOT NULL,
  entity text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  PRIMARY KEY (role, entity, from_state, to_state)
);

-- Only ever added to. A month is a partition, so that what the law lets go goes as a whole.
CREATE TABLE records.audit (
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  login name NOT NULL,
  person_id text,
  device_id uuid,
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (at, seq)
) PARTITION BY RANGE (at);
CREATE INDEX ON records.audit (seq);
CREATE TABLE records.audit_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seq bigint NOT NULL,
  hash text NOT NULL
);
INSERT INTO records.audit_head VALUES (true, 0, repeat('0', 64));

CREATE TABLE records.device_audit ( -- the desks' own chains, as they were when they came
  device_id uuid NOT NULL,
  seq bigint NOT NULL,
  entry text NOT NULL,
  hash text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (device_id, seq)
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_TABLES)
