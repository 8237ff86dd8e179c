import type { Client } from 'pg';

export type WallProblem = { readonly says: string; readonly remedy: string };

const again =
  'Restore the database from a backup, or make it as the migrations say; do not let others in meanwhile.';

/**
 * Looks for gaps in the wall between organizations, as the catalogue shows it: tables without forced row-level
 * security, logins with too many rights, organizations without their own login.
 *
 * @param client connected as the owner; its session is given the scope of the whole system.
 */
export async function inspectWall(client: Client): Promise<readonly WallProblem[]> {
  await client.query(`SELECT set_config('app.scope', 'system', false)`);
  const { rows: open } = await client.query<{ name: string }>(
    `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND (a.attname = 'organization_id' OR c.relname IN ('organizations', 'users'))
        AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`,
  );
  const { rows: mighty } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles
      WHERE (rolsuper OR rolbypassrls OR rolcreaterole)
        AND (pg_has_role(oid, 'dalgo_app', 'MEMBER') AND rolname LIKE 'dalgo\\_app%' OR rolname LIKE 'org\\_%') ORDER BY 1`,
  );
  const { rows: homeless } = await client.query<{ name: string }>(
    `SELECT o.name FROM public.organizations o
      WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'org_' || o.id AND r.rolcanlogin)
         OR NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'org_' || o.id
                          AND pg_get_userbyid(n.nspowner) = 'org_' || o.id) ORDER BY 1`,
  );
  const { rows: guests } = await client.query<{ name: string }>(
    `SELECT r.rolname AS name FROM pg_roles r
      WHERE r.rolname LIKE 'org\\_%' AND has_schema_privilege(r.oid, 'public', 'USAGE') ORDER BY 1`,
  );
  const { rows: unlimited } = await client.query<{ name: string }>(
    `SELECT o.name FROM public.organizations o JOIN pg_roles r ON r.rolname = 'org_' || o.id
      WHERE NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
                         WHERE s.setrole = r.oid AND setting LIKE 'temp_file_limit=%') ORDER BY 1`,
  );
  const list = (rows: readonly { readonly name: string }[]): string => rows.map((row) => row.name).join(', ');
  return [
    ...(open.length > 0
      ? [{ says: `Tables without the wall between organizations: ${list(open)}.`, remedy: again }]
      : []),
    ...(mighty.length > 0
      ? [
          {
            says: `Logins with too many rights: ${list(mighty)}.`,
            remedy: 'ALTER ROLE name NOSUPERUSER NOBYPASSRLS NOCREATEROLE.',
          },
        ]
      : []),
    ...(guests.length > 0
      ? [
          {
            says: `Organizations' logins that may use the schema public: ${list(guests)}.`,
            remedy: 'REVOKE ALL ON SCHEMA public FROM PUBLIC.',
          },
        ]
      : []),
    ...(homeless.length > 0
      ? [{ says: `Organizations without a schema or login of their own: ${list(homeless)}.`, remedy: again }]
      : []),
    ...(unlimited.length > 0
      ? [
          {
            says: `Organizations that may fill the disk with one query: ${list(unlimited)}.`,
            remedy: "As a superuser: ALTER ROLE org_… SET temp_file_limit = '20GB'.",
          },
        ]
      : []),
  ];
}
