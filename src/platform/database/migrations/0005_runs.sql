-- What a run does when one of its steps fails, runs of a part of a pipeline, and who waits for a run.

ALTER TABLE pipelines
  ADD COLUMN on_failure text NOT NULL DEFAULT 'continue' CHECK (on_failure IN ('continue', 'stop'));

ALTER TABLE pipeline_runs
  -- {scope: only | to | from, step: name} of a run of a part; NULL: the whole pipeline.
  ADD COLUMN part jsonb,
  -- person: somebody waits for it, so it goes before what a schedule began.
  ADD COLUMN lane text NOT NULL DEFAULT 'person' CHECK (lane IN ('person', 'background'));
