-- What requests cost. A selector's empty text means any; rates are in millionths of the currency's
-- unit, for a million tokens, a second or a request; times are microseconds since 1970-01-01 UTC,
-- valid_until is the first moment after, or null for ever. Only valid_until ever changes; a tariff
-- whose validity is empty was withdrawn.
CREATE TABLE tariffs (
  id                TEXT   NOT NULL PRIMARY KEY,
  version           BIGINT NOT NULL,
  model             TEXT   NOT NULL,
  engine_owner      TEXT   NOT NULL,
  service_class     TEXT   NOT NULL,
  organization      TEXT   NOT NULL,
  organization_kind TEXT   NOT NULL,
  prompt_rate       BIGINT NOT NULL,
  cached_rate       BIGINT NOT NULL,
  completion_rate   BIGINT NOT NULL,
  engine_rate       BIGINT NOT NULL,
  audio_rate        BIGINT NOT NULL,
  request_rate      BIGINT NOT NULL,
  currency          TEXT   NOT NULL,
  valid_from        BIGINT NOT NULL,
  valid_until       BIGINT
);

-- Two tariffs for the same never begin together; that they do not overlap either is checked by the
-- program, in the transaction that adds or ends one.
CREATE UNIQUE INDEX tariffs_no_ties ON tariffs
  (organization, organization_kind, engine_owner, model, service_class, valid_from)
  WHERE valid_until IS NULL OR valid_until > valid_from;
