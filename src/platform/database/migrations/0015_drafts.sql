-- What a pipeline runs stays as it was while somebody works on the next version: set from the first change that is
-- kept as a draft until the newest version is published; null while the newest version is the one that runs.
ALTER TABLE transformations
  ADD COLUMN published_version integer,
  ADD COLUMN published_recipe jsonb,
  ADD COLUMN published_depends_on text[],
  ADD CONSTRAINT published_whole CHECK (
    (published_version IS NULL) = (published_recipe IS NULL) AND (published_version IS NULL) = (published_depends_on IS NULL)
  );

-- Who has a transformation open right now; a row is good for seconds and renewed by the open page.
CREATE TABLE editor_presence (
  organization_id text NOT NULL,
  transformation_id text NOT NULL,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (transformation_id, user_id),
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);
ALTER TABLE editor_presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE editor_presence FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_wall ON editor_presence TO PUBLIC
  USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON editor_presence TO dalgo_app;
