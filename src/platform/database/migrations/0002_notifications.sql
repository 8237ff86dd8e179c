-- What people are told, whom, and by which way. A notification, its readers and the messages that carry it are written
-- in the transaction of what they tell of; the messages are an outbox that the workers empty.

CREATE TABLE notifications (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- Names what happened, so that it is told once whoever notices it: "failure <run id>".
  occurrence text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('failure', 'recovery', 'late', 'did_not_run', 'schema_change')),
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  title text NOT NULL,
  -- {reason, affected[], advice}
  content jsonb NOT NULL,
  -- Below the address of the program, where it is looked at.
  path text NOT NULL,
  pipeline_id text,
  run_id text,
  -- The same failing again is counted here instead of being told again.
  times integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  UNIQUE (organization_id, occurrence),
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON notifications (pipeline_id, created_at DESC);

-- A person's list in the program.
CREATE TABLE notification_receipts (
  organization_id text NOT NULL,
  notification_id text NOT NULL,
  user_id text NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (user_id, notification_id),
  FOREIGN KEY (organization_id, notification_id) REFERENCES notifications (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, user_id) REFERENCES organization_members ON DELETE CASCADE
);
CREATE INDEX ON notification_receipts (notification_id);
CREATE INDEX ON notification_receipts (organization_id, user_id) WHERE read_at IS NULL;

-- What a person wants to hear of, and how; a row with a pipeline counts for that pipeline instead of the other.
CREATE TABLE notification_preferences (
  organization_id text NOT NULL,
  user_id text NOT NULL,
  pipeline_id text,
  in_app text[] NOT NULL,
  email text[] NOT NULL,
  UNIQUE NULLS NOT DISTINCT (organization_id, user_id, pipeline_id),
  FOREIGN KEY (organization_id, user_id) REFERENCES organization_members ON DELETE CASCADE,
  FOREIGN KEY (organization_id, pipeline_id) REFERENCES pipelines (organization_id, id) ON DELETE CASCADE
);

-- Places of the whole organization that hear of things.
CREATE TABLE notification_channels (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('slack', 'discord', 'webhook')),
  name text NOT NULL,
  -- The address is a secret: who knows it may write there.
  encrypted_url text NOT NULL,
  url_host text NOT NULL,
  -- Key of the signature, of a webhook.
  encrypted_secret text,
  kinds text[] NOT NULL,
  -- NULL: all pipelines.
  pipeline_ids text[],
  is_active boolean NOT NULL DEFAULT true,
  last_sent_at timestamptz,
  last_error jsonb,
  created_by text REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);

-- One message to one recipient. It collects notifications until it is sent.
CREATE TABLE notification_messages (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  -- "user <id>": by e-mail; "channel <id>".
  recipient text NOT NULL,
  status text NOT NULL CHECK (status IN ('collecting', 'sending', 'sent', 'failed', 'skipped')),
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  send_after timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- Until then one worker is at it.
  claimed_until timestamptz,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz,
  UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX ON notification_messages (organization_id, recipient) WHERE status = 'collecting';
CREATE INDEX ON notification_messages (organization_id, recipient, created_at DESC);
CREATE INDEX ON notification_messages (send_after) WHERE status IN ('collecting', 'sending');

-- No recipient is told of a notification twice.
CREATE TABLE notification_message_items (
  organization_id text NOT NULL,
  message_id text NOT NULL,
  notification_id text NOT NULL,
  recipient text NOT NULL,
  PRIMARY KEY (notification_id, recipient),
  FOREIGN KEY (organization_id, message_id) REFERENCES notification_messages (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, notification_id) REFERENCES notifications (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ON notification_message_items (message_id);

DO $$
DECLARE
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY ARRAY[
    'notifications', 'notification_receipts', 'notification_preferences', 'notification_channels',
    'notification_messages', 'notification_message_items'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
    EXECUTE format(
      'CREATE POLICY organization_wall ON %I TO PUBLIC USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()))',
      table_name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO dalgo_app', table_name);
  END LOOP;
END $$;
