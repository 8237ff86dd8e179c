-- Physical names of the tables that a transformation reads, as it runs or in its draft: what asks before a table goes,
-- and what may not lead back to itself. An entry may be there twice.
ALTER TABLE transformations
  ADD COLUMN reads text[] NOT NULL GENERATED ALWAYS AS (depends_on || coalesce(published_depends_on, '{}'::text[])) STORED;
