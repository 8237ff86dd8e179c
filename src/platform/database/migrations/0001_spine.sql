-- The metadata of every organization, and the wall between them.
--
-- Roles: this file runs as the owner (embedded: dalgo_owner; outside: the user of DATABASE_URL). The program works
-- as a login that is a member of dalgo_app: not the owner, not a superuser, so the forced policies below bind it.
-- Warehouse work of an organization runs as that organization's own login, which has no right in this schema.

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dalgo_app') THEN
    CREATE ROLE dalgo_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of this cluster was quicker
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO dalgo_app;
DO $$
BEGIN
  EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;

-- The scope of a transaction, set by withOrganization / withSystem.
CREATE FUNCTION public.current_organization() RETURNS text LANGUAGE sql STABLE
  RETURN nullif(current_setting('app.organization_id', true), '');
CREATE FUNCTION public.is_system() RETURNS boolean LANGUAGE sql STABLE
  RETURN coalesce(current_setting('app.scope', true) = 'system', false);

CREATE TABLE users (
  id text PRIMARY KEY,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  is_system boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organizations (
  id text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9]{1,40}$'),
  name text NOT NULL,
  timezone text NOT NULL DEFAULT 'UTC',
  locale text NOT NULL DEFAULT 'en-IN',
  fiscal_year_start_month smallint NOT NULL DEFAULT 4 CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
  -- Data key of the organization under a key of ENCRYPTION_KEY: "<key id>:<base64>".
  encrypted_data_key text NOT NULL,
  -- Password of the login role org_<id>, under the data key.
  encrypted_role_password text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization_members (
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX ON organization_members (user_id);

-- A session is a family of refresh tokens; reuse of a spent token revokes the session.
CREATE TABLE sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users ON DELETE CASCADE,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_reason text,
  user_agent text
);
CREATE INDEX ON sessions (user_id);
CREATE TABLE refresh_tokens (
  -- SHA-256 of the token: the token itself is only in the cookie.
  token_hash bytea PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  issued_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz
);
CREATE INDEX ON refresh_tokens (session_id);

CREATE TABLE uploads (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  filename text NOT NULL,
  size_bytes bigint NOT NULL,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);

CREATE TABLE sources (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  type text NOT NULL,
  config jsonb NOT NULL,
  -- Secret fields of the config, encrypted under the data key of the organization.
  encrypted_secrets text,
  warehouse_table_name text NOT NULL,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);

CREATE TABLE source_schemas (
  organization_id text NOT NULL,
  source_id text NOT NULL,
  version integer NOT NULL,
  columns jsonb NOT NULL,
  changes jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, version),
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE transformations (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  description text,
  recipe jsonb NOT NULL,
  version integer NOT NULL,
  output_table_name text,
  -- Physical names of the tables that the recipe reads.
  depends_on text[] NOT NULL DEFAULT '{}',
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);

CREATE TABLE transformation_versions (
  organization_id text NOT NULL,
  transformation_id text NOT NULL,
  version integer NOT NULL,
  recipe jsonb NOT NULL,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (transformation_id, version),
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE warehouse_tables (
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  display_name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('source', 'transform', 'view')),
  source_id text,
  transformation_id text,
  -- [{name, display_name, type, description?}]
  columns jsonb NOT NULL,
  row_count bigint,
  size_bytes bigint,
  -- Run token that wrote the present content.
  run_token text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, name),
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE pipelines (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);
CREATE TABLE pipeline_sources (
  organization_id text NOT NULL,
  pipeline_id text NOT NULL,
  source_id text NOT NULL,
  position integer NOT NULL,
  PRIMARY KEY (pipeline_id, source_id),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);
CREATE TABLE pipeline_transformations (
  organization_id text NOT NULL,
  pipeline_id text NOT NULL,
  transformation_id text NOT NULL,
  position integer NOT NULL,
  PRIMARY KEY (pipeline_id, transformation_id),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE schedules (
  pipeline_id text PRIMARY KEY,
  organization_id text NOT NULL,
  frequency text NOT NULL CHECK (frequency IN ('manual', 'hourly', 'daily', 'weekly', 'cron')),
  run_at text,
  day_of_week smallint CHECK (day_of_week BETWEEN 0 AND 6),
  cron text,
  timezone text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  next_run_at timestamptz,
  last_fired_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON schedules (next_run_at) WHERE is_active;

CREATE TABLE pipeline_runs (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- NULL: a single sync or execution outside of a pipeline.
  pipeline_id text,
  pipeline_name text,
  trigger text NOT NULL CHECK (trigger IN ('manual', 'schedule', 'retry')),
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'partial')),
  -- The frozen plan: steps, edges, recipe versions. Input of the workflow.
  plan jsonb NOT NULL,
  retry_of text,
  -- A schedule fires once for a wall-clock time: (pipeline, this) is unique.
  scheduled_for timestamptz,
  requested_by text REFERENCES users ON DELETE SET NULL,
  cancel_requested_at timestamptz,
  error jsonb,
  queued_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (organization_id, id),
  UNIQUE (pipeline_id, scheduled_for),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON pipeline_runs (organization_id, pipeline_id, queued_at DESC);
CREATE INDEX ON pipeline_runs (status) WHERE status IN ('queued', 'running');

CREATE TABLE run_steps (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  run_id text NOT NULL,
  position integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sync', 'transform')),
  ref_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped')),
  attempt integer NOT NULL DEFAULT 0,
  rows bigint,
  progress jsonb,
  error jsonb,
  -- Worker that works on it now: the fence against one that was paused and wakes.
  worker_id text,
  started_at timestamptz,
  finished_at timestamptz,
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, run_id) REFERENCES pipeline_runs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON run_steps (run_id, position);
CREATE INDEX ON run_steps (organization_id, ref_id, started_at DESC);

CREATE TABLE run_logs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL,
  run_id text NOT NULL,
  step_id text,
  at timestamptz NOT NULL DEFAULT now(),
  level text NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  message text NOT NULL,
  FOREIGN KEY (organization_id, run_id) REFERENCES pipeline_runs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON run_logs (run_id, id);

-- One row for each load of a source; its id is the id of the run step.
CREATE TABLE sync_runs (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  source_id text NOT NULL,
  run_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'partial')),
  trigger text NOT NULL CHECK (trigger IN ('manual', 'pipeline', 'upload')),
  rows_synced bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  tables jsonb NOT NULL DEFAULT '[]',
  schema_changes jsonb NOT NULL DEFAULT '[]',
  warnings jsonb NOT NULL DEFAULT '[]',
  progress jsonb,
  error jsonb,
  queued_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON sync_runs (source_id, queued_at DESC);
CREATE INDEX ON sync_runs (run_id);

CREATE TABLE rejected_rows (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL,
  source_id text NOT NULL,
  sync_run_id text NOT NULL REFERENCES sync_runs ON DELETE CASCADE,
  line bigint NOT NULL,
  column_name text,
  value text,
  reason text NOT NULL,
  raw text NOT NULL,
  FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON rejected_rows (sync_run_id, id);

-- One row for each execution of a transformation; its id is the id of the run step.
CREATE TABLE transformation_runs (
  id text PRIMARY KEY,
  organization_id text NOT NULL,
  transformation_id text NOT NULL,
  run_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'partial')),
  trigger text NOT NULL CHECK (trigger IN ('manual', 'pipeline')),
  version integer NOT NULL,
  table_name text NOT NULL,
  row_count bigint,
  sql text,
  error jsonb,
  queued_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  FOREIGN KEY (organization_id, transformation_id) REFERENCES transformations (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON transformation_runs (transformation_id, queued_at DESC);
CREATE INDEX ON transformation_runs (run_id);

-- What the web socket sends; kept so that a client that was away misses nothing.
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  payload jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON events (organization_id, id);

CREATE TABLE canvas_positions (
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  node_id text NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  PRIMARY KEY (organization_id, node_id)
);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text REFERENCES organizations ON DELETE CASCADE,
  user_id text REFERENCES users ON DELETE SET NULL,
  action text NOT NULL,
  target text,
  details jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON audit_log (organization_id, id DESC);

-- Live workers of the installation. A worker whose heartbeat is old is dead, and its runs are taken over.
CREATE TABLE workers (
  id text PRIMARY KEY,
  hostname text NOT NULL,
  pid integer NOT NULL,
  application_version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  stopped_at timestamptz
);

-- The wall. Everything with an organization_id shows only the rows of the organization of the transaction.
DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY[
    'organization_members', 'sessions', 'uploads', 'sources', 'source_schemas', 'transformations',
    'transformation_versions', 'warehouse_tables', 'pipelines', 'pipeline_sources', 'pipeline_transformations',
    'schedules', 'pipeline_runs', 'run_steps', 'run_logs', 'sync_runs', 'rejected_rows', 'transformation_runs',
    'events', 'canvas_positions', 'audit_log'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_wall ON organizations TO PUBLIC
  USING (id = (SELECT public.current_organization()) OR (SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON organizations TO dalgo_app;

-- People are visible to the organizations that they belong to.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_system ON users TO PUBLIC USING ((SELECT public.is_system()));
CREATE POLICY users_of_organization ON users FOR SELECT TO PUBLIC
  USING (EXISTS (SELECT FROM organization_members m
                 WHERE m.user_id = users.id AND m.organization_id = (SELECT public.current_organization())));
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO dalgo_app;

ALTER TABLE refresh_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE refresh_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tokens_system ON refresh_tokens TO PUBLIC USING ((SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO dalgo_app;

ALTER TABLE workers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workers FORCE ROW LEVEL SECURITY;
CREATE POLICY workers_system ON workers TO PUBLIC USING ((SELECT public.is_system()));
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO dalgo_app;

-- Makes the login and the schema of an organization, in the same transaction as its row. The program itself may
-- not create roles: only this function, which takes nothing but an id it can check and a password.
CREATE FUNCTION public.provision_organization(organization_id text, role_password text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  role_name text := 'org_' || organization_id;
BEGIN
  IF organization_id !~ '^[a-z][a-z0-9]{1,40}$' THEN
    RAISE EXCEPTION 'not an organization id';
  END IF;
  IF NOT EXISTS (SELECT FROM public.organizations o WHERE o.id = organization_id) THEN
    RAISE EXCEPTION 'no such organization';
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', role_name, role_password);
  ELSE
    EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20 PASSWORD %L', role_name, role_password);
  END IF;
  EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role_name);
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', role_name, role_name);
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', role_name, current_database(), role_name);
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout = ''10min''', role_name, current_database());
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET statement_timeout = ''6h''', role_name, current_database());
  BEGIN
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET temp_file_limit = ''20GB''', role_name, current_database());
  EXCEPTION WHEN insufficient_privilege THEN
    NULL; -- only a superuser may give this right away; `doctor` reports it
  END;
END $$;
REVOKE ALL ON FUNCTION public.provision_organization(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.provision_organization(text, text) TO dalgo_app;

-- Removes the login and the schema, with everything in it.
CREATE FUNCTION public.deprovision_organization(organization_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  role_name text := 'org_' || organization_id;
BEGIN
  IF organization_id !~ '^[a-z][a-z0-9]{1,40}$' THEN
    RAISE EXCEPTION 'not an organization id';
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', role_name);
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), role_name);
    EXECUTE format('DROP ROLE %I', role_name);
  END IF;
END $$;
REVOKE ALL ON FUNCTION public.deprovision_organization(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.deprovision_organization(text) TO dalgo_app;

-- Home of the run engine's own tables; it creates and upgrades them itself.
CREATE SCHEMA dbos;
GRANT ALL ON SCHEMA dbos TO dalgo_app;
