import type { Client } from 'pg';

export type WallProblem = {
  readonly says: string;
  readonly remedy: string;
  /** false: a limit that only a superuser can set, which a hosted database does not give; no data is in reach. */
  readonly severe: boolean;
};

type WallCheck = {
  /** Selects the names of what is wrong, as `name`. */
  readonly sql: string;
  readonly says: string;
  readonly remedy: string;
  readonly severe: boolean;
};

const rebuild = 'Restore a backup into a new installation, and let nobody in here meanwhile.';
/** The organizations' logins that exist. */
const logins = `public.organizations o JOIN pg_roles r ON r.rolname = 'org_' || o.id`;

const checks: readonly WallCheck[] = [
  {
    sql: `SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
             AND (a.attname = 'organization_id' OR c.relname IN ('organizations', 'users'))
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    says: 'Tables without the wall between organizations',
    remedy: 'ALTER TABLE name ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY.',
    severe: true,
  },
  {
    sql: `SELECT rolname AS name FROM pg_roles
           WHERE (rolsuper OR rolbypassrls OR rolcreaterole)
             AND (rolname LIKE 'dalgo\\_app%' OR rolname IN (SELECT 'org_' || id FROM public.organizations))`,
    says: 'Logins with too many rights',
    remedy: 'ALTER ROLE name NOSUPERUSER NOBYPASSRLS NOCREATEROLE.',
    severe: true,
  },
  {
    sql: `SELECT o.name FROM ${logins} WHERE has_schema_privilege(r.oid, 'public', 'USAGE')`,
    says: 'Organizations whose login may use the schema public',
    remedy: 'REVOKE ALL ON SCHEMA public FROM PUBLIC.',
    severe: true,
  },
  {
    sql: `SELECT o.name FROM public.organizations o
           WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'org_' || o.id AND r.rolcanlogin)
              OR NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'org_' || o.id
                               AND pg_get_userbyid(n.nspowner) = 'org_' || o.id)`,
    says: 'Organizations without a schema or login of their own',
    remedy: rebuild,
    severe: true,
  },
  {
    sql: `SELECT o.name FROM ${logins}
           WHERE NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
                              WHERE s.setrole = r.oid AND setting LIKE 'temp_file_limit=%')`,
    says: 'Organizations that may fill the disk with one query',
    remedy: "As a superuser: ALTER ROLE org_… SET temp_file_limit = '20GB'.",
    severe: false,
  },
  {
    sql: `SELECT o.name FROM ${logins} WHERE has_function_privilege(r.oid, 'pg_catalog.lo_create(oid)', 'EXECUTE')`,
    says: 'Organizations that may keep large objects outside of their schema',
    remedy:
      'As a superuser: REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea) FROM PUBLIC.',
    severe: false,
  },
];

/**
 * Looks for gaps in the wall between organizations, as the catalogue shows it.
 *
 * @param client connected as the owner; its session is given the scope of the whole system.
 */
export async function inspectWall(client: Client): Promise<readonly WallProblem[]> {
  await client.query(`SELECT set_config('app.scope', 'system', false)`);
  const problems: WallProblem[] = [];
  for (const { sql, says, remedy, severe } of checks) {
    const { rows } = await client.query<{ name: string }>(sql);
    const names = rows.map((row) => row.name).toSorted();
    if (names.length === 0) continue;
    const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
    problems.push({ says: `${says}: ${names.slice(0, 5).join(', ')}${more}.`, remedy, severe });
  }
  return problems;
}
