-- One row per finished request. Times are microseconds (started_at since 1970-01-01 UTC, the others
-- from the arrival of the request); flags are 0 or 1; outcome is completed, cancelled or failed.
-- engine and engine_owner are null when the request never left the queue.
CREATE TABLE usage_records (
  id                TEXT     NOT NULL PRIMARY KEY,
  started_at        BIGINT   NOT NULL,
  request_id        TEXT     NOT NULL,
  site              TEXT     NOT NULL,
  organization      TEXT     NOT NULL,
  project           TEXT     NOT NULL,
  api_key           TEXT     NOT NULL,
  model             TEXT     NOT NULL,
  engine            TEXT,
  engine_owner      TEXT,
  route             TEXT     NOT NULL,
  streamed          SMALLINT NOT NULL,
  outcome           TEXT     NOT NULL,
  status            INTEGER  NOT NULL,
  error_code        TEXT,
  prompt_tokens     BIGINT   NOT NULL,
  cached_tokens     BIGINT   NOT NULL,
  completion_tokens BIGINT   NOT NULL,
  estimated         SMALLINT NOT NULL,
  queued_micros     BIGINT   NOT NULL,
  first_byte_micros BIGINT   NOT NULL,
  total_micros      BIGINT   NOT NULL,
  request_bytes     BIGINT   NOT NULL,
  response_bytes    BIGINT   NOT NULL,
  attempts          INTEGER  NOT NULL
);

-- Reports ask for a span of time.
CREATE INDEX usage_records_started_at ON usage_records (started_at);
