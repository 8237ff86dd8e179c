-- What other programs may tell us and ask of us: keys, and the runs of jobs that are not ours.

CREATE TABLE webhook_keys (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  -- report: tell of runs of other job systems. run: run one pipeline.
  purpose text NOT NULL CHECK (purpose IN ('report', 'run')),
  pipeline_id text,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  CHECK ((purpose = 'run') = (pipeline_id IS NOT NULL)),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON webhook_keys (organization_id);

CREATE TABLE external_runs (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  job text NOT NULL,
  -- As the other system calls the run.
  external_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'partial')),
  message text,
  url text,
  rows bigint,
  started_at timestamptz,
  finished_at timestamptz,
  reported_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, job, external_id)
);
CREATE INDEX ON external_runs (organization_id, job, reported_at DESC);

ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_trigger_check;
ALTER TABLE pipeline_runs ADD CONSTRAINT pipeline_runs_trigger_check
  CHECK (trigger IN ('manual', 'schedule', 'retry', 'webhook', 'after'));

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['webhook_keys', 'external_runs'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;
