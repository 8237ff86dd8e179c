-- More ways in which a pipeline runs by itself, and what happens when its time is missed or its last run still goes on.

ALTER TABLE schedules DROP CONSTRAINT schedules_frequency_check;
ALTER TABLE schedules
  ADD CONSTRAINT schedules_frequency_check
    CHECK (frequency IN ('manual', 'every', 'hourly', 'daily', 'weekly', 'monthly', 'cron', 'after')),
  ADD COLUMN every_minutes integer CHECK (every_minutes BETWEEN 1 AND 10080),
  -- 31: the last day of a shorter month.
  ADD COLUMN day_of_month smallint CHECK (day_of_month BETWEEN 1 AND 31),
  ADD COLUMN missed text NOT NULL DEFAULT 'run_once' CHECK (missed IN ('run_once', 'skip')),
  ADD COLUMN overlap text NOT NULL DEFAULT 'queue' CHECK (overlap IN ('queue', 'skip', 'cancel_old')),
  -- Runs whenever that pipeline has succeeded.
  ADD COLUMN after_pipeline_id text,
  ADD FOREIGN KEY (organization_id, after_pipeline_id)
    REFERENCES pipelines (organization_id, id) ON DELETE SET NULL (after_pipeline_id);
CREATE INDEX ON schedules (after_pipeline_id) WHERE after_pipeline_id IS NOT NULL;
