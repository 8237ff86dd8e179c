-- Two people who sign up at the same moment, pipelines that run when new data has come, and more to tell of.

CREATE OR REPLACE FUNCTION public.provision_organization(organization_id text, role_password text) RETURNS void
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
  -- Any fixed number. Each changes the one row of the database's rights; two at once: "tuple concurrently updated".
  PERFORM pg_advisory_xact_lock(7263404);
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

CREATE OR REPLACE FUNCTION public.deprovision_organization(organization_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  role_name text := 'org_' || organization_id;
BEGIN
  IF organization_id !~ '^[a-z][a-z0-9]{1,40}$' THEN
    RAISE EXCEPTION 'not an organization id';
  END IF;
  -- Any fixed number. Each changes the one row of the database's rights; two at once: "tuple concurrently updated".
  PERFORM pg_advisory_xact_lock(7263404);
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', role_name);
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), role_name);
    EXECUTE format('DROP ROLE %I', role_name);
  END IF;
END $$;

ALTER TABLE schedules DROP CONSTRAINT schedules_frequency_check;
ALTER TABLE schedules
  ADD CONSTRAINT schedules_frequency_check
    CHECK (frequency IN ('manual', 'every', 'hourly', 'daily', 'weekly', 'monthly', 'cron', 'after', 'arrival'));
CREATE INDEX ON schedules (organization_id) WHERE frequency = 'arrival';

ALTER TABLE pipeline_runs DROP CONSTRAINT pipeline_runs_trigger_check;
ALTER TABLE pipeline_runs ADD CONSTRAINT pipeline_runs_trigger_check
  CHECK (trigger IN ('manual', 'schedule', 'retry', 'webhook', 'after', 'arrival'));

-- Which kinds there are is the program's to say; a list here would have to be changed with each.
ALTER TABLE notifications DROP CONSTRAINT IF EXISTS notifications_kind_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_kind_check CHECK (kind ~ '^[a-z_]{1,40}$');

-- How often a step was begun again because its worker was lost; tries after an error are not counted here.
ALTER TABLE run_steps ADD COLUMN losses integer NOT NULL DEFAULT 0;
CREATE INDEX ON run_steps (ref_id) WHERE status = 'running';
