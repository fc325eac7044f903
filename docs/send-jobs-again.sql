-- Sends the jobs of all unfinished images again. Twice does no harm: a worker that finds the result reports it again.
--
--   psql -X --file=docs/send-jobs-again.sql "$DATABASE_URL"
INSERT INTO outbox (routing_key, type, body)
  SELECT 'caption.requested', 'caption.requested.v1', json_strip_nulls(json_build_object(
    'imageId', images.id, 'nonce', nonce, 'url', url, 'pictureKey', picture_key,
    'storageId', CASE WHEN picture_key IS NOT NULL THEN storage_identity.id END,
    'options', CASE WHEN options IS NOT NULL THEN json_build_object('prompt', options -> 'prompt', 'beams', options -> 'beams',
      'captions', options -> 'captions', 'maxLength', options -> 'max_length') END,
    'requestedAt', to_char(queued_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))::text
  FROM images, storage_identity WHERE status IN ('queued', 'processing') ORDER BY images.id;
