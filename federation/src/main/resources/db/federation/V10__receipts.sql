-- Receipts of other sites for requests that they served for this one, each once. site is the serving
-- site's id, sequence its own numbering, without gaps; request is the id of this site's record,
-- record_id that of the serving site. state: waiting (this site's record is not there yet), settled
-- (both say the same), nothing (it claims nothing), disputed (reason says why) or accepted (disputed,
-- and agreed by people). statement is the month whose statement it is in. Times are microseconds
-- since 1970-01-01 UTC; started_at is by the serving site's clock.
CREATE TABLE peer_receipts (
  site              TEXT     NOT NULL,
  sequence          BIGINT   NOT NULL,
  request           TEXT     NOT NULL,
  record_id         TEXT     NOT NULL,
  organization      TEXT     NOT NULL,
  model             TEXT     NOT NULL,
  service_class     TEXT     NOT NULL,
  engine_owner      TEXT     NOT NULL,
  outcome           TEXT     NOT NULL,
  prompt_tokens     BIGINT   NOT NULL,
  cached_tokens     BIGINT   NOT NULL,
  completion_tokens BIGINT   NOT NULL,
  estimated         SMALLINT NOT NULL,
  engine_micros     BIGINT   NOT NULL,
  audio_millis      BIGINT   NOT NULL,
  tariff            TEXT,
  micro_currency    BIGINT,
  currency          TEXT,
  started_at        BIGINT   NOT NULL,
  total_micros      BIGINT   NOT NULL,
  arrived_at        BIGINT   NOT NULL,
  state             TEXT     NOT NULL,
  reason            TEXT,
  decided_at        BIGINT,
  statement         TEXT,
  PRIMARY KEY (site, sequence)
);

CREATE INDEX peer_receipts_request ON peer_receipts (site, request);
CREATE INDEX peer_receipts_state ON peer_receipts (site, state, sequence);

-- The batches as they came, signed: what a dispute is decided by.
CREATE TABLE peer_receipt_batches (
  site           TEXT   NOT NULL,
  first_sequence BIGINT NOT NULL,
  last_sequence  BIGINT NOT NULL,
  signed         TEXT   NOT NULL,
  arrived_at     BIGINT NOT NULL,
  PRIMARY KEY (site, first_sequence)
);

-- Requests that another site served by this site's records, and for which no receipt came in time.
CREATE TABLE peer_missing_receipts (
  site     TEXT   NOT NULL,
  request  TEXT   NOT NULL,
  found_at BIGINT NOT NULL,
  PRIMARY KEY (site, request)
);

-- Up to which of its own numbers of requests taken from a site this one has looked for receipts.
CREATE TABLE peer_checks (
  site    TEXT   NOT NULL PRIMARY KEY,
  checked BIGINT NOT NULL
);

-- What other sites said that requests cost there, and when this one heard of it first. Selectors that
-- are empty mean any; rates as in the ledger's tariffs.
CREATE TABLE peer_tariffs (
  site            TEXT   NOT NULL,
  id              TEXT   NOT NULL,
  model           TEXT   NOT NULL,
  engine_owner    TEXT   NOT NULL,
  service_class   TEXT   NOT NULL,
  organization    TEXT   NOT NULL,
  prompt_rate     BIGINT NOT NULL,
  cached_rate     BIGINT NOT NULL,
  completion_rate BIGINT NOT NULL,
  engine_rate     BIGINT NOT NULL,
  audio_rate      BIGINT NOT NULL,
  request_rate    BIGINT NOT NULL,
  currency        TEXT   NOT NULL,
  valid_from      BIGINT NOT NULL,
  valid_until     BIGINT,
  heard_at        BIGINT NOT NULL,
  PRIMARY KEY (site, id)
);

-- Months on which two sites agreed: the account as it was signed by both. given_through and
-- taken_through are the last numbers that it covers each way.
CREATE TABLE peer_statements (
  site            TEXT   NOT NULL,
  month           TEXT   NOT NULL,
  given_through   BIGINT NOT NULL,
  taken_through   BIGINT NOT NULL,
  account         TEXT   NOT NULL,
  digest          TEXT   NOT NULL,
  own_signature   TEXT   NOT NULL,
  their_signature TEXT   NOT NULL,
  agreed_at       BIGINT NOT NULL,
  PRIMARY KEY (site, month)
);

-- What this site has signed for a month and the other has not answered yet: sent again as it is.
CREATE TABLE peer_proposals (
  site      TEXT   NOT NULL,
  month     TEXT   NOT NULL,
  account   TEXT   NOT NULL,
  signature TEXT   NOT NULL,
  signed_at BIGINT NOT NULL,
  PRIMARY KEY (site, month)
);

-- Receipts of this site that the other one disputed in the statement of a month, until a later one
-- has them.
CREATE TABLE peer_given_disputes (
  site     TEXT   NOT NULL,
  sequence BIGINT NOT NULL,
  month    TEXT   NOT NULL,
  PRIMARY KEY (site, sequence)
);
