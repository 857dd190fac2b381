-- What was changed afterwards in what a record says: a record itself never changes. kind is
-- 'tokens' (the counts were wrong; micro_currency is what that does to the price), 'repricing' (the
-- tariff was wrong) or 'amount' (agreed by people; repricing leaves it alone). The numbers are
-- differences. counted_at is when it counts in sums: with the record, or later when that month's
-- statement was closed. dimension is the record's in usage_dimensions, in the correction's currency.
CREATE TABLE usage_corrections (
  id                TEXT    NOT NULL PRIMARY KEY,
  record_id         TEXT    NOT NULL,
  kind              TEXT    NOT NULL,
  reason            TEXT    NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  cached_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  micro_currency    BIGINT  NOT NULL,
  currency          TEXT    NOT NULL,
  tariff            TEXT,
  actor_kind        TEXT    NOT NULL,
  actor_id          TEXT    NOT NULL,
  created_at        BIGINT  NOT NULL,
  counted_at        BIGINT  NOT NULL,
  dimension         INTEGER NOT NULL
);

CREATE INDEX usage_corrections_record ON usage_corrections (record_id);
CREATE INDEX usage_corrections_counted_at ON usage_corrections (counted_at);

-- Sums of records and corrections by hour and day (since 1970-01-01 UTC), in two grains: with key and
-- person, and without for the questions that are asked most. What usage is summed by stands once in
-- a dictionary, empty where a record has nothing.
CREATE TABLE usage_dimensions (
  id            INTEGER NOT NULL PRIMARY KEY,
  organization  TEXT    NOT NULL,
  project       TEXT    NOT NULL,
  api_key       TEXT    NOT NULL,
  person        TEXT    NOT NULL,
  model         TEXT    NOT NULL,
  engine        TEXT    NOT NULL,
  engine_owner  TEXT    NOT NULL,
  service_class TEXT    NOT NULL,
  currency      TEXT    NOT NULL
);

CREATE UNIQUE INDEX usage_dimensions_once ON usage_dimensions
  (organization, project, api_key, person, model, engine, engine_owner, service_class, currency);
CREATE INDEX usage_dimensions_person ON usage_dimensions (person);
CREATE INDEX usage_dimensions_key ON usage_dimensions (api_key);

CREATE TABLE usage_hourly (
  hour              INTEGER NOT NULL,
  dimension         INTEGER NOT NULL,
  requests          BIGINT  NOT NULL,
  completed         BIGINT  NOT NULL,
  cancelled         BIGINT  NOT NULL,
  failed            BIGINT  NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  cached_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  estimated         BIGINT  NOT NULL,
  queued_micros     BIGINT  NOT NULL,
  engine_micros     BIGINT  NOT NULL,
  total_micros      BIGINT  NOT NULL,
  audio_millis      BIGINT  NOT NULL,
  micro_currency    BIGINT  NOT NULL,
  PRIMARY KEY (hour, dimension)
);

CREATE INDEX usage_hourly_dimension ON usage_hourly (dimension, hour);

CREATE TABLE usage_daily (
  day               INTEGER NOT NULL,
  dimension         INTEGER NOT NULL,
  requests          BIGINT  NOT NULL,
  completed         BIGINT  NOT NULL,
  cancelled         BIGINT  NOT NULL,
  failed            BIGINT  NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  cached_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  estimated         BIGINT  NOT NULL,
  queued_micros     BIGINT  NOT NULL,
  engine_micros     BIGINT  NOT NULL,
  total_micros      BIGINT  NOT NULL,
  audio_millis      BIGINT  NOT NULL,
  micro_currency    BIGINT  NOT NULL,
  PRIMARY KEY (day, dimension)
);

CREATE INDEX usage_daily_dimension ON usage_daily (dimension, day);

CREATE TABLE usage_project_dimensions (
  id            INTEGER NOT NULL PRIMARY KEY,
  organization  TEXT    NOT NULL,
  project       TEXT    NOT NULL,
  model         TEXT    NOT NULL,
  engine        TEXT    NOT NULL,
  engine_owner  TEXT    NOT NULL,
  service_class TEXT    NOT NULL,
  currency      TEXT    NOT NULL
);

