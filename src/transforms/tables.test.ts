import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import type { Materialization } from '#contracts/materialization';
import { recipe as recipeSchema, type Recipe } from '#contracts/recipe';
import type { Row } from '#contracts/warehouse';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId, type TransformationId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import {
  dropTables,
  openWarehouse,
  publishTable,
  recordTable,
  type OrganizationWarehouse,
  type WarehouseServices,
} from '#warehouse';
import { suggestDataTests } from './data-tests/suggest-tests.ts';
import {
  createDataTest,
  deleteDataTest,
  listDataTestResults,
  listDataTests,
  runDataTests,
  updateDataTest,
} from './data-tests/tests-of-table.ts';
import { deleteTransformation } from './delete-transformation.ts';
import { executeTransformation } from './execute-transformation.ts';
import { findProblems } from './graph/find-problems.ts';
import { getImpact } from './graph/get-impact.ts';
import { getLineage } from './graph/get-lineage.ts';
import { getTransformation } from './queries.ts';
import { createTransformation, updateTransformation } from './save-transformation.ts';

let test_: TestDatabase;
let services: WarehouseServices;
let actor: Actor;
let warehouse: OrganizationWarehouse;

const recipeOf = (...steps: readonly object[]): Recipe => recipeSchema.parse({ steps });

interface SourceTable {
  readonly id: SourceId;
  readonly name: string;
}
type Columns = readonly (readonly [string, ColumnType])[];

/** Puts rows in the place of a source's table, as a load does. */
async function load(
  source: SourceTable,
  displayName: string,
  columns: Columns,
  select: string,
): Promise<void> {
  const token = newId<StepId>();
  const staging = `_staging_${token}`;
  const made = await warehouse.transaction((session) =>
    session.query(
      `CREATE TABLE "${warehouse.schema}"."${staging}" (${columns.map(([name]) => `"${name}"`).join(', ')}) AS ${select}`,
    ),
  );
  const rowCount = made.affectedRows ?? 0;
  const { lostViews } = await publishTable(warehouse, {
    runToken: token,
    stagingTable: staging,
    targetTable: source.name,
    rowCount,
  });
  await services.database.withOrganization(actor.organizationId, (trx) =>
    recordTable(trx, {
      organizationId: actor.organizationId,
      name: source.name,
      displayName,
      kind: 'source',
      sourceId: source.id,
      columns: columns.map(([name, type]) => ({ name, display_name: name, type })),
      rowCount,
      sizeBytes: null,
      runToken: token,
      lostViews,
    }),
  );
}

async function makeSource(displayName: string, columns: Columns, select: string): Promise<SourceTable> {
  const id = newId<SourceId>();
  const source = { id, name: `source_${id}` };
  await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('sources')
      .values({
        id,
        organization_id: actor.organizationId,
        name: displayName,
        type: 'csv',
        config: '{}',
        warehouse_table_name: source.name,
      })
      .execute(),
  );
  await load(source, displayName, columns, select);
  return source;
}

async function rename(source: SourceTable, name: string): Promise<void> {
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    await trx.updateTable('sources').set({ name }).where('id', '=', source.id).execute();
    await trx
      .updateTable('warehouse_tables')
      .set({ display_name: name })
      .where('source_id', '=', source.id)
      .execute();
  });
}

