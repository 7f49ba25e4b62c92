-- The centre's half of sync (docs/sync.md). Every function takes the person from session_user, runs
-- with a pinned search_path and as workbench_records_owner, to whom row security applies too.
-- Run as workbench_records_owner.

-- The caller. Raises WB001 for a login that is not admitted (any more).
CREATE OR REPLACE FUNCTION records.me() RETURNS records.people
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_person records.people;
BEGIN
  SELECT * INTO found_person FROM records.people WHERE login = session_user AND active;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not_admitted' USING ERRCODE = 'WB001';
  END IF;
  RETURN found_person;
END
$$;

-- Whether the caller may see what belongs to ``team``. Asked once a statement for who the caller is.
CREATE OR REPLACE FUNCTION records.sees_all() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM records.people
    WHERE login = session_user AND active AND role IN ('qa', 'admin'))
$$;
CREATE OR REPLACE FUNCTION records.my_team() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT team FROM records.people WHERE login = session_user AND active
$$;

-- Reviews of calls and what was drawn for them: for who reviews, for leads, and of the rest for the
-- agent whose call it is.
CREATE OR REPLACE FUNCTION records.sees_reviews() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM records.people
    WHERE login = session_user AND active AND role IN ('team_lead', 'qa', 'admin'))
$$;
CREATE OR REPLACE FUNCTION records.my_id() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT person_id FROM records.people WHERE login = session_user AND active
$$;
-- The field that names who alone may write a row of this entity; none: whoever has the right.
CREATE OR REPLACE FUNCTION records.author_field(entity text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE entity WHEN 'review' THEN 'reviewer' WHEN 'review_answer' THEN 'agent'
  WHEN 'erasure' THEN 'by' END;

-- What belongs to no team.
CREATE OR REPLACE FUNCTION records.is_everybodys(entity text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN entity IN ('issue', 'issueplace', 'grouping', 'release', 'tracker', 'ticket', 'incident',
  'erasure');

-- The device of the caller, made at its first call. Raises WB002 where it is revoked, WB003 where
-- it is another person's.
CREATE OR REPLACE FUNCTION records.my_device(p_device uuid) RETURNS records.devices
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  device records.devices;
  digits constant text := '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'; -- none to take for another
  n bigint;
  made text := '';
BEGIN
  SELECT * INTO device FROM records.devices WHERE device_id = p_device;
  IF NOT FOUND THEN
    n := nextval('records.device_code') + 31;
    WHILE n > 0 LOOP
      made := substr(digits, (n % 32)::int + 1, 1) || made;
      n := n / 32;
    END LOOP;
    INSERT INTO records.devices (device_id, code, login) VALUES (p_device, made, session_user)
      ON CONFLICT (device_id) DO NOTHING;
    SELECT * INTO device FROM records.devices WHERE device_id = p_device;
  END IF;
  IF device.login <> session_user THEN
    RAISE EXCEPTION 'device_of_another' USING ERRCODE = 'WB003';
  END IF;
  IF device.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'device_revoked' USING ERRCODE = 'WB002';
  END IF;
  RETURN device;
END
$$;

-- From here on an acknowledgement means disk, whatever the server's default is. For the rest of the
-- transaction: a SET of a function's own ends before the commit.
CREATE OR REPLACE FUNCTION records.durably() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT set_config('synchronous_commit', 'on', true)
$$;

-- The next seq. Whoever has called it holds the counter until the commit.
CREATE OR REPLACE FUNCTION records.next_seq() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  given bigint;
BEGIN
  UPDATE records.counter SET seq = seq + 1 RETURNING seq INTO given;
  RETURN given;
END
$$;

-- One row of the audit chain. The caller holds the counter.
CREATE OR REPLACE FUNCTION records.note(
  p_device uuid, p_action text, p_subject text, p_detail jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head records.audit_head;
  moment timestamptz := clock_timestamp();
  part text := 'audit_' || to_char(moment AT TIME ZONE 'UTC', 'YYYYMM');
  person text;
  made text;
BEGIN
  PERFORM records.durably();
  IF to_regclass('records.' || part) IS NULL THEN
    EXECUTE format(
      'CREATE TABLE records.%I PARTITION OF records.audit FOR VALUES FROM (%L) TO (%L)', part,
      date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
      (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TRIGGER not_emptied BEFORE TRUNCATE ON records.%I'
      ' EXECUTE FUNCTION records.refuse()', part);
  END IF;
  SELECT person_id INTO person FROM records.people WHERE login = session_user;
  SELECT * INTO head FROM records.audit_head FOR UPDATE;
  made := records.audit_hash(head.hash, head.seq + 1, moment, session_user, person, p_device,
    p_action, p_subject, p_detail);
  INSERT INTO records.audit VALUES (head.seq + 1, moment, session_user, person, p_device, p_action,
    p_subject, p_detail, made);
  UPDATE records.audit_head SET seq = head.seq + 1, hash = made;
END
$$;

CREATE OR REPLACE FUNCTION records.audit_hash(
  before text, seq bigint, at timestamptz, login name, person text, device uuid, action text,
  subject text, detail jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT encode(sha256(convert_to(before || E'\n' || jsonb_build_array(
    seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), login, person, device, action,
    subject, detail)::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION records.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only ever added to' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- The first contact of a session, and how a restored centre is noticed: the desk says where it
-- stands, by ``cursor`` and ``mark`` and by the last device_seq that was acknowledged to it.
CREATE OR REPLACE FUNCTION records.hello(p_device uuid, p_said jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  person records.people := records.me();
  device records.devices := records.my_device(p_device);
  standing records.counter;
  lost boolean;
BEGIN
  SELECT * INTO standing FROM records.counter FOR UPDATE;
  UPDATE records.devices SET seen_at = now(), app_version = p_said ->> 'app_version',
    cursor = coalesce((p_said ->> 'cursor')::bigint, cursor),
    schema_version = (p_said ->> 'schema_version')::int, waiting = (p_said ->> 'waiting')::int
    WHERE device_id = p_device;
  IF p_said ->> 'forked_from' IS NOT NULL THEN
    PERFORM records.note(p_device, 'device_forked', p_said ->> 'forked_from', '{}');
  END IF;
  lost := coalesce((p_said ->> 'acknowledged')::bigint, 0) > device.last_seq
    OR (coalesce((p_said ->> 'cursor')::bigint, 0) > 0 AND (p_said ->> 'mark') IS DISTINCT FROM
      records.mark_at((p_said ->> 'cursor')::bigint, standing.seq));
  IF lost AND (p_said ->> 'epoch')::uuid = standing.epoch THEN
    UPDATE records.counter SET epoch = gen_random_uuid() RETURNING * INTO standing;
    PERFORM records.note(p_device, 'restored', 'centre', jsonb_build_object(
      'epoch', standing.epoch, 'seq', standing.seq, 'desk_cursor', p_said -> 'cursor'));
  END IF;
  RETURN jsonb_build_object(
    'epoch', standing.epoch, 'seq', standing.seq, 'min_write', standing.min_write,
    'current', standing.current, 'code', device.code, 'last_seq', device.last_seq,
    'scope', person.scope_seq,
    'person', jsonb_build_object('person_id', person.person_id, 'name', person.name,
      'role', person.role, 'team', person.team));
END
$$;

-- What a desk remembers beside a seq: the last op at or before it, and of several with one seq (an
-- op that changed nothing has that of the row) the first that came. Null beyond the end.
CREATE OR REPLACE FUNCTION records.mark_at(p_seq bigint, p_end bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN p_seq <= p_end THEN coalesce(
    (SELECT op_id::text FROM records.ops WHERE seq <= p_seq
      ORDER BY seq DESC, received_at LIMIT 1), 'start') END
$$;

-- Up to 100 ops in the desk's order; one transaction; a result for each. Raises WB004 for a
-- device_seq that was used by another op (a copied profile), WB005 for a gap, WB006 for a schema
-- version that may not write.
CREATE OR REPLACE FUNCTION records.push(p_device uuid, p_ops jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET jit = off AS $$ -- compiling costs more than the hundred ops that it would speed up
DECLARE
  person records.people := records.me();
  device records.devices;
  standing records.counter;
  sent jsonb;
  known records.ops;
  answer jsonb;
  results jsonb[];
  allowed text[];
  came bigint;
BEGIN
  IF jsonb_array_length(p_ops) > 100 THEN
    RAISE EXCEPTION 'too_many_ops' USING ERRCODE = 'WB007';
  END IF;
  PERFORM records.durably();
  SELECT * INTO standing FROM records.counter FOR UPDATE;
  device := records.my_device(p_device);
  SELECT array_agg(entity || ' ' || kind) INTO allowed FROM records.rights
    WHERE role = person.role;
  results := records.take_new(person, device, standing, allowed, p_ops);
  IF results IS NOT NULL THEN
    RETURN to_jsonb(results);
  END IF;
  results := '{}';
  FOR sent IN SELECT * FROM jsonb_array_elements(p_ops) LOOP
    came := (sent ->> 'device_seq')::bigint;
    SELECT * INTO known FROM records.ops WHERE op_id = (sent ->> 'op_id')::uuid;
    IF FOUND THEN
      IF known.body_hash = sent ->> 'body_hash' OR known.payload = '' THEN -- '': of an erased row
        answer := known.detail || jsonb_build_object('result', known.result, 'duplicate', true);
      ELSE
        answer := '{"result": "rejected", "why": "op_id_reused"}';
      END IF;
      IF came = device.last_seq + 1 THEN -- of a device_id that was taken anew
        device.last_seq := came;
      END IF;
    ELSIF came <= device.last_seq THEN
      RAISE EXCEPTION 'device_cloned' USING ERRCODE = 'WB004';
    ELSIF came > device.last_seq + 1 THEN
      RAISE EXCEPTION 'gap' USING ERRCODE = 'WB005', DETAIL = device.last_seq::text;
    ELSIF (sent ->> 'schema_version')::int NOT BETWEEN standing.min_write AND standing.current THEN
      RAISE EXCEPTION 'schema_version' USING ERRCODE = 'WB006',
        DETAIL = standing.min_write || '..' || standing.current;
    ELSE
      answer := records.take(person, device, allowed, sent);
      INSERT INTO records.ops (op_id, device_id, device_seq, person_id, payload, body_hash,
          device_time, result, detail, seq)
        VALUES ((sent ->> 'op_id')::uuid, p_device, came, person.person_id,
          CASE WHEN answer ? 'erased' THEN '' ELSE sent ->> 'payload' END,
          sent ->> 'body_hash', (sent ->> 'device_time')::timestamptz, answer ->> 'result',
          answer - 'result' - 'row', (answer ->> 'seq')::bigint);
      device.last_seq := came;
    END IF;
    results := results || (answer || jsonb_build_object('op_id', sent ->> 'op_id'));
  END LOOP;
  UPDATE records.devices SET last_seq = device.last_seq, seen_at = now()
    WHERE device_id = p_device;
  RETURN to_jsonb(results);
END
$$;

-- The usual case of a desk that was away: new ops that only add rows, against which nothing stands.
-- They are taken as sets, and answered in brief to a desk that asks for it: ``as_sent``, each row is
-- as it came, but for the ``team`` that is named with the first; the seqs follow one another and end
-- at ``seq``. The last answer has ``upto``: nobody else wrote between two places of the pull, so that
-- who was at the first is at the second. Null, with nothing done, where one of them wants a closer
-- look. The caller holds the counter, which is ``standing``.
CREATE OR REPLACE FUNCTION records.take_new(
  person records.people, device records.devices, standing records.counter, allowed text[],
  p_ops jsonb) RETURNS jsonb[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ids text[];
  payloads text[];
  hashes text[];
  times timestamptz[];
  made records.rows[];
  places integer[]; -- of the op that each of ``made`` came with
  plain boolean;
  results jsonb[];
BEGIN
  SELECT bool_and(brief AND device_seq = device.last_seq + place
      AND schema_version BETWEEN standing.min_write AND standing.current
      AND encode(sha256(convert_to(payload, 'UTF8')), 'hex') = body_hash)
      AND NOT EXISTS (SELECT FROM records.erased
        WHERE seq > device.cursor AND device_id <> device.device_id),
      array_agg(op_id ORDER BY place), array_agg(payload ORDER BY place),
      array_agg(body_hash ORDER BY place), array_agg(device_time ORDER BY place)
    INTO plain, ids, payloads, hashes, times
    FROM ROWS FROM (jsonb_to_recordset(p_ops) AS (op_id text, device_seq bigint, payload text,
      body_hash text, schema_version integer, device_time timestamptz, brief boolean))
      WITH ORDINALITY AS sent(op_id, device_seq, payload, body_hash, schema_version, device_time,
      brief, place);
  IF plain IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  WITH sent AS MATERIALIZED (
    SELECT place, payload::jsonb AS op FROM unnest(payloads) WITH ORDINALITY AS p(payload, place)
  ), told AS (
    SELECT place, 0::bigint AS part, op AS row, op ->> 'kind' = 'create' AS adds FROM sent
    UNION ALL
    SELECT place, part, also, also ->> 'root' <> also ->> 'entity_id' FROM sent,
      jsonb_array_elements(coalesce(op -> 'also', '[]')) WITH ORDINALITY AS a(also, part)
  ), numbered AS MATERIALIZED (
    SELECT place, standing.seq + row_number() OVER (ORDER BY place, part) AS seq, adds, entity, id,
      root, CASE WHEN root <> id OR records.is_everybodys(entity) THEN NULL
        ELSE coalesce(body ->> 'team', person.team) END AS team, body
    FROM told, LATERAL (SELECT row ->> 'entity' AS entity, row ->> 'entity_id' AS id,
      coalesce(row ->> 'root', row ->> 'entity_id') AS root, row -> 'body' AS body) AS r
  ), filled AS (
    SELECT n.place, n.seq, n.adds, n.entity, n.id, n.root,
      n.root = n.id OR above.root IS NOT NULL OR before.root IS NOT NULL AS rooted,
      coalesce(n.team, above.team, before.team) AS team,
      CASE WHEN n.root <> n.id OR records.is_everybodys(n.entity)
          OR n.body ->> 'team' IS NOT DISTINCT FROM n.team THEN n.body
        ELSE n.body || jsonb_build_object('team', n.team) END AS fields
    FROM numbered AS n
    LEFT JOIN numbered AS above
      ON above.id = n.root AND above.root = n.root AND n.id <> n.root AND above.seq < n.seq
    LEFT JOIN LATERAL (SELECT root, team FROM records.roots
      WHERE root = n.root AND n.id <> n.root AND above.root IS NULL OFFSET 0) AS before ON true
  )
  SELECT bool_and(adds AND rooted AND entity || ' create' = ANY (allowed)
      AND records.author_field(entity) IS NULL AND entity NOT IN ('release', 'waiter', 'erasure')
      AND (root = id OR team IS NULL OR team = person.team OR (SELECT records.sees_all()))),
      array_agg(place ORDER BY seq),
      array_agg(ROW(entity, id, root, team, fields, (
        SELECT jsonb_object(coalesce(array_agg(key), '{}'),
            array_fill(ids[place], ARRAY[count(*)::integer])) FROM jsonb_object_keys(fields) AS key),
        seq, false)::records.rows ORDER BY seq)
    INTO plain, places, made FROM filled;
  IF plain IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  WITH new AS (
    SELECT * FROM unnest(made)
  ), own AS (
    INSERT INTO records.roots SELECT entity_id, team FROM new WHERE root = entity_id
  ), numbered AS (
    INSERT INTO records.numbers SELECT fields ->> 'number', entity_id FROM new
      WHERE fields ->> 'number' IS NOT NULL
  )
  INSERT INTO records.rows SELECT * FROM new;
  UPDATE records.counter SET seq = standing.seq + cardinality(made);
  SELECT array_agg(answer || jsonb_build_object('op_id', ids[place], 'result', 'applied',
      'as_sent', true) ORDER BY place) INTO results
    FROM (SELECT place, CASE WHEN bool_or(root = entity_id AND NOT records.is_everybodys(entity))
          THEN jsonb_build_object('team', min(team)) ELSE '{}' END
        || jsonb_build_object('seq', max(seq)) AS answer
      FROM ROWS FROM (unnest(places), unnest(made)) AS t(place, entity, entity_id, root, team,
        fields, versions, seq, deleted)
      GROUP BY place) AS each;
  INSERT INTO records.ops (op_id, device_id, device_seq, person_id, payload, body_hash, device_time,
      result, detail, seq)
    SELECT op_id::uuid, device.device_id, device.last_seq + place, person.person_id, payload,
      body_hash, device_time, 'applied', jsonb_build_object('seq', results[place] -> 'seq'),
      (results[place] ->> 'seq')::bigint
    FROM unnest(ids, payloads, hashes, times) WITH ORDINALITY
      AS sent(op_id, payload, body_hash, device_time, place);
  UPDATE records.devices SET last_seq = device.last_seq + cardinality(ids), seen_at = now()
    WHERE device_id = device.device_id;
  results[cardinality(ids)] := results[cardinality(ids)] || jsonb_build_object('upto',
    jsonb_build_object('after', standing.seq, 'cursor', standing.seq + cardinality(made),
      'mark', ids[cardinality(ids)]));
  RETURN results;
EXCEPTION -- one by one, what is wrong with one is that one's
  WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
    RETURN NULL;
END
$$;

-- One new op: {result, seq, row, why, contested}. What fails in it fails alone. ``allowed``: what the
-- person may send, each as "entity kind".
DROP FUNCTION IF EXISTS records.take(records.people, records.devices, jsonb);
DROP FUNCTION IF EXISTS records.may(records.people, text, text);
CREATE OR REPLACE FUNCTION records.take(
  person records.people, device records.devices, allowed text[], sent jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  op jsonb;
  answer jsonb;
  more jsonb;
  erased boolean;
BEGIN
  IF encode(sha256(convert_to(sent ->> 'payload', 'UTF8')), 'hex') <> sent ->> 'body_hash' THEN
    RETURN '{"result": "rejected", "why": "damaged"}';
  END IF;
  BEGIN
    op := (sent ->> 'payload')::jsonb || jsonb_build_object('op_id', sent ->> 'op_id');
    IF ((op ->> 'entity') || ' ' || (op ->> 'kind') = ANY (allowed)) IS NOT TRUE THEN
      RETURN '{"result": "rejected", "why": "not_allowed"}';
    END IF;
    erased := records.is_late(device, op);
    IF erased THEN
      op := records.without_person(op);
    END IF;
    IF op ->> 'entity' = 'waiter' AND op ->> 'kind' = 'create'
      AND op -> 'body' ->> 'customer_ref' IS NULL
    THEN
      RETURN '{"result": "applied", "erased": true}'; -- nobody waits any more
    END IF;
    answer := CASE op ->> 'kind'
      WHEN 'create' THEN records.take_create(person, device, op)
      WHEN 'update' THEN records.take_update(person, op)
      WHEN 'assign' THEN records.take_update(person, op)
      WHEN 'move' THEN records.take_move(person, op)
      WHEN 'delete' THEN records.take_delete(op)
      ELSE '{"result": "rejected", "why": "not_allowed"}'
    END;
    IF answer ->> 'result' = 'applied' THEN
      FOR more IN SELECT * FROM jsonb_array_elements(coalesce(op -> 'also', '[]')) LOOP
        IF ((more ->> 'entity') || ' create' = ANY (allowed)) IS NOT TRUE THEN
          RAISE EXCEPTION 'not_allowed' USING ERRCODE = 'WB008';
        END IF;
        more := records.take_create(person, device,
          more || jsonb_build_object('op_id', op ->> 'op_id'));
        IF more ->> 'result' <> 'applied' THEN
          RAISE EXCEPTION '%', more ->> 'why' USING ERRCODE = 'WB008';
        END IF;
        answer := answer || jsonb_build_object('seq', more -> 'seq');
      END LOOP;
      IF op ->> 'entity' = 'erasure' THEN
        answer := answer || jsonb_build_object('seq', records.erase(device, op));
      END IF;
    END IF;
    RETURN CASE WHEN erased THEN answer - 'contested' || '{"erased": true}' ELSE answer END;
  EXCEPTION
    WHEN SQLSTATE 'WB008' THEN
      RETURN jsonb_build_object('result', 'rejected', 'why', SQLERRM);
    WHEN data_exception OR integrity_constraint_violation OR syntax_error_or_access_rule_violation
        OR plpgsql_error OR program_limit_exceeded THEN
      RETURN jsonb_build_object('result', 'rejected', 'why', 'refused', 'state', SQLSTATE);
  END;
END
$$;

-- The same fields of a row without what tells of a customer.
CREATE OR REPLACE FUNCTION records.blanked(p_entity text, body jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT body || coalesce((SELECT jsonb_object_agg(field, blank) FROM records.personal
    WHERE entity = p_entity AND body ? field), '{}')
$$;

-- What an op says of a customer, taken out of it and of what comes with it.
CREATE OR REPLACE FUNCTION records.without_person(op jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT op || jsonb_build_object(
    'body', records.blanked(op ->> 'entity', op -> 'body'),
    'also', (SELECT coalesce(jsonb_agg(more
        || jsonb_build_object('body', records.blanked(more ->> 'entity', more -> 'body'))), '[]')
      FROM jsonb_array_elements(coalesce(op -> 'also', '[]')) AS more))
$$;

-- Whether an op tells of a customer who was erased before its desk could know: by what the desk has
-- pulled, not by anybody's clock. What is written once it knows is new, and stands.
CREATE OR REPLACE FUNCTION records.is_late(device records.devices, op jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM records.erased
    WHERE id IN (op ->> 'entity_id', op ->> 'root', op -> 'body' ->> 'complaint_id',
        op -> 'body' ->> 'customer_ref')
      AND seq > device.cursor AND device_id <> device.device_id)
$$;

-- Takes a customer out of every row that the op names, that hangs on such a complaint or that has
-- the same reference, out of the ops that made them, and of contents that nobody names then. Returns
-- the last seq. Reads all ops while the counter is held: it is asked for seldom.
CREATE OR REPLACE FUNCTION records.erase(device records.devices, op jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told jsonb := op -> 'body' -> 'rows';
  ref text := op -> 'body' ->> 'customer_ref';
  roots text[];
  named text[];
  found_row records.rows;
  after records.rows;
  given jsonb;
  last bigint;
BEGIN
  SELECT array_agg(entity_id) INTO roots FROM records.rows
    WHERE entity = 'complaint' AND (told -> 'complaint' ? entity_id OR fields ->> 'customer_ref' = ref);
  SELECT array_agg(id) INTO named
    FROM jsonb_each(told) AS t(entity, ids), jsonb_object_keys(ids) AS id;
  named := coalesce(named, '{}') || coalesce(roots, '{}') || ref;
  FOR found_row IN SELECT * FROM records.rows AS r
    WHERE (root = ANY (roots) OR told -> entity ? entity_id OR fields ->> 'customer_ref' = ref)
      AND EXISTS (SELECT FROM records.personal AS p WHERE p.entity = r.entity)
    ORDER BY seq
  LOOP
    given := coalesce(told -> found_row.entity -> found_row.entity_id, '{}');
    SELECT coalesce(jsonb_object_agg(key, value), '{}') INTO given FROM jsonb_each(
      records.blanked(found_row.entity, found_row.fields) || given) AS f
      WHERE found_row.fields ? key AND found_row.fields -> key IS DISTINCT FROM value;
    after := records.written(found_row, op, given);
    IF found_row.deleted AND given <> '{}' OR found_row.entity = 'waiter' AND NOT found_row.deleted
    THEN
      PERFORM records.buried(after);
    END IF;
    named := named || found_row.entity_id;
  END LOOP;
  SELECT seq INTO last FROM records.counter;
  INSERT INTO records.erased SELECT DISTINCT id, last, device.device_id FROM unnest(named) AS id
    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, device_id = excluded.device_id;
  UPDATE records.ops SET payload = '', detail = detail - 'contested'
    WHERE payload <> '' AND EXISTS (SELECT FROM unnest(named) AS id WHERE strpos(payload, id) > 0);
  DELETE FROM records.contents AS c WHERE NOT EXISTS (SELECT FROM records.rows
    WHERE entity = 'attachment' AND fields ->> 'content' = c.content);
  RETURN last;
END
$$;

-- A body of this form is bound when it is made: no search_path can change what it calls. Not said to
-- be immutable, which what it calls is not: it would be called for every row instead of read as if it
-- stood in the query.
CREATE OR REPLACE FUNCTION records.shown(found_row records.rows) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('entity', (found_row).entity, 'entity_id', (found_row).entity_id,
  'fields', (found_row).fields, 'versions', (found_row).versions, 'seq', (found_row).seq,
  'deleted', (found_row).deleted);

-- A version of the rules is one text for ever: a second one of that name is refused.
CREATE OR REPLACE FUNCTION records.version_taken(op jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT op ->> 'entity' = 'release' AND op -> 'body' ? 'version' AND EXISTS (
    SELECT FROM records.rows WHERE entity = 'release' AND entity_id <> op ->> 'entity_id'
      AND fields ->> 'version' = op -> 'body' ->> 'version')
$$;

-- A row of its own is the caller's team's unless it says whose; one with a root follows that. A
-- root that the caller sees no more may still be added to by whoever saw it.
CREATE OR REPLACE FUNCTION records.take_create(
  person records.people, device records.devices, op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  made records.rows;
  body jsonb := op -> 'body';
  above text := coalesce(op ->> 'root', op ->> 'entity_id');
  turn integer := 0;
BEGIN
  IF op ->> 'entity' = 'release' AND (body ->> 'state' = 'draft'
      AND body ->> 'author' = person.person_id) IS NOT TRUE THEN
    RETURN '{"result": "rejected", "why": "not_allowed"}';
  END IF;
  SELECT * INTO made FROM records.rows
    WHERE entity = op ->> 'entity' AND entity_id = op ->> 'entity_id';
  IF FOUND THEN
    RETURN jsonb_build_object('result', 'applied', 'seq', made.seq, 'row', records.shown(made));
  END IF;
  IF records.version_taken(op) THEN
    RETURN '{"result": "rejected", "why": "version_taken"}';
  END IF;
  made.entity := op ->> 'entity';
  IF records.author_field(made.entity) IS NOT NULL
    AND body ->> records.author_field(made.entity) IS DISTINCT FROM person.person_id
  THEN
    RETURN '{"result": "rejected", "why": "not_allowed"}';
  END IF;
  made.entity_id := op ->> 'entity_id';
  made.root := above;
  made.deleted := false;
  IF above = made.entity_id THEN
    IF NOT records.is_everybodys(made.entity) THEN
      made.team := coalesce(body ->> 'team', person.team);
      IF made.team IS DISTINCT FROM body ->> 'team' THEN
        body := body || jsonb_build_object('team', made.team);
      END IF;
    END IF;
    INSERT INTO records.roots VALUES (above, made.team);
  ELSE
    SELECT team INTO made.team FROM records.roots WHERE root = above;
    IF NOT FOUND THEN
      RETURN '{"result": "rejected", "why": "no_such_row"}';
    END IF;
    IF NOT (made.team IS NULL OR records.sees_all() OR made.team = person.team OR EXISTS (
      SELECT FROM records.departures WHERE root = above AND (team IS NULL OR team = person.team)))
    THEN
      RETURN '{"result": "rejected", "why": "out_of_scope"}';
    END IF;
  END IF;
  IF body ->> 'number' IS NOT NULL THEN
    LOOP  -- a number is given once for ever, to what is deleted since too
      INSERT INTO records.numbers VALUES (body ->> 'number', made.entity_id)
        ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
      turn := turn + 1;
      body := body || jsonb_build_object('former_number', op -> 'body' -> 'number',
        'number', concat_ws('-', op -> 'body' ->> 'number', device.code, nullif(turn, 1)));
    END LOOP;
  END IF;
  made.fields := body;
  SELECT coalesce(jsonb_object_agg(key, op ->> 'op_id'), '{}') INTO made.versions
    FROM jsonb_object_keys(body) AS key;
  made.seq := records.next_seq();
  INSERT INTO records.rows SELECT made.*;
  RETURN jsonb_build_object('result', 'applied', 'seq', made.seq, 'row', records.shown(made));
END
$$;

-- The row that an op changes, locked; none where it is not there or not the caller's to see.
CREATE OR REPLACE FUNCTION records.changed_row(op jsonb) RETURNS records.rows
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM records.rows
  WHERE entity = op ->> 'entity' AND entity_id = op ->> 'entity_id' FOR UPDATE
$$;

-- What of ``body`` stands against the row: field -> both values, by whom the other one is.
CREATE OR REPLACE FUNCTION records.contested(present records.rows, op jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(b.key, jsonb_build_object(
      'mine', b.value, 'theirs', present.fields -> b.key,
      'version', present.versions -> b.key,
      'by', (SELECT person_id FROM records.ops WHERE op_id = (present.versions ->> b.key)::uuid))),
    '{}')
  FROM jsonb_each(op -> 'body') AS b
  WHERE present.fields -> b.key IS DISTINCT FROM b.value
    AND present.versions ->> b.key IS DISTINCT FROM op -> 'base' ->> b.key
$$;

-- What a release of rules asks beyond the tables of rights and moves: only a draft is rewritten, by
-- its author alone, nobody approves their own, and who approved and published is who did.
CREATE OR REPLACE FUNCTION records.release_allows(
  person records.people, present records.rows, op jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN op ->> 'kind' = 'update'
  THEN present.fields ->> 'state' = 'draft' AND present.fields ->> 'author' = person.person_id
    AND (op -> 'body') - ARRAY['name', 'version', 'text', 'cases', 'note'] = '{}'
  ELSE CASE op -> 'body' ->> 'state'
    WHEN 'shadow' THEN (op -> 'body') - ARRAY['state', 'shadow_at'] = '{}'
    WHEN 'approved' THEN present.fields ->> 'author' <> person.person_id
      AND op -> 'body' ->> 'approved_by' = person.person_id
      AND (op -> 'body') - ARRAY['state', 'approved_by', 'approved_at'] = '{}'
    WHEN 'published' THEN op -> 'body' ->> 'published_by' = person.person_id
      AND (op -> 'body') - ARRAY['state', 'published_by', 'published_at', 'serial'] = '{}'
    WHEN 'withdrawn' THEN op -> 'body' ->> 'withdrawn_by' = person.person_id
      AND (op -> 'body') - ARRAY['state', 'withdrawn_by', 'withdrawn_at', 'why'] = '{}'
    ELSE false END
END;

CREATE OR REPLACE FUNCTION records.take_update(person records.people, op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  present records.rows := records.changed_row(op);
  against jsonb;
BEGIN
  IF present.entity IS NULL THEN
    RETURN '{"result": "rejected", "why": "out_of_scope"}';
  END IF;
  IF present.entity = 'release' AND records.release_allows(person, present, op) IS NOT TRUE
    OR records.author_field(present.entity) IS NOT NULL AND (
      present.fields ->> records.author_field(present.entity) IS DISTINCT FROM person.person_id
      OR op -> 'body' ->> records.author_field(present.entity) <> person.person_id)
  THEN
    RETURN '{"result": "rejected", "why": "not_allowed"}';
  END IF;
  IF records.version_taken(op) THEN
    RETURN '{"result": "rejected", "why": "version_taken"}';
  END IF;
  IF (CASE WHEN op ->> 'kind' = 'assign'
      THEN (op -> 'body') - ARRAY['owner', 'team'] <> '{}' OR (person.role = 'agent'
        AND op -> 'body' <> jsonb_build_object('owner', person.person_id)) -- takes it itself
      ELSE op -> 'body' ?| ARRAY['state', 'number', 'owner', 'team'] END)
  THEN
    RETURN '{"result": "rejected", "why": "not_allowed"}';
  END IF;
  IF present.deleted AND NOT coalesce((op ->> 'revives')::boolean, false) THEN
    RETURN jsonb_build_object('result', 'conflict', 'why', 'deleted', 'seq', present.seq,
      'contested', records.contested(present, jsonb_set(op, '{base}', '{}')),
      'row', records.shown(present));
  END IF;
  against := records.contested(present, op);
  present := records.written(present, op, (SELECT coalesce(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(op -> 'body') WHERE NOT against ? key));
  RETURN CASE WHEN against = '{}'
    THEN jsonb_build_object('result', 'applied')
    ELSE jsonb_build_object('result', 'conflict', 'why', 'changed', 'contested', against)
  END || jsonb_build_object('seq', present.seq, 'row', records.shown(present));
END
$$;

-- A change of state is made as a whole, from the state that its author saw, or not at all.
CREATE OR REPLACE FUNCTION records.take_move(person records.people, op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  present records.rows := records.changed_row(op);
  against jsonb;
BEGIN
  IF present.entity IS NULL THEN
    RETURN '{"result": "rejected", "why": "out_of_scope"}';
  END IF;
  IF present.entity = 'release' AND records.release_allows(person, present, op) IS NOT TRUE THEN
    RETURN '{"result": "rejected", "why": "not_allowed"}';
  END IF;
  against := records.contested(present, op);
  IF present.versions ->> 'state' IS DISTINCT FROM op -> 'base' ->> 'state' THEN
    against := against || jsonb_build_object('state', jsonb_build_object(
      'mine', op -> 'body' -> 'state', 'theirs', present.fields -> 'state',
      'version', present.versions -> 'state', 'by', (SELECT person_id FROM records.ops
        WHERE op_id = (present.versions ->> 'state')::uuid)));
  END IF;
  IF present.deleted OR against <> '{}' THEN
    RETURN jsonb_build_object('result', 'conflict', 'seq', present.seq,
      'why', CASE WHEN present.deleted THEN 'deleted' ELSE 'changed' END,
      'contested', against, 'row', records.shown(present));
  END IF;
  IF NOT EXISTS (SELECT FROM records.transitions WHERE role = person.role
    AND entity = present.entity AND from_state = present.fields ->> 'state'
    AND to_state = op -> 'body' ->> 'state')
  THEN
    RETURN jsonb_build_object('result', 'rejected', 'why', 'not_allowed');
  END IF;
  present := records.written(present, op, op -> 'body');
  RETURN jsonb_build_object('result', 'applied', 'seq', present.seq, 'row', records.shown(present));
END
$$;

-- Refused where anything was changed that its author had not seen.
CREATE OR REPLACE FUNCTION records.take_delete(op jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  present records.rows := records.changed_row(op);
BEGIN
  IF present.entity IS NULL THEN
    RETURN '{"result": "rejected", "why": "out_of_scope"}';
  END IF;
  IF present.deleted THEN
    RETURN jsonb_build_object('result', 'applied', 'seq', present.seq,
      'row', records.shown(present));
  END IF;
  IF present.versions <> op -> 'base' THEN
    RETURN jsonb_build_object('result', 'conflict', 'why', 'changed', 'seq', present.seq,
      'contested', '{}'::jsonb, 'row', records.shown(present));
  END IF;
  present := records.buried(present);
  RETURN jsonb_build_object('result', 'applied', 'seq', present.seq, 'row', records.shown(present));
END
$$;

-- Rows after ``cursor`` in order of seq, what left the caller's sight since, and how far that goes.
-- ``scope`` is what hello said when the desk last began from 0; another one: {"restart": scope}.
CREATE OR REPLACE FUNCTION records.pull(
  p_device uuid, p_cursor bigint, p_scope bigint, p_limit integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET enable_bitmapscan = off -- a page is read in order; without statistics all of the rest would be
AS $$
DECLARE
  person records.people := records.me();
  device records.devices := records.my_device(p_device);
  upto bigint;
  page jsonb;
  last bigint;
  n integer := least(greatest(p_limit, 1), 1000);
BEGIN
  IF person.scope_seq <> p_scope THEN
    RETURN jsonb_build_object('restart', person.scope_seq);
  END IF;
  SELECT seq INTO upto FROM records.counter; -- before the rows: what comes between waits
  SELECT coalesce(jsonb_agg(records.shown(r) ORDER BY r.seq), '[]'), max(r.seq)
    INTO page, last
    FROM (SELECT * FROM records.rows WHERE seq > p_cursor AND seq <= upto
      ORDER BY seq LIMIT n) AS r;
  IF jsonb_array_length(page) = n THEN
    upto := last;
  END IF;
  UPDATE records.devices SET seen_at = now(), cursor = p_cursor WHERE device_id = p_device
    AND (cursor <> p_cursor OR seen_at < now() - interval '1 minute');
  RETURN jsonb_build_object('rows', page, 'cursor', upto,
    'mark', records.mark_at(upto, upto),
    'more', jsonb_array_length(page) = n,
    'gone', (SELECT coalesce(jsonb_agg(jsonb_build_array(d.entity, d.entity_id)), '[]')
      FROM (SELECT DISTINCT entity, entity_id FROM records.departures
        WHERE seq > p_cursor AND seq <= upto
          AND (team IS NULL OR records.sees_all() OR team = person.team)) AS d
      WHERE NOT EXISTS (SELECT FROM records.rows r
        WHERE r.entity = d.entity AND r.entity_id = d.entity_id)));
END
$$;