CREATE UNIQUE INDEX usage_project_dimensions_once ON usage_project_dimensions
  (organization, project, model, engine, engine_owner, service_class, currency);

CREATE TABLE usage_project_hourly (
  hour              INTEGER NOT NULL,
  dimension         INTEGER NOT NULL,
  requests          BIGINT  NOT NULL,
  completed         BIGINT  NOT NULL,
  cancelled         BIGINT  NOT NULL,
  failed            BIGINT  NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  cached_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  estimated         BIGINT  NOT NULL,
  queued_micros     BIGINT  NOT NULL,
  engine_micros     BIGINT  NOT NULL,
  total_micros      BIGINT  NOT NULL,
  audio_millis      BIGINT  NOT NULL,
  micro_currency    BIGINT  NOT NULL,
  PRIMARY KEY (hour, dimension)
);

CREATE INDEX usage_project_hourly_dimension ON usage_project_hourly (dimension, hour);

CREATE TABLE usage_project_daily (
  day               INTEGER NOT NULL,
  dimension         INTEGER NOT NULL,
  requests          BIGINT  NOT NULL,
  completed         BIGINT  NOT NULL,
  cancelled         BIGINT  NOT NULL,
  failed            BIGINT  NOT NULL,
  prompt_tokens     BIGINT  NOT NULL,
  cached_tokens     BIGINT  NOT NULL,
  completion_tokens BIGINT  NOT NULL,
  estimated         BIGINT  NOT NULL,
  queued_micros     BIGINT  NOT NULL,
  engine_micros     BIGINT  NOT NULL,
  total_micros      BIGINT  NOT NULL,
  audio_millis      BIGINT  NOT NULL,
  micro_currency    BIGINT  NOT NULL,
  PRIMARY KEY (day, dimension)
);

CREATE INDEX usage_project_daily_dimension ON usage_project_daily (dimension, day);

-- The records that are there already.
INSERT INTO usage_dimensions (id, organization, project, api_key, person, model, engine, engine_owner, service_class, currency)
SELECT ROW_NUMBER() OVER (ORDER BY organization, project, api_key, person, model, engine, engine_owner, service_class, currency), organization, project, api_key, person, model, engine, engine_owner, service_class, currency
FROM (
  SELECT DISTINCT
    r.organization AS organization,
    r.project AS project,
    r.api_key AS api_key,
    COALESCE(r.person, '') AS person,
    r.model AS model,
    COALESCE(r.engine, '') AS engine,
    COALESCE(r.engine_owner, '') AS engine_owner,
    COALESCE(r.service_class, '') AS service_class,
    COALESCE(r.currency, '') AS currency
  FROM usage_records r) found;

INSERT INTO usage_hourly (hour, dimension,
  requests, completed, cancelled, failed, prompt_tokens, cached_tokens, completion_tokens,
  estimated, queued_micros, engine_micros, total_micros, audio_millis, micro_currency)
SELECT r.started_at / 3600000000, d.id,
  COUNT(*),
  COUNT(CASE WHEN r.outcome = 'completed' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'cancelled' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'failed' THEN 1 END),
  SUM(r.prompt_tokens),
  SUM(r.cached_tokens),
  SUM(r.completion_tokens),
  SUM(r.estimated),
  SUM(r.queued_micros),
  SUM(r.engine_micros),
  SUM(r.total_micros),
  SUM(r.audio_millis),
  COALESCE(SUM(r.micro_currency), 0)
FROM usage_records r JOIN usage_dimensions d ON
  d.organization = r.organization
  AND d.project = r.project
  AND d.api_key = r.api_key
  AND d.person = COALESCE(r.person, '')
  AND d.model = r.model
  AND d.engine = COALESCE(r.engine, '')
  AND d.engine_owner = COALESCE(r.engine_owner, '')
  AND d.service_class = COALESCE(r.service_class, '')
  AND d.currency = COALESCE(r.currency, '')
GROUP BY r.started_at / 3600000000, d.id;

INSERT INTO usage_daily (day, dimension,
  requests, completed, cancelled, failed, prompt_tokens, cached_tokens, completion_tokens,
  estimated, queued_micros, engine_micros, total_micros, audio_millis, micro_currency)
