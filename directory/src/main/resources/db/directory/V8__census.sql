-- Capacity that organizations say they have or want. created_at is in milliseconds since
-- 1970-01-01T00:00:00Z; horizon is a date, as 2027-09-01; costs are millionths of the currency.
CREATE TABLE census_entry (
  id            VARCHAR(36) PRIMARY KEY,
  organization  VARCHAR(64) NOT NULL REFERENCES organization (name),
  kind          VARCHAR(16) NOT NULL CHECK (kind IN ('declared', 'wanted')),
  device        VARCHAR(64) NOT NULL,
  device_count  INTEGER NOT NULL CHECK (device_count BETWEEN 1 AND 100000),
  purpose       VARCHAR(500),
  horizon       VARCHAR(10),
  priority      INTEGER CHECK (priority BETWEEN 1 AND 5),
  micro_cost    BIGINT CHECK (micro_cost >= 0),
  currency      VARCHAR(16),
  created_at    BIGINT NOT NULL,
  created_by    VARCHAR(220) NOT NULL
);

CREATE INDEX census_entry_organization ON census_entry (organization, id);
