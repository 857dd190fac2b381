-- What was stated of a month, once and for all: a row is never changed or removed. month counts from
-- year 0 (year * 12 + month - 1); document is canonical JSON, sha256 its hash in hexadecimal; each
-- document holds the hash of the statement numbered before it. Numbers have no gaps.
CREATE TABLE statements (
  number       BIGINT  NOT NULL PRIMARY KEY,
  organization TEXT    NOT NULL,
  month        INTEGER NOT NULL,
  closed_at    BIGINT  NOT NULL,
  actor_kind   TEXT    NOT NULL,
  actor_id     TEXT    NOT NULL,
  document     TEXT    NOT NULL,
  sha256       TEXT    NOT NULL
);

CREATE UNIQUE INDEX statements_once ON statements (organization, month);
CREATE INDEX statements_month ON statements (month);

-- Records that came when their month was closed for the consumer or the engine's owner, and when
-- they are stated instead.
CREATE TABLE usage_late (
  record_id TEXT   NOT NULL PRIMARY KEY,
  stated_at BIGINT NOT NULL
);

-- Their sums: they count on their day in usage_project_daily, and in statements not in that day's
-- month but in stated_month.
CREATE TABLE usage_carried (
  day               INTEGER NOT NULL,
  stated_month      INTEGER NOT NULL,
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
  PRIMARY KEY (day, stated_month, dimension)
);

CREATE INDEX usage_carried_stated ON usage_carried (stated_month);

-- 1 for a correction that counts in another month than its record, whose month was closed.
ALTER TABLE usage_corrections ADD COLUMN settled SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX usage_corrections_dimension ON usage_corrections (dimension);

-- Up to where detailed records were pseudonymised or purged; a record that comes later and is older
-- takes the line back.
CREATE TABLE usage_retention (
  one        INTEGER NOT NULL PRIMARY KEY,
  done_until BIGINT  NOT NULL
);

INSERT INTO usage_retention (one, done_until) VALUES (1, 0);
