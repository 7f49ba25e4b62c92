-- Who has a complaint open. Run as workbench_records_owner.

-- The caller's desk has this one open (null: none any more); the others who have it open, if the
-- caller may see it. A desk that was not heard of for 90 seconds has nothing open.
CREATE OR REPLACE FUNCTION records.here(p_device uuid, p_complaint text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  me records.people := records.me();
  seen boolean;
BEGIN
  PERFORM records.my_device(p_device);
  seen := EXISTS (SELECT FROM records.rows WHERE entity = 'complaint' AND entity_id = p_complaint
    AND NOT deleted);
  IF NOT seen THEN
    DELETE FROM records.presence WHERE device_id = p_device;
    RETURN '[]';
  END IF;
  INSERT INTO records.presence VALUES (p_device, p_complaint, me.person_id, now())
    ON CONFLICT (device_id) DO UPDATE
    SET entity_id = excluded.entity_id, person_id = excluded.person_id, seen_at = excluded.seen_at;
  RETURN (SELECT coalesce(jsonb_agg(DISTINCT person_id), '[]') FROM records.presence
    WHERE entity_id = p_complaint AND device_id <> p_device
      AND seen_at > now() - interval '90 seconds');
END
$$;
