-- The roles of a central warehouse. People's logins are made members of them by the administrator:
--   GRANT workbench_reader TO zhangmin;
-- Nobody logs in as one of these.
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY[
    'workbench_warehouse_owner', -- owns the tables; its members are administrators
    'workbench_loader',          -- imports, removes what is too old, erases; reads no sealed original
    'workbench_reader',          -- reads the masked views and nothing else
    'workbench_revealer'         -- besides, reads the sealed originals and the salts (which with the site's key open them)
  ] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
  IF NOT pg_catalog.pg_has_role(current_user, 'workbench_warehouse_owner', 'MEMBER') THEN
    GRANT workbench_warehouse_owner TO CURRENT_USER;
  END IF;
END
$$;
CREATE SCHEMA IF NOT EXISTS warehouse AUTHORIZATION workbench_warehouse_owner;
CREATE SCHEMA IF NOT EXISTS warehouse_masked AUTHORIZATION workbench_warehouse_owner;
CREATE SCHEMA IF NOT EXISTS subjects AUTHORIZATION workbench_warehouse_owner;
