-- Signed-in browsers: only hashes of what their cookies hold. Without a person: the administrator,
-- by a one-time link. Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE session (
  token_sha256   VARCHAR(64) PRIMARY KEY,
  person         VARCHAR(12) REFERENCES person (id),
  provider       VARCHAR(64),
  provider_sid   VARCHAR(255),
  sealed_token   TEXT,
  created_at     BIGINT NOT NULL,
  last_used_at   BIGINT NOT NULL
);

CREATE INDEX session_person ON session (person);
CREATE INDEX session_provider ON session (provider, provider_sid);
CREATE INDEX session_created ON session (created_at);
