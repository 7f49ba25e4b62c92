-- What a loader needs of the owner's rights: months, columns, and the removal of whole months.
-- Each checks what it is given, and none runs a text of the caller's.

-- Partitions for the months whose first days (Shanghai's) are given. Attached, not created as a
-- partition, so that whoever reads is not kept waiting.
CREATE OR REPLACE FUNCTION warehouse.ensure_months(months date[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  month date;
  part text;
BEGIN
  FOREACH month IN ARRAY months LOOP
    IF month IS NULL OR month <> date_trunc('month', month) THEN
      RAISE EXCEPTION 'not the first day of a month';
    END IF;
    part := 'attempts_' || to_char(month, 'YYYYMM');
    CONTINUE WHEN to_regclass('warehouse.' || part) IS NOT NULL;
    EXECUTE format('CREATE TABLE warehouse.%I (LIKE warehouse.attempts)', part);
    EXECUTE format(
      'ALTER TABLE warehouse.attempts ATTACH PARTITION warehouse.%I FOR VALUES FROM (%L) TO (%L)',
      part, month - interval '8 hours', month + interval '1 month' - interval '8 hours');
  END LOOP;
END
$$;

-- Removes the months that ended before ``before`` (UTC) and have no row any more, with their disk
-- space.
CREATE OR REPLACE FUNCTION warehouse.drop_months(before timestamp) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  part text;
  used boolean;
BEGIN
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'warehouse.attempts'::regclass AND c.relname ~ '^attempts_[0-9]{6}$'
      AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' - interval '8 hours' <= before
  LOOP
    EXECUTE format('LOCK TABLE warehouse.%I IN ACCESS EXCLUSIVE MODE', part);
    EXECUTE format('SELECT EXISTS (SELECT FROM warehouse.%I)', part) INTO used;
    IF NOT used THEN -- by an import of just now
      EXECUTE format('DROP TABLE warehouse.%I', part);
    END IF;
  END LOOP;
END
$$;

-- Views that show everything but the sealed originals. They are written out column by column, so
-- they are made anew when a column comes or changes.
CREATE OR REPLACE FUNCTION warehouse.publish() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown text;
BEGIN
  FOREACH shown IN ARRAY ARRAY['attempts', 'events', 'extras', 'meta', 'search_keys',
    'states', 'former_answers', 'former_context', 'former_events'] LOOP
    EXECUTE format('CREATE OR REPLACE VIEW warehouse_masked.%I AS SELECT * FROM warehouse.%I',
      shown, shown);
    EXECUTE format('GRANT SELECT ON warehouse_masked.%I TO workbench_reader', shown);
  END LOOP;
  CREATE OR REPLACE VIEW warehouse_masked.identities AS
    SELECT identity_key, customer_key, name, phone, id_card, customer_id FROM warehouse.identities;
  GRANT SELECT ON warehouse_masked.identities TO workbench_reader;
  CREATE OR REPLACE VIEW warehouse_masked.sealed_identities AS
    SELECT identity_key, customer_key, sealed FROM warehouse.identities;
  GRANT SELECT ON warehouse_masked.sealed_identities TO workbench_revealer;
END
$$;

-- An extra column of ``owner`` ('attempts' or 'bureau_scores'), added or widened to ``kind``.
CREATE OR REPLACE FUNCTION warehouse.ensure_column(owner text, name text, kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  present text;
  said text;
BEGIN
  IF owner NOT IN ('attempts', 'bureau_scores')
    OR kind NOT IN ('bigint', 'double precision', 'boolean', 'timestamp without time zone', 'text')
  THEN
    RAISE EXCEPTION 'no such table or type';
  END IF;
  SELECT format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum)
    INTO present, said FROM pg_attribute a
    WHERE a.attrelid = ('warehouse.' || owner)::regclass AND a.attname = name AND NOT a.attisdropped;
  IF present = kind THEN
    RETURN;
  END IF;
  IF present IS NULL THEN
    EXECUTE format('ALTER TABLE warehouse.%I ADD COLUMN %I %s', owner, name, kind);
    EXECUTE format('COMMENT ON COLUMN warehouse.%I.%I IS ''extra''', owner, name);
  ELSIF NOT (kind = 'text' OR (present = 'bigint' AND kind = 'double precision'))
    OR said IS DISTINCT FROM 'extra' -- a column of our own
  THEN
    RAISE EXCEPTION 'no wider type of this column';
  ELSE
    DROP VIEW IF EXISTS warehouse_masked.attempts;
    -- A whole number that became a double keeps the spelling that it has everywhere: 5.0
    EXECUTE format('ALTER TABLE warehouse.%I ALTER COLUMN %I TYPE %s USING %s', owner, name, kind,
      CASE WHEN present = 'double precision' THEN format(
        'CASE WHEN %1$I = trunc(%1$I) AND abs(%1$I) < 1e15 THEN trunc(%1$I)::numeric::text || ''.0'''
        ' ELSE %1$I::text END', name)
      ELSE format('%I::%s', name, kind) END);
  END IF;
  PERFORM warehouse.publish();
END
$$;
