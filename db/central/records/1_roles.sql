-- The roles of central records. Each person has a login, which is a member of workbench_desk and of
-- nothing else of ours; what the person may do is in records.people.
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY[
    'workbench_records_owner', -- owns tables and functions; its members are database administrators
    'workbench_records_keeper', -- writes rows; owns the functions that do
    'workbench_desk'           -- may call the functions that are granted in 4_rights.sql
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
  ALTER ROLE workbench_records_owner CREATEROLE; -- a person who is admitted gets a login
  GRANT workbench_desk TO workbench_records_owner WITH ADMIN OPTION;
  IF NOT pg_catalog.pg_has_role(current_user, 'workbench_records_owner', 'MEMBER') THEN
    GRANT workbench_records_owner TO CURRENT_USER;
  END IF;
  IF NOT pg_catalog.pg_has_role(current_user, 'workbench_records_keeper', 'MEMBER') THEN
    GRANT workbench_records_keeper TO CURRENT_USER;
  END IF;
END
$$;
CREATE SCHEMA IF NOT EXISTS records AUTHORIZATION workbench_records_owner;
