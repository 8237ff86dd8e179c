-- What retention deletes by, and what the settings count.
CREATE INDEX ON run_logs (organization_id, at);
CREATE INDEX ON rejected_rows (organization_id);
CREATE INDEX ON events (at);
CREATE INDEX ON sync_runs (finished_at);
CREATE INDEX ON notifications (last_at);
