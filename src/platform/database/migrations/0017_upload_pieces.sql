-- The bytes of uploaded files for workers on other machines, which share nothing with the server but this database.

CREATE TABLE upload_pieces (
  organization_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  upload_id text NOT NULL REFERENCES uploads ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 0),
  bytes bytea NOT NULL,
  PRIMARY KEY (upload_id, position)
);
-- Most files are compressed already, or read once: no time is spent on packing them.
ALTER TABLE upload_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE upload_pieces ENABLE ROW LEVEL SECURITY;
ALTER TABLE upload_pieces FORCE ROW LEVEL SECURITY;
CREATE POLICY organization_wall ON upload_pieces TO PUBLIC
  USING (organization_id = (SELECT public.current_organization()) OR (SELECT public.is_system()));
GRANT SELECT, INSERT, DELETE ON upload_pieces TO dalgo_app;
