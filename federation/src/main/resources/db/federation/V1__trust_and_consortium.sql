-- Times are in milliseconds since 1970-01-01T00:00:00Z.

-- Chains of other entities that were verified: kept while their anchor is away.
CREATE TABLE federation_entity (
  entity_id   VARCHAR(1024) PRIMARY KEY,
  chain       TEXT NOT NULL,
  marks       TEXT NOT NULL,
  checked_at  BIGINT NOT NULL,
  suspended   INTEGER NOT NULL CHECK (suspended IN (0, 1))
);

-- The keys that the anchor has now, learned from a configuration that former ones had signed.
CREATE TABLE federation_anchor (
  anchor      VARCHAR(1024) PRIMARY KEY,
  pin         VARCHAR(64) NOT NULL,
  jwks        TEXT NOT NULL,
  epoch       VARCHAR(64) NOT NULL,
  last_change BIGINT NOT NULL
);

-- The marks that were issued to this site.
CREATE TABLE federation_own_mark (
  mark_type   VARCHAR(1024) PRIMARY KEY,
  mark        TEXT NOT NULL
);

-- The consortium, on the site that is its anchor.
CREATE TABLE consortium (
  one         INTEGER PRIMARY KEY CHECK (one = 1),
  epoch       VARCHAR(64) NOT NULL,
  created_at  BIGINT NOT NULL,
  last_change BIGINT NOT NULL
);

CREATE TABLE consortium_member (
  site_id       VARCHAR(64) PRIMARY KEY,
  entity_id     VARCHAR(1024) NOT NULL UNIQUE,
  name          VARCHAR(200) NOT NULL,
  organization  VARCHAR(64) NOT NULL,
  jwks          TEXT NOT NULL,
  keys_at       BIGINT NOT NULL,
  admitted_at   BIGINT NOT NULL,
  suspended_at  BIGINT,
  suspended_why VARCHAR(500),
  version       BIGINT NOT NULL
);

CREATE TABLE consortium_mark (
  id          VARCHAR(36) PRIMARY KEY,
  site_id     VARCHAR(64) NOT NULL REFERENCES consortium_member (site_id),
  mark_type   VARCHAR(1024) NOT NULL,
  issued_at   BIGINT NOT NULL,
  expires_at  BIGINT,
  revoked_at  BIGINT
);

CREATE INDEX consortium_mark_site ON consortium_mark (site_id, mark_type);

CREATE TABLE consortium_change (
  sequence    BIGINT PRIMARY KEY,
  at          BIGINT NOT NULL,
  entity_id   VARCHAR(1024) NOT NULL,
  kind        VARCHAR(16) NOT NULL,
  mark_type   VARCHAR(1024)
);