async function run(transformationId: string, stepId = newId<StepId>()) {
  await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('transformation_runs')
      .values({
        id: stepId,
        organization_id: actor.organizationId,
        transformation_id: transformationId as TransformationId,
        run_id: newId<RunId>(),
        status: 'queued',
        trigger: 'manual',
        version: 1,
        table_name: `transform_${transformationId}`,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return executeTransformation(services, {
    organizationId: actor.organizationId,
    transformationId: transformationId as TransformationId,
    stepId,
  });
}

async function rowsOf(table: string, order = '1'): Promise<readonly Row[]> {
  return (await warehouse.read(`SELECT * FROM "${warehouse.schema}"."${table}" ORDER BY ${order}`)).rows;
}

let counter = 0;
async function save(recipe: Recipe, materialization?: Materialization) {
  counter += 1;
  return createTransformation(services, actor, { name: `T${counter}`, recipe, materialization });
}

const visitColumns: Columns = [
  ['id', 'integer'],
  ['district', 'text'],
  ['day', 'date'],
];
const visitRows = (count: number, from = 1): string =>
  `SELECT i::bigint AS id, (ARRAY['Pune', 'Delhi'])[1 + i % 2] AS district, DATE '2026-01-01' + i AS day FROM generate_series(${from}, ${count}) i`;

beforeAll(async () => {
  test_ = await createTestDatabase();
  const { config } = test_;
  const database = connectDatabase(test_.appUrl);
  const base = { config, clock: systemClock, newId, database, log: createLog('silent') };
  services = { ...base, warehouse: openWarehouse(base) };
  actor = await createTestOrganization(database, config);
  warehouse = await services.warehouse.forOrganization(actor.organizationId);
});
afterAll(async () => {
  await services.warehouse.close();
  await services.database.close();
  await test_[Symbol.asyncDispose]();
});

describe('recipes depend on tables by id', () => {
  test('renaming a source changes nothing in what reads it, and the recipe shows the new name', async () => {
    const visits = await makeSource('Visits', visitColumns, visitRows(6));
    const staff = await makeSource(
      'Staff',
      [
        ['place', 'text'],
        ['head', 'text'],
      ],
      `VALUES ('Pune', 'Asha'), ('Delhi', 'Bina')`,
    );
    const recipes = [
      // By display names, as a program writes it; by physical names, as the editor does.
      recipeOf(
        { type: 'source', table: 'Visits' },
        { type: 'join', with: 'Staff', left_on: 'district', right_on: 'place', columns: ['head'] },
        { type: 'filter', column: 'Staff_head', operator: 'equals', value: 'Asha' },
      ),
      recipeOf(
        { type: 'source', table: visits.name },
        { type: 'join', with: staff.name, left_on: 'district', right_on: 'place', columns: ['head'] },
        { type: 'filter', column: 'Staff_head', operator: 'equals', value: 'Asha' },
      ),
      recipeOf(
        { type: 'source', table: 'Visits' },
        {
          type: 'sql',
          query: `SELECT i.id, s.head FROM {{input}} AS i JOIN "Staff" AS s ON s.place = i.district WHERE s.head = 'Asha'`,
        },
      ),
    ];
    const saved = [];
    for (const recipe of recipes) saved.push(await save(recipe));
    expect(saved.map((each) => each.errors)).toEqual([[], [], []]);
    expect(saved[0]?.recipe.steps[0]).toMatchObject({ table: visits.name });
    const before = saved.map((each) => each.output_columns);

    await rename(visits, 'Field visits');
    await rename(staff, 'Employees');
    for (const [index, each] of saved.entries()) {
      const now = await getTransformation(services, actor, each.id);
      expect(now.errors).toEqual([]);
      expect(now.output_columns).toEqual(before[index]);
      expect((await run(each.id)).rowCount).toBe(3);
      // The editor saves what it has, without what the server keeps.
      const sent = recipeOf(...JSON.parse(JSON.stringify(now.recipe.steps)));
      for (const step of sent.steps) if (step.type === 'join') delete step.prefix;
      expect((await updateTransformation(services, actor, each.id, { recipe: sent })).version).toBe(1);
    }
  });

  test('two transformations never make tables of one name', async () => {
    const visits = await makeSource('Named', visitColumns, visitRows(1));
    const recipe = recipeOf({ type: 'source', table: visits.name });
    const make = (name: string, output?: string) =>
      createTransformation(services, actor, { name, recipe, output_table_name: output });
    const first = await make('By month');
    await expect(make('Another', ' by MONTH ')).rejects.toMatchObject({ code: 'name_taken' });
    const second = await make('By month');
    expect(second).toMatchObject({ name: 'By month', output_table_name: 'By month 2' });
    await expect(
      updateTransformation(services, actor, second.id, { output_table_name: 'By month' }),
    ).rejects.toMatchObject({ code: 'name_taken' });
    // What it is called already is no conflict.
    await updateTransformation(services, actor, first.id, { output_table_name: 'By month' });
  });
});

describe('where data comes from and what uses it', () => {
  test('each column is traced through joins, groups and formulas, to the loaded column', async () => {
    const visits = await makeSource('Traced visits', visitColumns, visitRows(4));
    const clean = await save(
      recipeOf(
        { type: 'source', table: visits.name },
        { type: 'clean', columns: ['district'], operations: ['upper'] },
        { type: 'rename', columns: [{ column: 'id', name: 'Visit' }] },
      ),
    );
    const summary = await save(
      recipeOf(
        { type: 'source', table: clean.table_name },
        { type: 'filter', column: 'day', operator: 'is_not_null' },
        {
          type: 'group',
          by: ['district'],
          aggregates: [{ function: 'count', column: 'Visit', alias: 'visits' }],
        },
      ),
    );
    const middle = await getLineage(services, actor, clean.table_name);
    const column = (name: string) => middle.columns.find((each) => each.display_name === name);
    expect(column('Visit')).toMatchObject({
      how: 'copied',
      from: [{ table: visits.name, table_name: 'Traced visits', column: 'id' }],
      used_by: [{ transformation_name: summary.name, outputs: ['visits'], steps: ['Step 3 (Summarize)'] }],
    });
    expect(column('district')).toMatchObject({ how: 'calculated', from: [{ column: 'district' }] });
    expect(column('day')?.used_by).toMatchObject([{ outputs: [], steps: ['Step 2 (Filter)'] }]);
    expect(middle.nodes.map(({ kind, distance }) => `${distance} ${kind}`)).toEqual(
      expect.arrayContaining([
        '-3 source',
        '-2 table',
        '-1 transformation',
        '0 table',
        '1 transformation',
        '2 table',
      ]),
    );
    const end = await getLineage(services, actor, summary.table_name);
    expect(end.columns.find((each) => each.name === 'visits')).toMatchObject({
      how: 'calculated',
      from: [{ table: clean.table_name }],
      origins: [{ table: visits.name, column: 'id' }],
    });
    await expect(getLineage(services, actor, 'source_nosuch')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a step of own SQL uses the columns that it names, and no others', async () => {
    const visits = await makeSource('Visits in SQL', visitColumns, visitRows(4));
    const own = await save(
      recipeOf(
        { type: 'source', table: visits.name },
        {
          type: 'sql',
          query: 'SELECT district AS place, count(*) AS visits FROM {{input}} WHERE id > 1 GROUP BY 1',
        },
      ),
    );
    await run(own.id);
    const { columns } = await getLineage(services, actor, visits.name);
    const uses = Object.fromEntries(columns.map((each) => [each.name, each.used_by]));
    expect(uses['district']).toMatchObject([{ outputs: ['place'], steps: ['Step 2 (SQL)'] }]);
    expect(uses['id']).toMatchObject([{ outputs: [], steps: ['Step 2 (SQL)'] }]);
    expect(uses['day']).toEqual([]);
    const made = (await getLineage(services, actor, own.table_name)).columns;
    expect(made.find((each) => each.name === 'place')).toMatchObject({ how: 'copied' });
    expect((await getImpact(services, actor, visits.name, 'id')).transformations).toMatchObject([
      { id: own.id, breaks: true, reason: 'Step 2 (SQL): it uses “id”.' },
    ]);
    expect((await getImpact(services, actor, visits.name, 'day')).summary).toBe('Nothing uses it.');
  });

  test('before a column or a table goes, one learns what breaks and what only stands further down', async () => {
    const visits = await makeSource('Impact visits', visitColumns, visitRows(4));
    const direct = await save(
      recipeOf(
        { type: 'source', table: visits.name },
        { type: 'filter', column: 'district', operator: 'equals', value: 'Pune' },
        { type: 'select', columns: ['id'] },
      ),
    );
    const below = await save(recipeOf({ type: 'source', table: direct.table_name }));
    const whole = await getImpact(services, actor, visits.name);
    expect(whole).toMatchObject({
      summary: 'Used by 2 transformations.',
      transformations: [
        { id: direct.id, is_direct: true, breaks: true },
        { id: below.id, is_direct: false, breaks: false },
      ],
    });
    const column = await getImpact(services, actor, visits.name, 'district');
    expect(column.transformations[0]?.reason).toBe(
      'Step 2 (Filter): There is no column “district” at this step.',
    );
    expect((await getImpact(services, actor, visits.name, 'day')).summary).toBe('Nothing uses it.');
  });

  test('a source that lost a column shows on what reads it, with step, column and advice, before it runs', async () => {
    const visits = await makeSource('Changing', visitColumns, visitRows(4));
    const reader = await save(
      recipeOf(
        { type: 'source', table: visits.name },
        { type: 'filter', column: 'district', operator: 'equals', value: 'Pune' },
      ),
    );
    expect((await getTransformation(services, actor, reader.id)).problem).toBeNull();
    await load(
      visits,
      'Changing',
      [
        ['id', 'integer'],
        ['districts', 'text'],
      ],
      `VALUES (1::bigint, 'Pune')`,
    );
    const expected = {
      step: 1,
      where: 'Step 2 (Filter)',
      column: 'district',
      message: 'There is no column “district” at this step. Did you mean “districts”?',
    };
    const { problem } = await getTransformation(services, actor, reader.id);
    expect(problem).toMatchObject(expected);
    expect(problem?.advice).toContain('“districts”');
    const problems = await services.database.withOrganization(actor.organizationId, (trx) =>
      findProblems(trx, actor.organizationId),
    );
    expect(problems.get(reader.id)).toMatchObject(expected);
  });
});

describe('a view', () => {
  test('shows the rows of this moment, steps aside when its table is loaded again, and ends when it no longer fits', async () => {
    const visits = await makeSource('Viewed', visitColumns, visitRows(4));
    const view = await save(
      recipeOf(
        { type: 'source', table: visits.name },
        { type: 'filter', column: 'district', operator: 'equals', value: 'Pune' },
      ),
      { kind: 'view' },
    );
    const second = await save(recipeOf({ type: 'source', table: view.table_name }), { kind: 'view' });
    expect((await run(view.id)).rowCount).toBe(2);
    await run(second.id);
    await load(visits, 'Viewed', visitColumns, visitRows(10));
    expect(await rowsOf(view.table_name)).toHaveLength(5);
    expect(await rowsOf(second.table_name)).toHaveLength(5);
    expect(await getTransformation(services, actor, view.id)).toMatchObject({ row_count: null });
    await load(visits, 'Viewed', [['id', 'integer']], 'SELECT 1::bigint AS id');
    const left = await services.database.withOrganization(actor.organizationId, (trx) =>
      trx
        .selectFrom('warehouse_tables')
        .select('name')
        .where('name', 'in', [visits.name, view.table_name, second.table_name])
        .execute(),
    );
    expect(left.map((table) => table.name)).toEqual([visits.name]);
    expect((await getTransformation(services, actor, view.id)).problem?.column).toBe('district');
  });

  test('becomes a table and a table a view at the next run, and is deleted with its transformation', async () => {
    const visits = await makeSource('Switched', visitColumns, visitRows(4));
    const made = await save(recipeOf({ type: 'source', table: visits.name }));
    const kindOf = async () =>
      (
        await warehouse.read(
          `SELECT table_type FROM information_schema.tables WHERE table_name = '${made.table_name}'`,
        )
      ).rows[0]?.['table_type'];
    await run(made.id);
    expect(await kindOf()).toBe('BASE TABLE');
    for (const [kind, type] of [
      ['view', 'VIEW'],
      ['table', 'BASE TABLE'],
      ['view', 'VIEW'],
    ] as const) {
      await updateTransformation(services, actor, made.id, { materialization: { kind } });
      const step = newId<StepId>();
      await run(made.id, step);
      // The same step once more, as after a crash.
      await run(made.id, step);
      expect(await kindOf()).toBe(type);
    }
    await deleteTransformation(services, actor, made.id, { force: false });
    expect(await kindOf()).toBeUndefined();
    expect(await dropTables(warehouse, [made.table_name])).toEqual([]);
  });
});

describe('a growing table', () => {
  const incremental = (rest: object): Materialization => ({
    kind: 'incremental',
    strategy: 'append',
    key: [],
    cursor: 'day',
    on_schema_change: 'add',
    ...rest,
  });

  test('brings only rows beyond the largest cursor, once for a run, and keeps what the source no longer has', async () => {
    const visits = await makeSource('Growing', visitColumns, visitRows(3));
    const log = await save(recipeOf({ type: 'source', table: visits.name }), incremental({}));
    expect((await run(log.id)).rowCount).toBe(3);
    await load(visits, 'Growing', visitColumns, visitRows(5, 3));
    const step = newId<StepId>();
    expect((await run(log.id, step)).rowCount).toBe(5);
    expect((await run(log.id, step)).rowCount).toBe(5);
    expect((await rowsOf(log.table_name)).map((row) => row['id'])).toEqual([1, 2, 3, 4, 5]);
    // All of it again, when a person asks for it.
    await updateTransformation(services, actor, log.id, { rebuild: true });
    expect((await run(log.id)).rowCount).toBe(3);
    expect((await getTransformation(services, actor, log.id)).rebuild).toBe(false);
  });

  test('replaces rows with the same key, and refuses rows without one', async () => {
    const visits = await makeSource('Merged', visitColumns, visitRows(3));
    const log = await save(
      recipeOf({ type: 'source', table: visits.name }),
      incremental({ strategy: 'merge', key: ['id'], cursor: null }),
    );
    await run(log.id);
    await load(
      visits,
      'Merged',
      visitColumns,
      `VALUES (2::bigint, 'Goa', DATE '2026-02-01'), (9, 'Goa', DATE '2026-02-02')`,
    );
    expect((await run(log.id)).rowCount).toBe(4);
    expect((await rowsOf(log.table_name)).map((row) => [row['id'], row['district']])).toEqual([
      [1, 'Delhi'],
      [2, 'Goa'],
      [3, 'Delhi'],
      [9, 'Goa'],
    ]);
    await load(visits, 'Merged', visitColumns, `VALUES (NULL::bigint, 'Goa', DATE '2026-02-01')`);
    await expect(run(log.id)).rejects.toMatchObject({ code: 'primary_key_missing' });
    expect(await rowsOf(log.table_name)).toHaveLength(4);
  });

  test('gets new columns, keeps lost ones empty, or says so, as it was chosen', async () => {
    const visits = await makeSource('Widening', visitColumns, visitRows(2));
    const log = await save(recipeOf({ type: 'source', table: visits.name }), incremental({}));
    await run(log.id);
    const reader = await save(recipeOf({ type: 'source', table: log.table_name }), { kind: 'view' });
    await run(reader.id);
    const wider: Columns = [
      ['id', 'integer'],
      ['day', 'date'],
      ['cost', 'decimal'],
    ];
    await load(visits, 'Widening', wider, `VALUES (3::bigint, DATE '2027-01-01', 7::numeric)`);
    await run(log.id);
    expect(await rowsOf(log.table_name)).toEqual([
      { id: 1, district: 'Delhi', day: '2026-01-02', cost: null },
      { id: 2, district: 'Pune', day: '2026-01-03', cost: null },
      { id: 3, district: null, day: '2027-01-01', cost: 7 },
    ]);
    expect(await rowsOf(reader.table_name)).toHaveLength(3);
    await updateTransformation(services, actor, log.id, {
      materialization: incremental({ on_schema_change: 'fail' }),
    });
    await expect(run(log.id)).rejects.toMatchObject({ code: 'table_columns_changed' });
    await updateTransformation(services, actor, log.id, {
      materialization: incremental({ on_schema_change: 'rebuild' }),
    });
    await run(log.id);
    expect(await rowsOf(log.table_name)).toEqual([{ id: 3, day: '2027-01-01', cost: 7 }]);
  });
});

test('a table that others join to gets an index on the key', async () => {
  const places = await makeSource('Places', visitColumns, visitRows(5));
  const target = await save(recipeOf({ type: 'source', table: places.name }));
  await save(
    recipeOf(
      { type: 'source', table: places.name },
      { type: 'join', with: target.table_name, left_on: 'id', right_on: 'id' },
    ),
  );
  await run(target.id);
  const { rows } = await warehouse.read(
    `SELECT pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname = '${target.table_name}'`,
  );
  expect(rows.map((row) => row['definition'])).toEqual([expect.stringContaining('(id)')]);
});

describe('data tests', () => {
  const people: Columns = [
    ['id', 'text'],
    ['age', 'integer'],
    ['status', 'text'],
    ['mail', 'text'],
    ['seen', 'timestamp'],
  ];
  const good = `VALUES ('a', 10::bigint, 'Open', 'a@x.org', now()::timestamp), ('b', 20, 'Closed', NULL, now()::timestamp)`;

  test.each([
    [
      { kind: 'not_empty', column: 'mail' },
      `('c', 1::bigint, 'Open', '  ', now()::timestamp)`,
      '1 row does not pass.',
    ],
    [
      { kind: 'unique', columns: ['id'] },
      `('a', 1::bigint, 'Open', 'x@y.z', now()::timestamp)`,
      '1 value repeats.',
    ],
    [
      { kind: 'one_of', column: 'status', values: ['Open', 'Closed'] },
      `('c', 1::bigint, 'Opne', '', now()::timestamp)`,
      '1 row',
    ],
    [
      { kind: 'between', column: 'age', min: 0, max: 120 },
      `('c', 121::bigint, 'Open', '', now()::timestamp)`,
      '1 row',
    ],
    [
      { kind: 'matches', column: 'mail', pattern: '[^@ ]+@[^@ ]+' },
      `('c', 1::bigint, 'Open', 'a@x.org and more', now()::timestamp)`,
      '1 row',
    ],
    [
      { kind: 'row_count', min: null, max: 2 },
      `('c', 1::bigint, 'Open', '', now()::timestamp)`,
      'There are 3 rows.',
    ],
  ] as const)('%o passes good data and finds bad rows', async (rule, bad, message) => {
    const source = await makeSource(
      'People',
      people,
      rule.kind === 'not_empty' ? good.replace('NULL', `'b@x.org'`) : good,
    );
    const created = await createDataTest(services, actor, source.name, {
      rule: { ...rule } as never,
      severity: 'warn',
    });
    const signal = new AbortController().signal;
    expect((await runDataTests(services, actor, source.name, signal)).items).toMatchObject([
      { status: 'passed' },
    ]);
    const base = rule.kind === 'not_empty' ? good.replace('NULL', `'b@x.org'`) : good;
    await load(source, 'People', people, `${base}, ${bad}`);
    const [result] = (await runDataTests(services, actor, source.name, signal)).items;
    expect(result).toMatchObject({ status: 'failed', message: expect.stringContaining(message) });
    expect(result?.sample).toHaveLength(rule.kind === 'row_count' ? 0 : 1);
    const history = await listDataTestResults(services, actor, created.id);
    expect(history.items.map((each) => each.status)).toEqual(['failed', 'passed']);
  });

  test('freshness and relations are told in words, with names of the tables', async () => {
    const signal = new AbortController().signal;
    const old = good.replaceAll('now()::timestamp', `now()::timestamp - interval '3 days'`);
    const source = await makeSource('Old people', people, old);
    const states = await makeSource('States', [['name', 'text']], `VALUES ('Open')`);
    await createDataTest(services, actor, source.name, {
      rule: { kind: 'freshness', column: 'seen', max_age_hours: 48 },
      severity: 'warn',
    });
    await createDataTest(services, actor, source.name, {
      rule: { kind: 'relation', column: 'status', table: 'States', table_column: 'name' },
      severity: 'warn',
    });
    await rename(states, 'Known states');
    const { items } = await runDataTests(services, actor, source.name, signal);
    expect(items.map(({ title, status }) => [title, status])).toEqual([
      ['The newest “seen” is at most 2 days old', 'failed'],
      ['“status” is found in “name” of “Known states”', 'failed'],
    ]);
    expect(items[0]?.message).toContain('3 days old');
    expect(items[1]?.sample).toMatchObject([{ status: 'Closed' }]);
    // A column that is gone is an error that says so, not a test that passes.
    await load(source, 'Old people', [['id', 'text']], `VALUES ('a')`);
    expect((await runDataTests(services, actor, source.name, signal)).items[1]).toMatchObject({
      status: 'error',
      message: 'There is no column “status”.',
    });
  });

  test('one that says stop keeps bad data from being published; the last good data stays', async () => {
    const source = await makeSource('Tested', visitColumns, visitRows(3));
    const made = await save(recipeOf({ type: 'source', table: source.name }));
    const { id } = await createDataTest(services, actor, made.table_name, {
      rule: { kind: 'between', column: 'id', min: null, max: 5 },
      severity: 'stop',
    });
    await run(made.id);
    await load(source, 'Tested', visitColumns, visitRows(9));
    const step = newId<StepId>();
    await expect(run(made.id, step)).rejects.toMatchObject({
      code: 'data_test_failed',
      message: expect.stringContaining(
        'was not published, since a data test did not pass: “id” is at most 5.',
      ),
    });
    expect(await rowsOf(made.table_name)).toHaveLength(3);
    await expect(run(made.id, step)).rejects.toMatchObject({ code: 'data_test_failed' });
    const { items } = await listDataTests(services, actor, made.table_name);
    expect(items[0]?.last_result).toMatchObject({ status: 'failed', failing_rows: 4, severity: 'stop' });
    expect((await listDataTestResults(services, actor, id)).items).toHaveLength(2);
    const { rows } = await warehouse.read(
      `SELECT count(*) AS n FROM information_schema.tables WHERE table_schema = '${warehouse.schema}' AND table_name LIKE '\\_staging\\_${step}%'`,
    );
    expect(rows[0]?.['n']).toBe(0);
    await updateDataTest(services, actor, id, { severity: 'warn' });
    expect((await run(made.id)).rowCount).toBe(9);
    await deleteDataTest(services, actor, id);
    expect((await listDataTests(services, actor, made.table_name)).items).toEqual([]);
  });

  test('of a growing table they are about old and new rows together', async () => {
    const source = await makeSource('Tested growth', visitColumns, visitRows(3));
    const made = await save(recipeOf({ type: 'source', table: source.name }), {
      kind: 'incremental',
      strategy: 'append',
      key: [],
      cursor: 'day',
      on_schema_change: 'add',
    });
    await createDataTest(services, actor, made.table_name, {
      rule: { kind: 'unique', columns: ['id'] },
      severity: 'stop',
    });
    await run(made.id);
    await load(source, 'Tested growth', visitColumns, `VALUES (1::bigint, 'Pune', DATE '2027-01-01')`);
    await expect(run(made.id)).rejects.toMatchObject({ code: 'data_test_failed' });
    expect(await rowsOf(made.table_name)).toHaveLength(3);
  });

  test('a rule that can never be asked is refused, with why', async () => {
    const source = await makeSource('Rules', visitColumns, visitRows(3));
    for (const rule of [
      { kind: 'between', column: 'day', min: 'yesterday-ish', max: null },
      { kind: 'matches', column: 'district', pattern: '(' },
      { kind: 'freshness', column: 'id', max_age_hours: 4 },
      { kind: 'not_empty', column: 'nothing' },
    ] as const) {
      await expect(
        createDataTest(services, actor, source.name, { rule, severity: 'warn' }),
      ).rejects.toMatchObject({ code: 'invalid_input' });
    }
  });

  test('suggestions are what the data passes today, without those that are there', async () => {
    const source = await makeSource(
      'Suggested',
      people,
      `SELECT 'p' || i, (i * 3)::bigint, (ARRAY['Open', 'Closed'])[1 + i % 2], NULL::text, now()::timestamp FROM generate_series(1, 30) i`,
    );
    const signal = new AbortController().signal;
    const { items } = await suggestDataTests(services, actor, source.name, signal);
    expect(items.map((each) => each.title)).toEqual(
      expect.arrayContaining([
        '“id” never repeats',
        '“id” is never empty',
        '“age” is between 0 and 120',
        '“status” is one of Closed, Open',
      ]),
    );
    for (const { rule } of items)
      await createDataTest(services, actor, source.name, { rule, severity: 'stop' });
    const results = (await runDataTests(services, actor, source.name, signal)).items;
    expect(results.filter((each) => each.status !== 'passed')).toEqual([]);
    expect((await suggestDataTests(services, actor, source.name, signal)).items).toEqual([]);
  });
});
