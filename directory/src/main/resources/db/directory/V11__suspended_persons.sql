-- Persons who may do nothing for now, by pseudonym: also some who never signed in to the console.
-- Who did it and why is in the audit log. Times are milliseconds since 1970-01-01T00:00:00Z.
CREATE TABLE person_suspension (
  pseudonym    VARCHAR(40) PRIMARY KEY,
  suspended_at BIGINT NOT NULL
);
