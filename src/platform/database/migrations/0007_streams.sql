-- How each stream of a source is loaded, what its tables went through, and the changes that wait for a person.

CREATE TABLE stream_settings (
  organization_id text NOT NULL,
  source_id text NOT NULL,
  -- Key of the stream at the connector; '': every stream of the source without settings of its own.
  stream text NOT NULL,
  settings jsonb NOT NULL,
  updated_by text REFERENCES users ON DELETE SET NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, stream),
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE schema_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL,
  source_id text NOT NULL,
  -- The sync that brought it; it may be deleted before this is.
  sync_run_id text,
  run_id text,
  stream text,
  kind text NOT NULL CHECK (kind IN ('table_added', 'table_split', 'column_added', 'column_removed', 'type_changed')),
  table_name text NOT NULL,
  column_name text,
  from_type text,
  to_type text,
  at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON schema_changes (source_id, id DESC);

CREATE TABLE schema_reviews (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  source_id text NOT NULL,
  run_id text NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'refused')),
  -- [{kind, stream, table, column, from, to}], in one order: the same changes are the same review.
  changes jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  decided_by text REFERENCES users ON DELETE SET NULL,
  decided_at timestamptz,
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON schema_reviews (source_id, created_at DESC);

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['stream_settings', 'schema_changes', 'schema_reviews'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;
