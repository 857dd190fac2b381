-- What is known of an organization and agreed with it. Those from before are contributors.
ALTER TABLE organization ADD COLUMN kind VARCHAR(16) DEFAULT 'contributor' NOT NULL
  CHECK (kind IN ('contributor', 'beneficiary'));
ALTER TABLE organization ADD COLUMN display_name VARCHAR(200);
ALTER TABLE organization ADD COLUMN siren VARCHAR(9);
ALTER TABLE organization ADD COLUMN siret VARCHAR(14);
ALTER TABLE organization ADD COLUMN uai VARCHAR(8);
ALTER TABLE organization ADD COLUMN ror VARCHAR(9);
ALTER TABLE organization ADD COLUMN share INTEGER DEFAULT 1 NOT NULL CHECK (share >= 1);
ALTER TABLE organization ADD COLUMN suspended_at BIGINT;
ALTER TABLE organization ADD COLUMN suspended_why VARCHAR(500);
ALTER TABLE organization ADD COLUMN version BIGINT DEFAULT 1 NOT NULL;

CREATE TABLE contact (
  organization VARCHAR(64) NOT NULL REFERENCES organization (name),
  place        INTEGER NOT NULL,
  name         VARCHAR(200) NOT NULL,
  email        VARCHAR(254) NOT NULL,
  role         VARCHAR(200),
  PRIMARY KEY (organization, place)
);

ALTER TABLE project ADD COLUMN display_name VARCHAR(200);
ALTER TABLE project ADD COLUMN purpose VARCHAR(2000);
ALTER TABLE project ADD COLUMN archived_at BIGINT;
ALTER TABLE project ADD COLUMN version BIGINT DEFAULT 1 NOT NULL;

-- Lists are words with spaces between. No models: all.
ALTER TABLE api_key ADD COLUMN purpose VARCHAR(2000);
ALTER TABLE api_key ADD COLUMN models VARCHAR(21000);
ALTER TABLE api_key ADD COLUMN required_labels VARCHAR(2100) DEFAULT '' NOT NULL;
ALTER TABLE api_key ADD COLUMN scopes VARCHAR(100) DEFAULT 'inference' NOT NULL;
ALTER TABLE api_key ADD COLUMN created_by VARCHAR(220);
ALTER TABLE api_key ADD COLUMN successor VARCHAR(12);
ALTER TABLE api_key ADD COLUMN version BIGINT DEFAULT 1 NOT NULL;

-- The order of the lists.
CREATE INDEX api_key_age ON api_key (created_at, id);
CREATE INDEX api_key_project_age ON api_key (organization, project, created_at, id);
