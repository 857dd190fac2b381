-- Requests that crossed between this site and another, as their records were settled: given ones
-- were served here for the other site, taken ones there for this one. Each has the next number of
-- its direction and site, from 1 without gaps, given in the transaction that stores the record;
-- request is the id of the record at the origin, record_id that of the one here. They stay when
-- records are purged: they name no project, key or person.
CREATE TABLE usage_crossings (
  direction         TEXT     NOT NULL,
  site              TEXT     NOT NULL,
  sequence          BIGINT   NOT NULL,
  request           TEXT     NOT NULL,
  record_id         TEXT     NOT NULL,
  organization      TEXT     NOT NULL,
  model             TEXT     NOT NULL,
  service_class     TEXT     NOT NULL,
  engine_owner      TEXT     NOT NULL,
  outcome           TEXT     NOT NULL,
  prompt_tokens     BIGINT   NOT NULL,
  cached_tokens     BIGINT   NOT NULL,
  completion_tokens BIGINT   NOT NULL,
  estimated         SMALLINT NOT NULL,
  engine_micros     BIGINT   NOT NULL,
  audio_millis      BIGINT   NOT NULL,
  tariff            TEXT,
  micro_currency    BIGINT,
  currency          TEXT,
  started_at        BIGINT   NOT NULL,
  total_micros      BIGINT   NOT NULL,
  PRIMARY KEY (direction, site, sequence)
);

CREATE INDEX usage_crossings_request ON usage_crossings (request);
