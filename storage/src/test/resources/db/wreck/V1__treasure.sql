CREATE TABLE chest (
  name  VARCHAR(200) PRIMARY KEY,
  coins BIGINT,
  depth INTEGER,
  open  SMALLINT NOT NULL,
  note  TEXT
);
CREATE TABLE key_to (
  chest VARCHAR(200) NOT NULL REFERENCES chest (name),
  a_key VARCHAR(20) NOT NULL,
  PRIMARY KEY (chest, a_key)
);
-- A row that is changed later: a copy must not keep it as it is here.
INSERT INTO chest (name, coins, depth, open) VALUES ('first', 1, 2, 0);
INSERT INTO key_to (chest, a_key) VALUES ('first', 'rusty');
