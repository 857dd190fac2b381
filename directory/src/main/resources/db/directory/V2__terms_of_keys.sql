-- How requests of a key are scheduled. Keys from before these columns get what new ones get.
ALTER TABLE api_key ADD COLUMN service_class VARCHAR(16) DEFAULT 'standard' NOT NULL
  CHECK (service_class IN ('interactive', 'standard', 'batch'));
ALTER TABLE api_key ADD COLUMN max_class VARCHAR(16) DEFAULT 'interactive' NOT NULL
  CHECK (max_class IN ('interactive', 'standard', 'batch'));
ALTER TABLE api_key ADD COLUMN routing VARCHAR(16) DEFAULT 'any' NOT NULL
  CHECK (routing IN ('any', 'local-first', 'local-only'));
ALTER TABLE api_key ADD COLUMN max_routing VARCHAR(16) DEFAULT 'any' NOT NULL
  CHECK (max_routing IN ('any', 'local-first', 'local-only'));
-- How many requests may wait in one line; null: as many as the site lets wait.
ALTER TABLE api_key ADD COLUMN queue_limit INTEGER CHECK (queue_limit >= 0);
