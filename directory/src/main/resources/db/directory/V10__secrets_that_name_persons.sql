-- The secret with which a key's application signs who is behind a request, sealed with the site's
-- key; null: its requests name nobody. user_required: 1 when a request that names nobody is refused.
ALTER TABLE api_key ADD COLUMN user_secret TEXT;
ALTER TABLE api_key ADD COLUMN user_required INTEGER DEFAULT 0 NOT NULL
  CHECK (user_required IN (0, 1));
