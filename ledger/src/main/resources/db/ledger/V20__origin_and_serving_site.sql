-- What records of the third format of the journal have besides: the site that sent a request here
-- with the id of its record there, or the site that this one sent it to. Sums tell them apart;
-- empty is this site.
ALTER TABLE usage_records ADD COLUMN origin_site TEXT;
ALTER TABLE usage_records ADD COLUMN origin_request TEXT;
ALTER TABLE usage_records ADD COLUMN served_by TEXT;

ALTER TABLE usage_dimensions ADD COLUMN served_by TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_dimensions ADD COLUMN origin_site TEXT NOT NULL DEFAULT '';
DROP INDEX usage_dimensions_once;
CREATE UNIQUE INDEX usage_dimensions_once ON usage_dimensions
  (organization, project, api_key, person, model, engine, engine_owner, service_class, currency,
   served_by, origin_site);

ALTER TABLE usage_project_dimensions ADD COLUMN served_by TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_project_dimensions ADD COLUMN origin_site TEXT NOT NULL DEFAULT '';
DROP INDEX usage_project_dimensions_once;
CREATE UNIQUE INDEX usage_project_dimensions_once ON usage_project_dimensions
  (organization, project, model, engine, engine_owner, service_class, currency, served_by,
   origin_site);
