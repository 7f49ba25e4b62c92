-- The salts without which no sealed original opens, the site's key or not: each customer's own, so
-- that whoever deletes one erases the original from every copy of the warehouse. They are in a schema
-- apart, which ordinary dumps leave out (pg_dump --exclude-schema=subjects).
CREATE TABLE IF NOT EXISTS subjects.salts (
  customer_key numeric(20, 0) PRIMARY KEY,
  salt bytea NOT NULL CHECK (octet_length(salt) = 16)
);
-- A loader seals by them and deletes them with whom they are about; it reads no sealed original.
REVOKE ALL ON SCHEMA subjects FROM PUBLIC;
GRANT USAGE ON SCHEMA subjects TO workbench_loader, workbench_revealer;
GRANT SELECT, INSERT, DELETE ON subjects.salts TO workbench_loader;
GRANT SELECT ON subjects.salts TO workbench_revealer;
