-- Runs wait in a queue for each kind of work, so that a flood of one kind never starves another, and loads from the same
-- host wait for each other over all workers.

-- manual: a person waits for it. sync, transform: in the background, with loads or without.
ALTER TABLE pipeline_runs DROP CONSTRAINT IF EXISTS pipeline_runs_lane_check;
ALTER TABLE pipeline_runs RENAME COLUMN lane TO queue;
ALTER TABLE pipeline_runs ALTER COLUMN queue SET DEFAULT 'manual';
-- Forced row-level security hides the rows of all organizations from the owner as well.
ALTER TABLE pipeline_runs NO FORCE ROW LEVEL SECURITY;
UPDATE pipeline_runs SET queue = CASE queue WHEN 'person' THEN 'manual' ELSE 'sync' END;
ALTER TABLE pipeline_runs FORCE ROW LEVEL SECURITY;
ALTER TABLE pipeline_runs ADD CONSTRAINT pipeline_runs_queue_check CHECK (queue IN ('manual', 'sync', 'transform'));

-- What waits in the run engine under the old names.
DO $$
BEGIN
  IF to_regclass('dbos.workflow_status') IS NOT NULL THEN
    UPDATE dbos.workflow_status SET queue_name = CASE queue_name WHEN 'runs' THEN 'manual' ELSE 'sync' END
     WHERE queue_name IN ('runs', 'background') AND status IN ('ENQUEUED', 'PENDING', 'DELAYED');
  END IF;
END $$;

-- The other side of a load; NULL: a file, or not a load.
ALTER TABLE run_steps ADD COLUMN host text;
CREATE INDEX ON run_steps (host) WHERE status = 'running' AND host IS NOT NULL;

-- Loads from a host that are under way in all organizations, besides one step: a number, and nothing of who they are.
-- Whoever asks has the host for itself until its transaction ends, so that two do not both take the last place.
CREATE FUNCTION public.loads_under_way(of_host text, besides text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  own_scope text := coalesce(current_setting('app.scope', true), '');
  counted integer;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('loads of ' || of_host, 0));
  PERFORM set_config('app.scope', 'system', true);
  SELECT count(*) INTO counted FROM public.run_steps WHERE host = of_host AND status = 'running' AND id <> besides;
  PERFORM set_config('app.scope', own_scope, true);
  RETURN counted;
END $$;
REVOKE ALL ON FUNCTION public.loads_under_way(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.loads_under_way(text, text) TO dalgo_app;
