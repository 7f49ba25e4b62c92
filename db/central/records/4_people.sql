-- People, their desks, and who did what. Run as workbench_records_owner.

-- Raises WB009 unless the caller is an administrator; locks the counter.
CREATE OR REPLACE FUNCTION records.as_admin() RETURNS records.people
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  person records.people := records.me();
BEGIN
  IF person.role <> 'admin' THEN
    RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'WB009';
  END IF;
  PERFORM FROM records.counter FOR UPDATE;
  RETURN person;
END
$$;

-- What desks are told of a person: a row that everybody sees.
CREATE OR REPLACE FUNCTION records.tell_person(told records.people) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  moment text := gen_random_uuid()::text;
  said jsonb := jsonb_build_object('person_id', told.person_id, 'name', told.name,
    'role', told.role, 'team', told.team, 'active', told.active);
  present records.rows;
  given bigint;
BEGIN
  SELECT * INTO present FROM records.rows WHERE entity = 'person' AND entity_id = told.person_id;
  IF FOUND THEN -- its root is no row's team: a person's team is a fact, not a scope
    given := (records.written(present, jsonb_build_object('op_id', moment), said)).seq;
  ELSE
    given := records.next_seq();
    INSERT INTO records.rows SELECT 'person', told.person_id, 'people', NULL, said,
      (SELECT jsonb_object_agg(key, moment) FROM jsonb_object_keys(said) AS key), given;
  END IF;
  INSERT INTO records.ops (op_id, person_id, payload, body_hash, result, detail, seq)
    VALUES (moment::uuid, told.person_id, said::text, '', 'applied', '{}', given);
END
$$;

-- Admits a person under a login of its own; ``verifier`` is what the client library makes of a
-- password (SCRAM-SHA-256$…): the password itself never comes here.
CREATE OR REPLACE FUNCTION records.admit(
  p_login text, p_person_id text, p_name text, p_role text, p_team text, p_verifier text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made records.people;
BEGIN
  PERFORM records.as_admin();
  PERFORM records.check_role(p_role);
  PERFORM records.check_verifier(p_verifier);
  IF p_login !~ '^[a-z_][a-z0-9_.-]{0,62}$' OR p_login ~ '^(pg_|workbench_)' THEN
    RAISE EXCEPTION 'bad_login' USING ERRCODE = 'WB010';
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = p_login) THEN
    RAISE EXCEPTION 'login_taken' USING ERRCODE = 'WB010';
  END IF;
  IF EXISTS (SELECT FROM records.people WHERE person_id = p_person_id) THEN
    RAISE EXCEPTION 'person_taken' USING ERRCODE = 'WB010';
  END IF;
  EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE workbench_desk', p_login, p_verifier);
  INSERT INTO records.people (person_id, login, name, role, team)
    VALUES (p_person_id, p_login, p_name, p_role, p_team) RETURNING * INTO made;
  PERFORM records.tell_person(made);
  PERFORM records.note(NULL, 'admit', p_person_id, jsonb_build_object(
    'login', p_login, 'role', p_role, 'team', p_team));
END
$$;

