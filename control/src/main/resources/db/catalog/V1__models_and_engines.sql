-- Models and engines that were added at run time. Times are milliseconds since
-- 1970-01-01T00:00:00Z.
CREATE TABLE catalog_model (
  id             VARCHAR(200) PRIMARY KEY,
  kind           VARCHAR(16) NOT NULL,
  context_window INTEGER CHECK (context_window >= 1),
  version        BIGINT NOT NULL CHECK (version >= 1),
  created_at     BIGINT NOT NULL,
  created_by     VARCHAR(220) NOT NULL
);

CREATE TABLE catalog_alias (
  alias VARCHAR(200) PRIMARY KEY,
  model VARCHAR(200) NOT NULL REFERENCES catalog_model (id),
  place INTEGER NOT NULL
);

CREATE TABLE catalog_engine (
  id                  VARCHAR(128) PRIMARY KEY,
  url                 VARCHAR(2000) NOT NULL,
  type                VARCHAR(16) NOT NULL,
  owner               VARCHAR(64) NOT NULL,
  device              VARCHAR(64),
  device_count        INTEGER CHECK (device_count >= 1),
  max_concurrency     INTEGER CHECK (max_concurrency >= 1),
  -- null: nobody said so
  priority_scheduling INTEGER CHECK (priority_scheduling IN (0, 1)),
  ca_certificates     VARCHAR(2000),
  -- sealed with the site's key, which is not in this database
  sealed_api_key      VARCHAR(8000),
  version             BIGINT NOT NULL CHECK (version >= 1),
  created_at          BIGINT NOT NULL,
  created_by          VARCHAR(220) NOT NULL
);

CREATE TABLE catalog_served (
  engine         VARCHAR(128) NOT NULL REFERENCES catalog_engine (id),
  -- may be a model of the configuration file
  model          VARCHAR(200) NOT NULL,
  upstream_model VARCHAR(200),
  place          INTEGER NOT NULL,
  PRIMARY KEY (engine, model)
);

CREATE TABLE catalog_label (
  engine VARCHAR(128) NOT NULL REFERENCES catalog_engine (id),
  label  VARCHAR(64) NOT NULL,
  PRIMARY KEY (engine, label)
);

-- Engines that get no new requests, also those of the configuration file.
CREATE TABLE catalog_drain (
  engine     VARCHAR(128) PRIMARY KEY,
  drained_at BIGINT NOT NULL,
  drained_by VARCHAR(220) NOT NULL
);
