import type { Client } from 'pg';
import { z } from 'zod';
import { AppError } from '#platform/errors';
import { columnRecord } from './backup-file.ts';

/** A table as it has to be made again. */
export type DescribedTable = {
  readonly oid: number;
  readonly schema: string;
  readonly table: string;
  readonly unlogged: boolean;
  readonly columns: readonly z.infer<typeof columnRecord>[];
  readonly after: readonly string[];
};

const row = z.object({
  oid: z.coerce.number(),
  schema: z.string(),
  table: z.string(),
  unlogged: z.boolean(),
  columns: z.array(columnRecord),
  after: z.array(z.string()),
});

/**
 * The tables of these schemas, from the catalogue. Wants `search_path` to be empty, so that every name that
 * PostgreSQL writes is qualified.
 */
export async function describeTables(
  client: Client,
  schemas: readonly string[],
): Promise<readonly DescribedTable[]> {
  await refuseWhatWeCannotKeep(client, schemas);
  const { rows } = await client.query<Record<string, unknown>>(tablesQuery, [schemas]);
  return rows.map((each) => row.parse(each));
}

/** Views and materialized views of these schemas as statements, each after those that it reads. */
export async function describeViews(
  client: Client,
  schemas: readonly string[],
): Promise<readonly { readonly schema: string; readonly sql: string }[]> {
  const { rows } = await client.query<{ schema: string; sql: string }>(viewsQuery, [schemas]);
  return rows;
}

/** Kinds of objects that nothing of ours makes: better no backup than one that silently lacks something. */
async function refuseWhatWeCannotKeep(client: Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ what: string }>(
    `select format('%I.%I', n.nspname, c.relname) as what
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1) and (
        c.relkind in ('p', 'f', 'c')
        or c.relkind = 'S' and not exists (
          select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i')
        or exists (select from pg_inherits i where i.inhrelid = c.oid and c.relkind in ('r', 'p')))
     union all
     select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = any($1)`,
    [schemas],
  );
  if (rows.length > 0) {
    throw new AppError(
      'backup_unsupported',
      `A backup cannot keep ${rows.map((each) => each.what).join(', ')}: only tables, indexes and views.`,
    );
  }
}

const tablesQuery = `
  select c.oid::int8 as oid, n.nspname as schema, c.relname as table, c.relpersistence = 'u' as unlogged,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'collation', (select format('%I.%I', cn.nspname, co.collname)
                        from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace, pg_type t
                       where t.oid = a.atttypid and co.oid = a.attcollation and a.attcollation <> t.typcollation),
        'notNull', a.attnotnull,
        'expression', pg_get_expr(d.adbin, d.adrelid),
        'generated', a.attgenerated <> '',
        'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
        'comment', col_description(c.oid, a.attnum)) order by a.attnum)
      from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
    array(
      select format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
        from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'x')
       order by k.contype desc, k.conname)
    || array(
      select pg_get_indexdef(i.indexrelid) from pg_index i
       where i.indrelid = c.oid and not exists (
         select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid)
       order by i.indexrelid)
    || array(
      select format('COMMENT ON TABLE %I.%I IS %L', n.nspname, c.relname, obj_description(c.oid, 'pg_class'))
       where obj_description(c.oid, 'pg_class') is not null) as after
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and c.relkind = 'r'
  order by n.nspname, c.relname`;

const viewsQuery = `
  with recursive views as (
    select c.oid, n.nspname as schema, c.relname as name, c.relkind, c.reloptions
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('v', 'm')
  ), reads as (
    select distinct r.ev_class as view, d.refobjid as source
      from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
       and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
     where r.ev_class in (select oid from views) and d.refobjid in (select oid from views)
  ), depth as (
    select oid, 0 as level from views
    union all
    select reads.view, depth.level + 1 from depth join reads on reads.source = depth.oid
  )
  select v.schema,
    format('CREATE %sVIEW %I.%I %sAS %s', case v.relkind when 'm' then 'MATERIALIZED ' else '' end, v.schema, v.name,
      case when v.reloptions is null then '' else format('WITH (%s) ', array_to_string(v.reloptions, ', ')) end,
      pg_get_viewdef(v.oid)) as sql
  from views v join depth on depth.oid = v.oid
  group by v.oid, v.schema, v.name, v.relkind, v.reloptions
  order by max(depth.level), v.schema, v.name`;
