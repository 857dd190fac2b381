-- Rows are only ever added. Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE audit_entry (
  sequence     BIGINT PRIMARY KEY,
  at           BIGINT NOT NULL,
  actor_kind   VARCHAR(16) NOT NULL,
  actor_id     VARCHAR(200) NOT NULL,
  action       VARCHAR(65) NOT NULL,
  subject      VARCHAR(200) NOT NULL,
  organization VARCHAR(200),
  sha256       VARCHAR(64) NOT NULL
);

CREATE INDEX audit_entry_organization ON audit_entry (organization, sequence);
CREATE INDEX audit_entry_actor ON audit_entry (actor_kind, actor_id, sequence);
CREATE INDEX audit_entry_action ON audit_entry (action, sequence);
CREATE INDEX audit_entry_at ON audit_entry (at, sequence);

CREATE TABLE audit_detail (
  sequence BIGINT NOT NULL REFERENCES audit_entry (sequence),
  name     VARCHAR(64) NOT NULL,
  value    VARCHAR(2000) NOT NULL,
  PRIMARY KEY (sequence, name)
);

-- The end of the chain. Its one row is locked by whoever writes the next entry.
CREATE TABLE audit_head (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  sequence BIGINT NOT NULL,
  sha256   VARCHAR(64) NOT NULL
);

INSERT INTO audit_head (one, sequence, sha256)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