SELECT r.started_at / 86400000000, d.id,
  COUNT(*),
  COUNT(CASE WHEN r.outcome = 'completed' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'cancelled' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'failed' THEN 1 END),
  SUM(r.prompt_tokens),
  SUM(r.cached_tokens),
  SUM(r.completion_tokens),
  SUM(r.estimated),
  SUM(r.queued_micros),
  SUM(r.engine_micros),
  SUM(r.total_micros),
  SUM(r.audio_millis),
  COALESCE(SUM(r.micro_currency), 0)
FROM usage_records r JOIN usage_dimensions d ON
  d.organization = r.organization
  AND d.project = r.project
  AND d.api_key = r.api_key
  AND d.person = COALESCE(r.person, '')
  AND d.model = r.model
  AND d.engine = COALESCE(r.engine, '')
  AND d.engine_owner = COALESCE(r.engine_owner, '')
  AND d.service_class = COALESCE(r.service_class, '')
  AND d.currency = COALESCE(r.currency, '')
GROUP BY r.started_at / 86400000000, d.id;

INSERT INTO usage_project_dimensions (id, organization, project, model, engine, engine_owner, service_class, currency)
SELECT ROW_NUMBER() OVER (ORDER BY organization, project, model, engine, engine_owner, service_class, currency), organization, project, model, engine, engine_owner, service_class, currency
FROM (
  SELECT DISTINCT
    r.organization AS organization,
    r.project AS project,
    r.model AS model,
    COALESCE(r.engine, '') AS engine,
    COALESCE(r.engine_owner, '') AS engine_owner,
    COALESCE(r.service_class, '') AS service_class,
    COALESCE(r.currency, '') AS currency
  FROM usage_records r) found;

INSERT INTO usage_project_hourly (hour, dimension,
  requests, completed, cancelled, failed, prompt_tokens, cached_tokens, completion_tokens,
  estimated, queued_micros, engine_micros, total_micros, audio_millis, micro_currency)
SELECT r.started_at / 3600000000, d.id,
  COUNT(*),
  COUNT(CASE WHEN r.outcome = 'completed' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'cancelled' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'failed' THEN 1 END),
  SUM(r.prompt_tokens),
  SUM(r.cached_tokens),
  SUM(r.completion_tokens),
  SUM(r.estimated),
  SUM(r.queued_micros),
  SUM(r.engine_micros),
  SUM(r.total_micros),
  SUM(r.audio_millis),
  COALESCE(SUM(r.micro_currency), 0)
FROM usage_records r JOIN usage_project_dimensions d ON
  d.organization = r.organization
  AND d.project = r.project
  AND d.model = r.model
  AND d.engine = COALESCE(r.engine, '')
  AND d.engine_owner = COALESCE(r.engine_owner, '')
  AND d.service_class = COALESCE(r.service_class, '')
  AND d.currency = COALESCE(r.currency, '')
GROUP BY r.started_at / 3600000000, d.id;

INSERT INTO usage_project_daily (day, dimension,
  requests, completed, cancelled, failed, prompt_tokens, cached_tokens, completion_tokens,
  estimated, queued_micros, engine_micros, total_micros, audio_millis, micro_currency)
SELECT r.started_at / 86400000000, d.id,
  COUNT(*),
  COUNT(CASE WHEN r.outcome = 'completed' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'cancelled' THEN 1 END),
  COUNT(CASE WHEN r.outcome = 'failed' THEN 1 END),
  SUM(r.prompt_tokens),
  SUM(r.cached_tokens),
  SUM(r.completion_tokens),
  SUM(r.estimated),
  SUM(r.queued_micros),
  SUM(r.engine_micros),
  SUM(r.total_micros),
  SUM(r.audio_millis),
  COALESCE(SUM(r.micro_currency), 0)
FROM usage_records r JOIN usage_project_dimensions d ON
  d.organization = r.organization
  AND d.project = r.project
  AND d.model = r.model
  AND d.engine = COALESCE(r.engine, '')
  AND d.engine_owner = COALESCE(r.engine_owner, '')
  AND d.service_class = COALESCE(r.service_class, '')
  AND d.currency = COALESCE(r.currency, '')
GROUP BY r.started_at / 86400000000, d.id;
