import { spawnSync } from 'node:child_process';
import { DuckDBInstance } from '@duckdb/node-api';
import { compileRecipe } from '../src/transforms/compile-recipe.ts';
import { catalogOf, edited, longRecipe } from './compile-recipes.ts';
import { spread } from './median.ts';
import type { Figure } from './report.ts';
import { openSurveySite } from './survey-site.ts';

const RECIPES = 50;
const STEPS = 200;
const ROUNDS = 7;

/** Milliseconds of processor time, which other programs on the machine do not change. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The same recipe over the same rows in Ibis: milliseconds to compile it, and what it gives. */
const IBIS = `
import json, sys, time
import ibis
from ibis import _
n = int(sys.argv[1])
t = ibis.table({'id': 'int64', 'district': 'string', 'age': 'int64', 'cost': 'float64'}, name='visits')
def build():
    e = t
    for i in range(1, n):
        e = [lambda e: e.filter(_.age > -i),
             lambda e: e.mutate(**{f'n{i}': _.age * i}),
             lambda e: e.mutate(district=_.district.strip().upper()),
             lambda e: e.filter(_.district != f'v{i}')][i % 4](e)
    return e
times = []
for _r in range(3):
    s = time.process_time(); e = build(); sql = ibis.to_sql(e, dialect='duckdb'); times.append((time.process_time() - s) * 1000)
con = ibis.duckdb.connect()
con.raw_sql("create table visits as select i as id, case when i % 3 = 0 then ' pune ' else 'Nashik' end as district, i % 90 as age, i / 2.0 as cost from range(1000) r(i)")
got = con.raw_sql(f'select count(*), sum(n1), max(district) from ({sql})').fetchall()[0]
print(json.dumps({'ms': sorted(times)[1], 'got': [str(x) for x in got]}))
`;

function ibisSteps(steps: number): object[] {
  return Array.from({ length: steps - 1 }, (_, index) => {
    const i = index + 1;
    return [
      { type: 'filter', column: 'age', operator: 'greater_than', value: -i },
      { type: 'add_column', name: `n${i}`, expression_type: 'math', left: 'age', operator: '*', right: i },
      { type: 'clean', columns: ['district'], operations: ['trim', 'upper'] },
      { type: 'filter', column: 'district', operator: 'not_equals', value: `v${i}` },
    ][i % 4] as object; // four kinds, so there is one
  });
}

/** Compile time against Ibis on the same recipe, and equal results; nothing where there is no Ibis. */
async function againstIbis(): Promise<Figure[]> {
  const steps = 60;
  const python = process.env['PYTHON'] ?? 'python3';
  const ran = spawnSync(python, ['-c', IBIS, String(steps)], { encoding: 'utf8', timeout: 120_000 });
  if (ran.status !== 0) {
    console.log('  no Ibis at hand (PYTHON=… with ibis-framework[duckdb]): not compared');
    return [];
  }
  // What the script above prints.
  const ibis = JSON.parse(ran.stdout) as { ms: number; got: string[] };
  const { recipe } = await import('#contracts/recipe');
  const chain = recipe.parse({ steps: [{ type: 'source', table: 'visits' }, ...ibisSteps(steps)] });
  const options = { recipe: chain, catalog: catalogOf(['visits']), dialect: 'duckdb' } as const;
  const times = Array.from({ length: ROUNDS }, () => timed(() => compileRecipe(options)));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    "create table visits as select i as id, case when i % 3 = 0 then ' pune ' else 'Nashik' end as district, '' as village, i % 90 as age, i / 2.0 as cost, DATE '2026-01-01' as visited from range(1000) r(i)",
  );
  const { sql } = compileRecipe(options);
  const reader = await connection.runAndReadAll(`select count(*), sum(n1), max(district) from (${sql})`);
  const ours = (reader.getRowsJson()[0] ?? []).map((cell) =>
    (typeof cell === 'string' ? cell : JSON.stringify(cell)).replace(/\.0+$/, ''),
  );
  connection.closeSync();
  instance.closeSync();
  if (JSON.stringify(ours) !== JSON.stringify(ibis.got.map((cell) => cell.replace(/\.0+$/, ''))))
    throw new Error(`Ibis gives another result: ${ibis.got.join()} and ${ours.join()}`);
  const { median, min, max } = spread(times);
  return [
    {
      name: `compile ${steps} steps, share of Ibis`,
      measured: `${median.toFixed(1)} ms (${min.toFixed(1)}–${max.toFixed(1)})`,
      against: `Ibis, ${ibis.ms.toFixed(0)} ms, equal results`,
      value: median / ibis.ms,
      bar: 1,
    },
  ];
}

/** How long a recipe of the longest kind takes PostgreSQL to plan. */
async function planning(): Promise<Figure> {
  await using site = await openSurveySite(1000);
  const { warehouse } = site;
  await warehouse.transaction((session) =>
    session.query(
      `CREATE TABLE "${warehouse.schema}".visits (id bigint, district text, village text, age bigint, cost numeric, visited date)`,
    ),
  );
  const { sql } = compileRecipe({
    recipe: longRecipe('visits', STEPS, 0),
    catalog: catalogOf(['visits']),
    dialect: 'postgres',
    schema: warehouse.schema,
  });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await warehouse.read(`EXPLAIN ${sql}`);
    times.push(performance.now() - started);
  }
  const { median, min, max } = spread(times);
  return {
    name: `PostgreSQL plans ${STEPS} steps, ms`,
    measured: `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`,
    against: 'EXPLAIN of the statement',
    value: median,
    bar: 500,
  };
}

/** Ten thousand steps to SQL, one edit of them, and what the longest recipe costs the database to plan. */
export async function compileBench(): Promise<Figure[]> {
  const tables = Array.from({ length: RECIPES }, (_, index) => `table ${index}`);
  const catalog = catalogOf(tables);
  const recipes = tables.map((table, index) => longRecipe(table, STEPS, index));
  const compileAll = (): void => {
    for (const recipe of recipes)
      if (compileRecipe({ recipe, catalog, dialect: 'postgres' }).sql === null)
        throw new Error('A recipe of the bench has errors.');
  };
  compileAll();
  const all = spread(Array.from({ length: ROUNDS }, () => timed(compileAll)));
  const edits = spread(
    recipes.map((recipe) => {
      const changed = edited({ steps: recipe.steps.slice(0, STEPS - 1) });
      return timed(() => compileRecipe({ recipe: changed, catalog, dialect: 'postgres' }));
    }),
  );
  return [
    {
      name: 'compile 10,000 steps, CPU ms',
      measured: `median ${all.median.toFixed(0)} ms (${all.min.toFixed(0)}–${all.max.toFixed(0)})`,
      against: `${RECIPES} recipes of ${STEPS} steps`,
      value: all.median,
      bar: 600,
    },
    {
      name: 'compile after one edit, CPU ms',
      measured: `median ${edits.median.toFixed(1)} ms (${edits.min.toFixed(1)}–${edits.max.toFixed(1)})`,
      against: `the recipe of ${STEPS} steps that it is in`,
      value: edits.median,
      bar: 10,
    },
    await planning(),
    ...(await againstIbis()),
  ];
}
