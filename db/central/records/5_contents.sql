-- Contents of attachments, in parts that can be sent again. Run as workbench_records_owner.

-- One part of a content, for the attachment that names it, which the caller must see; whether it is
-- whole now. The last part proves the hash. Raises WB012 for a part that does not fit.
CREATE OR REPLACE FUNCTION records.give_content(
  p_device uuid, p_attachment text, p_content text, p_size bigint, p_parts integer, p_part integer,
  p_bytes bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  held records.contents;
BEGIN
  PERFORM records.durably();
  PERFORM records.me();
  PERFORM records.my_device(p_device);
  IF NOT EXISTS (SELECT FROM records.rows WHERE entity = 'attachment' AND entity_id = p_attachment
    AND fields ->> 'content' = p_content)
  THEN
    RAISE EXCEPTION 'no_such_attachment' USING ERRCODE = 'WB012';
  END IF;
  INSERT INTO records.contents (content, size, parts) VALUES (p_content, p_size, p_parts)
    ON CONFLICT DO NOTHING;
  SELECT * INTO held FROM records.contents WHERE content = p_content FOR UPDATE;
  IF held.whole THEN
    RETURN true;
  END IF;
  IF (held.size, held.parts) <> (p_size, p_parts) OR p_part NOT BETWEEN 0 AND p_parts - 1
    OR octet_length(p_bytes) > 262144
  THEN
    RAISE EXCEPTION 'bad_part' USING ERRCODE = 'WB012';
  END IF;
  INSERT INTO records.parts VALUES (p_content, p_part, p_bytes)
    ON CONFLICT (content, part) DO UPDATE SET bytes = excluded.bytes;
  IF (SELECT count(*) FROM records.parts WHERE content = p_content) < p_parts THEN
    RETURN false;
  END IF;
  IF p_content <> (SELECT encode(sha256(string_agg(bytes, ''::bytea ORDER BY part)), 'hex')
    FROM records.parts WHERE content = p_content)
  THEN
    DELETE FROM records.parts WHERE content = p_content; -- to be sent again, whole
    RETURN false;
  END IF;
  UPDATE records.contents SET whole = true WHERE content = p_content;
  RETURN true;
END
$$;

-- {whole, parts: those held}: where a broken sending goes on.
CREATE OR REPLACE FUNCTION records.have_content(p_content text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM records.me();
  RETURN coalesce((SELECT jsonb_build_object('whole', whole, 'of', parts, 'parts',
      (SELECT coalesce(jsonb_agg(part ORDER BY part), '[]') FROM records.parts p
        WHERE p.content = c.content))
    FROM records.contents c WHERE content = p_content), '{"whole": false, "parts": []}');
END
$$;

-- One part of a whole content that an attachment in the caller's sight names; null: there is none.
CREATE OR REPLACE FUNCTION records.take_content(p_content text, p_part integer) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM records.me();
  IF NOT EXISTS (SELECT FROM records.rows WHERE entity = 'attachment' AND NOT deleted
    AND fields ->> 'content' = p_content)
  THEN
    RETURN NULL;
  END IF;
  RETURN (SELECT p.bytes FROM records.parts p JOIN records.contents c USING (content)
    WHERE content = p_content AND part = p_part AND c.whole);
END
$$;
