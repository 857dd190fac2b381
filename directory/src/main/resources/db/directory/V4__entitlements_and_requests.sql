-- Times are milliseconds since 1970-01-01T00:00:00Z; lists are words with spaces between.
CREATE TABLE access_request (
  id                  VARCHAR(12) PRIMARY KEY,
  organization        VARCHAR(64) NOT NULL REFERENCES organization (name),
  project             VARCHAR(64),
  models              VARCHAR(21000) NOT NULL,
  max_class           VARCHAR(16) NOT NULL,
  valid_from          BIGINT NOT NULL,
  valid_until         BIGINT NOT NULL,
  requests_per_minute BIGINT,
  tokens_per_minute   BIGINT,
  concurrent_requests BIGINT,
  tokens_per_month    BIGINT,
  purpose             VARCHAR(2000) NOT NULL,
  state               VARCHAR(16) NOT NULL
    CHECK (state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn', 'expired')),
  approvals_needed    INTEGER NOT NULL CHECK (approvals_needed >= 1),
  created_by          VARCHAR(220) NOT NULL,
  created_at          BIGINT NOT NULL,
  submitted_by        VARCHAR(220),
  submitted_at        BIGINT,
  decided_at          BIGINT,
  version             BIGINT NOT NULL,
  FOREIGN KEY (organization, project) REFERENCES project (organization, name)
);

CREATE INDEX access_request_age ON access_request (created_at, id);
CREATE INDEX access_request_organization ON access_request (organization, created_at, id);
CREATE INDEX access_request_state ON access_request (state, created_at, id);

-- Votes are only ever added, one of each voter.
CREATE TABLE access_vote (
  request VARCHAR(12) NOT NULL REFERENCES access_request (id),
  voter   VARCHAR(220) NOT NULL,
  vote    VARCHAR(16) NOT NULL CHECK (vote IN ('approve', 'refuse')),
  reason  VARCHAR(2000) NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (request, voter)
);

CREATE TABLE entitlement (
  id                  VARCHAR(12) PRIMARY KEY,
  organization        VARCHAR(64) NOT NULL REFERENCES organization (name),
  project             VARCHAR(64),
  models              VARCHAR(21000) NOT NULL,
  max_class           VARCHAR(16) NOT NULL,
  valid_from          BIGINT NOT NULL,
  valid_until         BIGINT,
  requests_per_minute BIGINT,
  tokens_per_minute   BIGINT,
  concurrent_requests BIGINT,
  tokens_per_month    BIGINT,
  request             VARCHAR(12) UNIQUE REFERENCES access_request (id),
  decision            VARCHAR(2000) NOT NULL,
  created_by          VARCHAR(220) NOT NULL,
  created_at          BIGINT NOT NULL,
  version             BIGINT NOT NULL,
  FOREIGN KEY (organization, project) REFERENCES project (organization, name)
);

CREATE INDEX entitlement_age ON entitlement (created_at, id);
CREATE INDEX entitlement_organization ON entitlement (organization, created_at, id);
