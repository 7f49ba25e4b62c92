-- For monitoring: counts and ids of desks, no person, no customer. The views are owned by a role that may
-- read the columns that they count and nothing else; members of workbench_metrics may look at them alone.
-- Run as who sets the centre up.
SET LOCAL ROLE NONE;
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['workbench_metrics', 'workbench_metrics_owner'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
  IF NOT pg_catalog.pg_has_role(current_user, 'workbench_metrics_owner', 'MEMBER') THEN
    GRANT workbench_metrics_owner TO CURRENT_USER;
  END IF;
END
$$;
CREATE SCHEMA IF NOT EXISTS records_metrics AUTHORIZATION workbench_metrics_owner;

SET LOCAL ROLE workbench_records_owner;
GRANT USAGE ON SCHEMA records TO workbench_metrics_owner;
GRANT SELECT (seq) ON records.counter, records.audit_head TO workbench_metrics_owner;
GRANT SELECT (active) ON records.people TO workbench_metrics_owner;
GRANT SELECT (device_id, seen_at, cursor, waiting, app_version, schema_version, revoked_at)
  ON records.devices TO workbench_metrics_owner;
GRANT SELECT (entity, deleted, fields) ON records.rows TO workbench_metrics_owner;
GRANT SELECT (size, whole) ON records.contents TO workbench_metrics_owner;
GRANT SELECT (device_id, result, received_at) ON records.ops TO workbench_metrics_owner;
DROP POLICY IF EXISTS counted ON records.rows;
CREATE POLICY counted ON records.rows FOR SELECT TO workbench_metrics_owner USING (true);

SET LOCAL ROLE workbench_metrics_owner;
DROP VIEW IF EXISTS records_metrics.centre, records_metrics.desks, records_metrics.ops_hourly;

CREATE VIEW records_metrics.centre AS
SELECT
  (SELECT seq FROM records.counter) AS seq,
  (SELECT seq FROM records.audit_head) AS audit_rows,
  (SELECT count(*) FROM records.people WHERE active) AS people_active,
  (SELECT count(*) FROM records.devices WHERE revoked_at IS NULL) AS desks,
  (SELECT count(*) FROM records.rows WHERE entity = 'complaint' AND NOT deleted
    AND fields ->> 'state' IN ('open', 'in_progress', 'waiting', 'escalated', 'reopened'))
    AS complaints_open,
  (SELECT count(*) FROM records.rows WHERE entity = 'complaint' AND NOT deleted) AS complaints_total,
  (SELECT coalesce(sum(size), 0) FROM records.contents WHERE whole) AS contents_bytes,
  pg_catalog.pg_database_size(pg_catalog.current_database()) AS database_bytes;

CREATE VIEW records_metrics.desks AS
SELECT
  d.device_id,
  extract(epoch FROM now() - d.seen_at)::bigint AS seconds_since_seen,
  (SELECT seq FROM records.counter) - d.cursor AS behind,
  d.waiting,
  (SELECT count(*) FROM records.ops o WHERE o.device_id = d.device_id AND o.result <> 'applied')
    AS unsettled,
  d.app_version,
  d.schema_version,
  d.revoked_at IS NOT NULL AS revoked
FROM records.devices d;

CREATE VIEW records_metrics.ops_hourly AS
SELECT date_trunc('hour', received_at) AS hour, result, count(*) AS ops
FROM records.ops
WHERE received_at > now() - interval '48 hours'
GROUP BY 1, 2;

GRANT USAGE ON SCHEMA records_metrics TO workbench_metrics;
GRANT SELECT ON ALL TABLES IN SCHEMA records_metrics TO workbench_metrics;
