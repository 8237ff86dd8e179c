-- People's sign-ins with Google, and tables that were sent to their spreadsheets.

CREATE TABLE google_connections (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- Whose sign-in it is: nobody else may choose what it reads or writes.
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  -- The account's e-mail.
  account text NOT NULL,
  scopes text[] NOT NULL,
  encrypted_refresh_token text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, user_id, account)
);

-- A sign-in that is under way, from leaving for Google to coming back.
CREATE TABLE google_sign_ins (
  -- SHA-256 of the state parameter.
  state_hash text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  -- Only the browser that left may come back.
  session_id text NOT NULL,
  redirect_uri text NOT NULL,
  -- PKCE.
  encrypted_verifier text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX ON google_sign_ins (organization_id, expires_at);

CREATE TABLE sheet_exports (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  table_name text NOT NULL,
  user_id text REFERENCES users ON DELETE SET NULL,
  connection_id text REFERENCES google_connections ON DELETE SET NULL,
  account text NOT NULL,
  -- Null until a new one is made.
  spreadsheet_id text,
  spreadsheet_title text,
  sheet_title text NOT NULL,
  url text,
  status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
  rows_done bigint NOT NULL DEFAULT 0,
  rows_total bigint,
  -- Cells that were longer than a sheet takes.
  cut_cells bigint NOT NULL DEFAULT 0,
  error jsonb,
  started_at timestamptz NOT NULL DEFAULT now(),
  -- The program that writes it is alive.
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE INDEX ON sheet_exports (organization_id, table_name, started_at DESC);
CREATE UNIQUE INDEX ON sheet_exports (organization_id, table_name) WHERE status = 'running';

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['google_connections', 'google_sign_ins', 'sheet_exports'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;
