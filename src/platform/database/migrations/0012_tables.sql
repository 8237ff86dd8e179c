-- How a transformation keeps its result, what people write about tables, and the tests that data has to pass.

ALTER TABLE transformations
  -- {kind: table | view | incremental, …}
  ADD COLUMN materialization jsonb NOT NULL DEFAULT '{"kind": "table"}',
  -- The next run makes the whole of a growing table again.
  ADD COLUMN rebuild boolean NOT NULL DEFAULT false;

ALTER TABLE warehouse_tables ADD COLUMN description text;

-- Kept by the name of the table, which may not have been made yet.
CREATE TABLE data_tests (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  table_name text NOT NULL,
  source_id text,
  transformation_id text,
  rule jsonb NOT NULL,
  -- stop: what does not pass is not published, and what reads it waits.
  severity text NOT NULL CHECK (severity IN ('warn', 'stop')),
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  CHECK ((source_id IS NULL) <> (transformation_id IS NULL)),
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON data_tests (organization_id, table_name);

CREATE TABLE data_test_results (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  test_id text NOT NULL,
  table_name text NOT NULL,
  -- NULL: somebody asked for it outside of a run.
  run_id text,
  step_id text,
  severity text NOT NULL CHECK (severity IN ('warn', 'stop')),
  -- error: it could not be asked, since a column or a table is gone.
  status text NOT NULL CHECK (status IN ('passed', 'failed', 'error')),
  -- The test in words, as it was then.
  title text NOT NULL,
  message text NOT NULL,
  failing_rows bigint,
  -- A few of the rows that do not pass.
  sample jsonb NOT NULL DEFAULT '[]',
  checked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (test_id, step_id),
  FOREIGN KEY (organization_id, test_id) REFERENCES data_tests (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON data_test_results (test_id, checked_at DESC);
CREATE INDEX ON data_test_results (organization_id, run_id);

ALTER TABLE notifications DROP CONSTRAINT notifications_kind_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_kind_check
  CHECK (kind IN ('failure', 'recovery', 'late', 'did_not_run', 'schema_change', 'data_test'));
SELECT set_config('app.scope', 'system', true);
-- Who wants to hear of failures wants to hear of these.
UPDATE notification_preferences SET in_app = in_app || 'data_test'::text WHERE 'failure' = ANY (in_app);
UPDATE notification_preferences SET email = email || 'data_test'::text WHERE 'failure' = ANY (email);
UPDATE notification_channels SET kinds = kinds || 'data_test'::text WHERE 'failure' = ANY (kinds);

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['data_tests', 'data_test_results'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;
