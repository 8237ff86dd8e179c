import type { Client } from 'pg';

/** A table of ours in `public`, with the columns that a backup keeps (all that are not computed). */
export type MetadataTable = { readonly name: string; readonly columns: readonly string[] };

/**
 * Not kept: what belongs to a running installation. Sessions would let old tokens in again after a restore; the
 * migrations are those of the program that restores. The files are kept as files.
 */
const leftOut = ['schema_migrations', 'workers', 'sessions', 'refresh_tokens', 'upload_pieces'];

/** The metadata tables, each after those that its foreign keys point to. */
export async function describeMetadataTables(client: Client): Promise<readonly MetadataTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; needs: string[] }>(
    `select c.relname as name,
       array(select a.attname::text from pg_attribute a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
              order by a.attnum) as columns,
       array(select distinct r.relname::text from pg_constraint k join pg_class r on r.oid = k.confrelid
              where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
     order by c.relname`,
    [leftOut],
  );
  const ordered: MetadataTable[] = [];
  const done = new Set<string>(leftOut);
  let waiting = rows;
  while (waiting.length > 0) {
    const ready = waiting.filter((table) => table.needs.every((name) => done.has(name)));
    if (ready.length === 0)
      throw new Error(`Foreign keys in a circle: ${waiting.map((each) => each.name).join(', ')}`);
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      done.add(name);
    }
    waiting = waiting.filter((table) => !ready.includes(table));
  }
  return ordered;
}