-- Null leaves as it is; an empty team is none. Closing a person closes the login, now.
CREATE OR REPLACE FUNCTION records.change_person(
  p_person_id text, p_name text, p_role text, p_team text, p_active boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  acting records.people := records.as_admin();
  was records.people;
  now_is records.people;
BEGIN
  SELECT * INTO was FROM records.people WHERE person_id = p_person_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no_such_person' USING ERRCODE = 'WB010';
  END IF;
  IF p_role IS NOT NULL THEN
    PERFORM records.check_role(p_role);
  END IF;
  UPDATE records.people SET name = coalesce(p_name, name), role = coalesce(p_role, role),
      team = CASE WHEN p_team IS NULL THEN team ELSE nullif(p_team, '') END,
      active = coalesce(p_active, active)
    WHERE person_id = p_person_id RETURNING * INTO now_is;
  IF NOT EXISTS (SELECT FROM records.people WHERE role = 'admin' AND active) THEN
    RAISE EXCEPTION 'last_admin' USING ERRCODE = 'WB010';
  END IF;
  PERFORM records.tell_person(now_is);
  IF (was.role, was.team) IS DISTINCT FROM (now_is.role, now_is.team) THEN
    UPDATE records.people SET scope_seq = (SELECT seq FROM records.counter)
      WHERE person_id = p_person_id;
  END IF;
  IF was.active <> now_is.active THEN
    EXECUTE format('ALTER ROLE %I %s', was.login,
      CASE WHEN now_is.active THEN 'LOGIN' ELSE 'NOLOGIN' END);
  END IF;
  PERFORM records.note(NULL, 'change_person', p_person_id, jsonb_build_object(
    'was', to_jsonb(was) - 'scope_seq', 'is', to_jsonb(now_is) - 'scope_seq'));
END
$$;

CREATE OR REPLACE FUNCTION records.check_role(p_role text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p_role IS NULL OR NOT EXISTS (SELECT FROM records.rights WHERE role = p_role) THEN
    RAISE EXCEPTION 'no_such_role' USING ERRCODE = 'WB010';
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION records.check_verifier(p_verifier text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p_verifier IS NULL OR p_verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
    RAISE EXCEPTION 'bad_verifier' USING ERRCODE = 'WB010';
  END IF;
END
$$;

-- The caller's own password.
CREATE OR REPLACE FUNCTION records.my_password(p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM records.counter FOR UPDATE;
  PERFORM records.check_verifier(p_verifier);
  EXECUTE format('ALTER ROLE %I PASSWORD %L', (records.me()).login, p_verifier);
  PERFORM records.note(NULL, 'password', (records.me()).person_id, '{}');
END
$$;

-- That of a person who has forgotten it.
CREATE OR REPLACE FUNCTION records.set_password(p_person_id text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  whose text;
BEGIN
  PERFORM records.as_admin();
  PERFORM records.check_verifier(p_verifier);
  SELECT login INTO whose FROM records.people WHERE person_id = p_person_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no_such_person' USING ERRCODE = 'WB010';
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L', whose, p_verifier);
  PERFORM records.note(NULL, 'password_of', p_person_id, '{}');
END
$$;

-- A desk that is lost: refused from now on, and told to wipe at its next contact. ``back`` lifts it.
CREATE OR REPLACE FUNCTION records.revoke_device(p_device uuid, p_back boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM records.as_admin();
  UPDATE records.devices SET revoked_at = CASE WHEN p_back THEN NULL ELSE now() END
    WHERE device_id = p_device;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no_such_device' USING ERRCODE = 'WB010';
  END IF;
  PERFORM records.note(p_device, CASE WHEN p_back THEN 'device_back' ELSE 'device_revoked' END,
    p_device::text, '{}');
END
$$;

-- What a revoked desk says when it has wiped itself.
CREATE OR REPLACE FUNCTION records.wiped(p_device uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM records.counter FOR UPDATE;
  UPDATE records.devices SET wiped_at = now() WHERE device_id = p_device AND login = session_user
    AND revoked_at IS NOT NULL AND wiped_at IS NULL;
  IF FOUND THEN
    PERFORM records.note(p_device, 'device_wiped', p_device::text, '{}');
  END IF;
END
$$;

-- Takes a desk's audit rows [{seq, entry, hash}] in order; each hash is SHA-256 over the one before,
-- a newline and the entry. Returns the last seq held. Raises WB011 where the chain does not hold:
-- what was witnessed once cannot be said otherwise later.
CREATE OR REPLACE FUNCTION records.witness(p_device uuid, p_rows jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  device records.devices := records.my_device(p_device);
  broken bigint;
  head text;
BEGIN
  PERFORM records.durably();
  SELECT * INTO device FROM records.devices WHERE device_id = p_device FOR UPDATE;
  head := coalesce(device.audit_head, repeat('0', 64));
  SELECT min(seq) INTO broken FROM (
    SELECT seq, CASE WHEN seq <= device.audit_seq
      THEN hash IS DISTINCT FROM (SELECT held.hash FROM records.device_audit AS held
        WHERE held.device_id = p_device AND held.seq = told.seq)
      ELSE seq <> coalesce(lag(seq) OVER new, device.audit_seq) + 1
        OR hash IS DISTINCT FROM encode(sha256(convert_to(
          coalesce(lag(hash) OVER new, head) || E'\n' || entry, 'UTF8')), 'hex') END AS breaks
    FROM jsonb_to_recordset(p_rows) AS told(seq bigint, entry text, hash text)
    WINDOW new AS (PARTITION BY seq <= device.audit_seq ORDER BY seq)) AS each
    WHERE breaks;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'audit_broken' USING ERRCODE = 'WB011', DETAIL = broken::text;
  END IF;
  INSERT INTO records.device_audit (device_id, seq, entry, hash)
    SELECT p_device, seq, entry, hash
    FROM jsonb_to_recordset(p_rows) AS told(seq bigint, entry text, hash text)
    WHERE seq > device.audit_seq ORDER BY seq;
  UPDATE records.devices AS d SET audit_seq = last.seq, audit_head = last.hash
    FROM (SELECT seq, hash FROM records.device_audit WHERE device_id = p_device
      ORDER BY seq DESC LIMIT 1) AS last
    WHERE d.device_id = p_device RETURNING d.audit_seq INTO device.audit_seq;
  RETURN coalesce(device.audit_seq, 0);
END
$$;

-- For `central status`: versions, people, desks and how far behind each is, what waits for a person.
CREATE OR REPLACE FUNCTION records.status() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  answer jsonb;
BEGIN
  IF (records.me()).role NOT IN ('admin', 'team_lead') THEN
    RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'WB009';
  END IF;
  SELECT jsonb_build_object('seq', seq, 'epoch', epoch, 'min_write', min_write,
      'current', current, 'server', current_setting('server_version'),
      'synchronous_commit', current_setting('synchronous_commit'),
      'audit_rows', (SELECT h.seq FROM records.audit_head h))
    INTO answer FROM records.counter;
  RETURN answer || jsonb_build_object(
    'people', (SELECT coalesce(jsonb_agg(to_jsonb(p) - 'scope_seq' ORDER BY person_id), '[]')
      FROM records.people p),
    'desks', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'device_id', d.device_id, 'code', d.code, 'login', d.login, 'seen_at', d.seen_at,
        'behind', (answer ->> 'seq')::bigint - d.cursor, 'waiting', d.waiting,
        'app_version', d.app_version, 'schema_version', d.schema_version,
        'revoked_at', d.revoked_at, 'wiped_at', d.wiped_at,
        'unsettled', (SELECT count(*) FROM records.ops o
          WHERE o.device_id = d.device_id AND o.result <> 'applied')) ORDER BY d.seen_at DESC),
      '[]') FROM records.devices d));
END
$$;

-- Rows of the audit after ``after``, oldest first. Administrators only.
CREATE OR REPLACE FUNCTION records.read_audit(p_after bigint, p_limit integer)
RETURNS SETOF records.audit
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM records.as_admin();
  RETURN QUERY SELECT * FROM records.audit WHERE seq > p_after ORDER BY seq
    LIMIT least(greatest(p_limit, 1), 10000);
END
$$;

-- For desks, each of which remembers the head that it was told last: the head now, and what the
-- row of then says (null: there is none any more). So whoever owns this database cannot write its
-- audit anew without every desk noticing.
CREATE OR REPLACE FUNCTION records.audit_at(p_seq bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM records.me();
  RETURN (SELECT jsonb_build_object('seq', seq, 'hash', hash) FROM records.audit_head)
    || jsonb_build_object('then', (SELECT hash FROM records.audit WHERE seq = p_seq));
END
$$;

-- Rows of an unbroken chain, and its head for a witness outside. Raises WB011 at the first row
-- that does not hold.
CREATE OR REPLACE FUNCTION records.verify_audit() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head text := repeat('0', 64);
  count bigint := 0;
  entry records.audit;
  kept records.audit_head;
BEGIN
  PERFORM records.as_admin();
  FOR entry IN SELECT * FROM records.audit ORDER BY seq LOOP
    count := count + 1;
    IF entry.seq <> count THEN
      RAISE EXCEPTION 'audit_row_missing' USING ERRCODE = 'WB011', DETAIL = count::text;
    END IF;
    IF entry.hash IS DISTINCT FROM records.audit_hash(head, entry.seq, entry.at,
      entry.login, entry.person_id, entry.device_id, entry.action, entry.subject, entry.detail)
    THEN
      RAISE EXCEPTION 'audit_broken' USING ERRCODE = 'WB011', DETAIL = count::text;
    END IF;
    head := entry.hash;
  END LOOP;
  SELECT * INTO kept FROM records.audit_head;
  IF kept.seq IS NULL OR kept.seq > count THEN
    RAISE EXCEPTION 'audit_cut' USING ERRCODE = 'WB011',
      DETAIL = format('%s/%s', count, kept.seq);
  END IF;
  IF kept.seq <> count OR kept.hash IS DISTINCT FROM head THEN
    RAISE EXCEPTION 'audit_broken' USING ERRCODE = 'WB011', DETAIL = count::text;
  END IF;
  RETURN jsonb_build_object('rows', count, 'hash', head);
END
$$;
