-- Keys with which programs use the API: of a person, who may do no more with it than now, or of the organization.
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- Whose it is; null for the organization's own.
  user_id text,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  -- SHA-256: the key itself is nowhere.
  token_hash bytea NOT NULL UNIQUE,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  -- A key goes with the membership.
  FOREIGN KEY (organization_id, user_id) REFERENCES organization_members (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX ON api_keys (organization_id, user_id);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_wall ON api_keys TO PUBLIC
  USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys TO dalgo_app;
