-- Steps 3 and 4 of "Restore" in operations.md. Reads the storage's files below $DATA_DIR, on the machine where psql runs:
--
--   psql -X --set=ON_ERROR_STOP=1 --file=docs/restore.sql "$DATABASE_URL"
BEGIN;
CREATE TEMP TABLE stored (line text);
\copy stored FROM PROGRAM 'cd "$DATA_DIR" && find . -maxdepth 1 -name "[0-9]*.txt" -exec grep -H "" {} + ; find . -path "./pictures/*" -type f' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
CREATE TEMP VIEW found AS
  SELECT coalesce(substring(line FROM '^\./(\d+)\.txt:'), substring(line FROM '^\./pictures/(\d+)(?:-.*)?$'))::bigint AS id,
    substring(line FROM '^\./pictures/\d+-(.*)$') AS nonce, substring(line FROM '^\./(pictures/.*)$') AS picture_key,
    substring(line FROM '^\./\d+\.txt:(.*)$') AS description
  FROM stored;

-- step 3; ids_begin_above is the last id that no new image gets
SELECT setval(pg_get_serial_sequence('images', 'id'), 10000000 + greatest(
  (SELECT max(id) FROM found),
  (SELECT max(id) FROM images),
  (SELECT max((body::json ->> 'imageId')::bigint) FROM outbox),
  (SELECT max(image_id) FROM dead_letters),
  (SELECT max(image_id) FROM idempotency_keys),
  nextval(pg_get_serial_sequence('images', 'id')))) AS ids_begin_above;

-- step 4
INSERT INTO images (id, status, description, finished_at)
  SELECT DISTINCT ON (id) id, 'described', description, now() FROM found WHERE description IS NOT NULL ORDER BY id
  ON CONFLICT (id) DO UPDATE SET status = 'described', description = excluded.description,
    failure_code = NULL, failure_reason = NULL, finished_at = excluded.finished_at
  WHERE images.status <> 'described';
INSERT INTO images (id, nonce, picture_key) SELECT id, nonce, picture_key FROM found WHERE description IS NULL
  ON CONFLICT (id) DO NOTHING;
COMMIT;
