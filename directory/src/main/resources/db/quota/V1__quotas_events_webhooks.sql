-- What organizations, projects and keys may use. A limit that is null is none. Money is in
-- microCurrency; times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE quota (
  id                       VARCHAR(140) PRIMARY KEY,
  level                    VARCHAR(16) NOT NULL CHECK (level IN ('organization', 'project', 'key')),
  organization             VARCHAR(64) NOT NULL,
  project                  VARCHAR(64),
  api_key                  VARCHAR(64),
  requests_per_minute      BIGINT,
  request_burst            BIGINT,
  tokens_per_minute        BIGINT,
  token_burst              BIGINT,
  concurrent_requests      BIGINT,
  tokens_per_day           BIGINT,
  tokens_per_month         BIGINT,
  micro_currency_per_day   BIGINT,
  micro_currency_per_month BIGINT,
  version                  BIGINT NOT NULL,
  changed_at               BIGINT NOT NULL
);

CREATE INDEX quota_organization ON quota (organization, id);

-- What happened that somebody should know of. The occasion keeps the same from being told twice.
CREATE TABLE event (
  id           VARCHAR(32) PRIMARY KEY,
  at           BIGINT NOT NULL,
  kind         VARCHAR(64) NOT NULL,
  organization VARCHAR(64) NOT NULL,
  project      VARCHAR(64),
  api_key      VARCHAR(64),
  quota        VARCHAR(140) NOT NULL,
  budget       VARCHAR(32) NOT NULL,
  period       VARCHAR(16) NOT NULL,
  threshold    INTEGER NOT NULL,
  limit_value  BIGINT NOT NULL,
  used_value   BIGINT NOT NULL,
  occasion     VARCHAR(300) NOT NULL UNIQUE
);

CREATE INDEX event_organization ON event (organization, id);

-- Events that a webhook has not been told of yet. A webhook is named by a hash of its URL, which
-- may hold a secret.
CREATE TABLE webhook_delivery (
  event    VARCHAR(32) NOT NULL REFERENCES event (id),
  webhook  VARCHAR(64) NOT NULL,
  attempts INTEGER NOT NULL,
  due_at   BIGINT NOT NULL,
  PRIMARY KEY (event, webhook)
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (due_at);
