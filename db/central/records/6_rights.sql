-- Row security, and who may call what. Nobody has a right that is not written here.
ALTER TABLE records.rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE records.rows FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS seen ON records.rows;
DROP POLICY IF EXISTS added ON records.rows;
DROP POLICY IF EXISTS changed ON records.rows;
DROP POLICY IF EXISTS kept ON records.rows;
CREATE POLICY seen ON records.rows FOR SELECT TO workbench_records_owner
  USING ((team IS NULL OR (SELECT records.sees_all()) OR team = (SELECT records.my_team()))
    AND (entity NOT IN ('draw', 'review', 'review_answer') OR (SELECT records.sees_reviews())
      OR (entity <> 'draw' AND fields ->> 'agent' = (SELECT records.my_id()))));
CREATE POLICY added ON records.rows FOR INSERT TO workbench_records_owner WITH CHECK (true);
-- Locking a row asks for this one.
CREATE POLICY changed ON records.rows FOR UPDATE TO workbench_records_owner
  USING ((team IS NULL OR (SELECT records.sees_all()) OR team = (SELECT records.my_team()))
    AND (entity NOT IN ('draw', 'review', 'review_answer') OR (SELECT records.sees_reviews())
      OR (entity <> 'draw' AND fields ->> 'agent' = (SELECT records.my_id()))));
CREATE POLICY kept ON records.rows TO workbench_records_keeper USING (true) WITH CHECK (true);

DROP TRIGGER IF EXISTS only_added ON records.audit; -- a partition takes it over with its making
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON records.audit
  FOR EACH ROW EXECUTE FUNCTION records.refuse();
DROP TRIGGER IF EXISTS not_emptied ON records.audit;
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON records.audit EXECUTE FUNCTION records.refuse();
DROP TRIGGER IF EXISTS only_added ON records.device_audit;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON records.device_audit
  EXECUTE FUNCTION records.refuse();

REVOKE ALL ON SCHEMA records FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA records FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA records FROM PUBLIC;
GRANT USAGE ON SCHEMA records TO workbench_desk;
GRANT EXECUTE ON FUNCTION
  records.hello(uuid, jsonb), records.push(uuid, jsonb),
  records.pull(uuid, bigint, bigint, integer), records.witness(uuid, jsonb),
  records.give_content(uuid, text, text, bigint, integer, integer, bytea),
  records.have_content(text), records.take_content(text, integer), records.here(uuid, text),
  records.admit(text, text, text, text, text, text), records.change_person(text, text, text, text, boolean),
  records.my_password(text), records.revoke_device(uuid, boolean), records.wiped(uuid),
  records.set_password(text, text), records.audit_at(bigint),
  records.status(), records.read_audit(bigint, integer), records.verify_audit()
  TO workbench_desk;

GRANT USAGE ON SCHEMA records TO workbench_records_keeper;
GRANT SELECT, UPDATE ON records.rows, records.roots TO workbench_records_keeper;
GRANT SELECT, INSERT ON records.departures TO workbench_records_keeper;
GRANT EXECUTE ON FUNCTION records.next_seq() TO workbench_records_keeper;
