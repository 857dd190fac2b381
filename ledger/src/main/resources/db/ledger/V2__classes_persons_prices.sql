-- What records of the second format of the journal have besides. Older rows keep NULL or 0.
-- person is a pseudonym; engine_micros is the time on engines over all attempts; tariff,
-- micro_currency (millionths of currency) and currency are there together or not at all.
ALTER TABLE usage_records ADD COLUMN service_class TEXT;
ALTER TABLE usage_records ADD COLUMN person TEXT;
ALTER TABLE usage_records ADD COLUMN audio_millis BIGINT NOT NULL DEFAULT 0;
ALTER TABLE usage_records ADD COLUMN engine_micros BIGINT NOT NULL DEFAULT 0;
ALTER TABLE usage_records ADD COLUMN tariff TEXT;
ALTER TABLE usage_records ADD COLUMN micro_currency BIGINT;
ALTER TABLE usage_records ADD COLUMN currency TEXT;
