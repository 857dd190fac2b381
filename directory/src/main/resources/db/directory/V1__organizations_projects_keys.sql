-- Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE organization (
  name       VARCHAR(64) PRIMARY KEY,
  created_at BIGINT NOT NULL
);

CREATE TABLE project (
  organization VARCHAR(64) NOT NULL REFERENCES organization (name),
  name         VARCHAR(64) NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (organization, name)
);

CREATE TABLE api_key (
  id            VARCHAR(12) PRIMARY KEY,
  organization  VARCHAR(64) NOT NULL,
  project       VARCHAR(64) NOT NULL,
  label         VARCHAR(400),
  secret_sha256 VARCHAR(64) NOT NULL CHECK (length(secret_sha256) = 64),
  created_at    BIGINT NOT NULL,
  expires_at    BIGINT,
  revoked_at    BIGINT,
  last_used_at  BIGINT,
  FOREIGN KEY (organization, project) REFERENCES project (organization, name)
);

CREATE INDEX api_key_project ON api_key (organization, project);
