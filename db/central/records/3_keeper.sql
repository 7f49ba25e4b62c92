-- The two functions that write rows: as workbench_records_keeper, who alone sees every row, because a
-- row may leave its writer's sight by being written. Only functions of the owner may call them.
-- Run as workbench_records_keeper.

-- Writes fields of a row that the caller was shown; where the team changes, everything below the row
-- goes with it.
CREATE OR REPLACE FUNCTION records.written(present records.rows, op jsonb, body jsonb)
RETURNS records.rows
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  before text := present.team;
  below records.rows;
BEGIN
  IF body = '{}' THEN
    RETURN present;
  END IF;
  present.fields := present.fields || body;
  present.versions := present.versions
    || (SELECT jsonb_object_agg(key, op ->> 'op_id') FROM jsonb_object_keys(body) AS key);
  present.deleted := false;
  present.seq := records.next_seq();
  IF present.root = present.entity_id AND body ? 'team' THEN
    present.team := body ->> 'team';
  END IF;
  IF present.team IS DISTINCT FROM before THEN
    INSERT INTO records.departures
      SELECT present.seq, entity, entity_id, root, before FROM records.rows
      WHERE root = present.root;
    UPDATE records.roots SET team = present.team WHERE root = present.root;
    FOR below IN SELECT * FROM records.rows
      WHERE root = present.root AND entity_id <> present.entity_id LOOP
      UPDATE records.rows SET team = present.team, seq = records.next_seq()
        WHERE entity = below.entity AND entity_id = below.entity_id;
    END LOOP;
  END IF;
  UPDATE records.rows SET fields = present.fields, versions = present.versions,
      seq = present.seq, team = present.team, deleted = false
    WHERE entity = present.entity AND entity_id = present.entity_id;
  RETURN present;
END
$$;

CREATE OR REPLACE FUNCTION records.buried(present records.rows) RETURNS records.rows
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE records.rows SET deleted = true, seq = records.next_seq()
    WHERE entity = present.entity AND entity_id = present.entity_id RETURNING * INTO present;
  RETURN present;
END
$$;

REVOKE ALL ON FUNCTION records.written(records.rows, jsonb, jsonb), records.buried(records.rows)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION records.written(records.rows, jsonb, jsonb), records.buried(records.rows)
  TO workbench_records_owner;
