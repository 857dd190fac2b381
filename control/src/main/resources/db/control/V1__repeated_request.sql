-- Creations with an idempotency key, for a day. Without a status: begun and not ended.
-- Times are milliseconds since 1970-01-01T00:00:00Z. The body never holds a secret.
CREATE TABLE repeated_request (
  subject        VARCHAR(100) NOT NULL,
  operation      VARCHAR(100) NOT NULL,
  repeat_key     VARCHAR(200) NOT NULL,
  request_sha256 VARCHAR(64) NOT NULL,
  process        VARCHAR(36) NOT NULL,
  created_at     BIGINT NOT NULL,
  status         INTEGER,
  etag           VARCHAR(40),
  body           TEXT,
  PRIMARY KEY (subject, operation, repeat_key)
);

CREATE INDEX repeated_request_age ON repeated_request (created_at);
