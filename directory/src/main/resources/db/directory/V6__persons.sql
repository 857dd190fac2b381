-- Persons who signed in, and what they are. Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE person (
  id           VARCHAR(12) PRIMARY KEY,
  issuer       VARCHAR(500) NOT NULL,
  subject      VARCHAR(255) NOT NULL,
  display_name VARCHAR(400) NOT NULL,
  email        VARCHAR(320),
  pseudonym    VARCHAR(40) NOT NULL,
  created_at   BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  UNIQUE (issuer, subject)
);

-- origin: 'manual', or 'provider' where a sign-in provider's claims say so at each sign-in.
-- organization and project are empty where the scope has none, so that they can be in the key.
CREATE TABLE role_grant (
  id           VARCHAR(12) PRIMARY KEY,
  person       VARCHAR(12) NOT NULL REFERENCES person (id),
  role         VARCHAR(32) NOT NULL CHECK (role IN ('consortium-admin', 'site-operator',
                 'organization-admin', 'project-member', 'auditor')),
  scope        VARCHAR(16) NOT NULL CHECK (scope IN ('consortium', 'site', 'organization',
                 'project')),
  organization VARCHAR(64) NOT NULL,
  project      VARCHAR(64) NOT NULL,
  origin       VARCHAR(16) NOT NULL CHECK (origin IN ('manual', 'provider')),
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  UNIQUE (person, role, scope, organization, project, origin)
);

CREATE INDEX role_grant_organization ON role_grant (organization, person);
