-- Two statements, so that a broken one shows what is undone.
CREATE TABLE shoal (
  id   BIGINT PRIMARY KEY,
  fish BIGINT NOT NULL REFERENCES fish (id)
);
CREATE INDEX shoal_fish ON shoal (fish);
