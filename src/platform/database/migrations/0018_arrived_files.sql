-- Files that came into the watched folder: each is loaded once, whoever looks and whatever dies meanwhile.

CREATE TABLE arrived_files (
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- Below the organization's folder.
  path text NOT NULL,
  -- Of its bytes (SHA-256): the same name with other content is another file.
  digest text NOT NULL,
  size_bytes bigint NOT NULL,
  -- As the file system says, in milliseconds: who looks again need not read what has not changed.
  modified_ms bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('arriving', 'loaded', 'failed')),
  upload_id text,
  run_id text,
  error jsonb,
  arrived_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, path, digest)
);
CREATE INDEX ON arrived_files (organization_id, arrived_at) WHERE status = 'arriving';

ALTER TABLE arrived_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE arrived_files FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_wall ON arrived_files TO PUBLIC
  USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON arrived_files TO dalgo_app;
