import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { recipe as recipeSchema, type Recipe, type SortColumn } from '#contracts/recipe';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import type { AppError } from '#platform/errors';
import { connectDatabase } from '#platform/database/database';
import { newId, type SourceId, type StepId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { openWarehouse, recordTable, type OrganizationWarehouse, type WarehouseServices } from '#warehouse';
import { compileRecipe } from '../compile-recipe.ts';
import { loadCatalog } from '../load-catalog.ts';
import { dropForgottenResults } from './drop-forgotten-results.ts';
import { closePreviews } from './open-kept-results.ts';
import { previewRecipe } from './preview-recipe.ts';
import { profileRecipe } from './profile-recipe.ts';

let database_: TestDatabase;
let services: WarehouseServices;
let actor: Actor;
let stranger: Actor;
let warehouse: OrganizationWarehouse;
let visits: string;
let districts: string;
let offset = 0;
const { signal } = new AbortController();

const recipeOf = (...steps: readonly object[]): Recipe => recipeSchema.parse({ steps });

const rowsOfVisits = (count: number, more = '') =>
  `SELECT i::bigint AS id, (ARRAY['Pune', 'Delhi', NULL, 'Kisumu'])[1 + (i * 7) % 4] AS district, ((i * 7919) % 1000)::bigint AS age, (i * 0.5)::numeric AS cost${more} FROM generate_series(1, ${count}) i`;

async function load(
  owner: Actor,
  name: string,
  columns: Readonly<Record<string, 'integer' | 'text' | 'decimal'>>,
  select: string,
) {
  const target = await services.warehouse.forOrganization(owner.organizationId);
  const table = target.capabilities.dialect.quoteTable({ schema: target.schema, name });
  const made = await target.transaction(async (session) => {
    await session.query(`DROP TABLE IF EXISTS ${table}`);
    return session.query(`CREATE TABLE ${table} AS ${select}`);
  });
  await services.database.withOrganization(owner.organizationId, async (trx) => {
    const id = name.replace('source_', '') as SourceId;
    await trx
      .insertInto('sources')
      .values({
        id,
        organization_id: owner.organizationId,
        name,
        type: 'csv',
        config: '{}',
        warehouse_table_name: name,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await recordTable(trx, {
      organizationId: owner.organizationId,
      name,
      displayName: name === districts ? 'districts' : name,
      kind: 'source',
      sourceId: id,
      columns: Object.entries(columns).map(([column, type]) => ({
        name: column,
        display_name: column,
        type,
      })),
      rowCount: made.affectedRows ?? 0,
      sizeBytes: null,
      runToken: newId<StepId>(),
    });
  });
}

const visitColumns = { id: 'integer', district: 'text', age: 'integer', cost: 'decimal' } as const;

beforeAll(async () => {
  database_ = await createTestDatabase();
  const { config } = database_;
  const database = connectDatabase(database_.appUrl);
  const clock = { now: () => systemClock.now() + offset };
  const base = { config, clock, newId, database, log: createLog('silent') };
  services = { ...base, warehouse: openWarehouse(base) };
  actor = await createTestOrganization(database, config);
  stranger = await createTestOrganization(database, config);
  warehouse = await services.warehouse.forOrganization(actor.organizationId);
  visits = `source_${newId<SourceId>()}`;
  districts = `source_${newId<SourceId>()}`;
  await load(actor, visits, visitColumns, rowsOfVisits(22_000));
  await load(
    actor,
    districts,
    { name: 'text', state: 'text' },
    `SELECT * FROM (VALUES ('Pune', 'MH'), ('Delhi', 'DL'), ('Kisumu', 'KE'), ('Kisumu', 'Kenya')) AS d(name, state)`,
  );
});

afterAll(async () => {
  await closePreviews(services.warehouse);
  await services.warehouse.close();
  await services.database.close();
  await database_[Symbol.asyncDispose]();
});

async function keptTables(): Promise<string[]> {
  const { rows } = await warehouse.read(
    `SELECT relname FROM pg_class WHERE relnamespace = '${warehouse.schema}'::regnamespace AND relname LIKE '\\_preview\\_%' AND relkind = 'r' ORDER BY 1`,
  );
  return rows.map((row) => String(row['relname']));
}

/** Resolves when as many results are kept; what is proposed is made a moment after the answer. */
const untilKept = (count: number) =>
  vi.waitFor(async () => expect(await keptTables()).toHaveLength(count), { timeout: 5000, interval: 30 });

/** Resolves when nothing more is being made. */
async function untilMade(): Promise<void> {
  for (let before: string[] | undefined; ;) {
    const now = await keptTables();
    if (before !== undefined && isDeepStrictEqual(now, before)) return;
    before = now;
    await setTimeout(220);
  }
}

const page = (recipe: Recipe, from: number, sort?: readonly SortColumn[]) =>
  previewRecipe(services, actor, { recipe, limit: 40, offset: from, sort }, signal);

/** What one statement gives, in the total order that pages follow. */
async function statementOf(recipe: Recipe, sort?: readonly SortColumn[]): Promise<string> {
  const catalog = await services.database.withOrganization(actor.organizationId, (trx) =>
    loadCatalog(trx, actor.organizationId),
  );
  const { sql } = compileRecipe({
    recipe,
    catalog: catalog.tables,
    dialect: 'postgres',
    schema: warehouse.schema,
    sort,
    totalOrder: true,
  });
  return sql ?? '';
}

const joined = () => [
  { type: 'source', table: visits },
  { type: 'join', with: districts, left_on: 'district', right_on: 'name', columns: ['state'] },
];

const chains: Readonly<Record<string, () => readonly object[]>> = {
  'a table': () => [{ type: 'source', table: visits }],
  'a filter and a new column': () => [
    { type: 'source', table: visits },
    { type: 'filter', column: 'age', operator: 'greater_than', value: 100 },
    { type: 'add_column', name: 'half', expression_type: 'math', left: 'age', operator: '/', right: 2 },
  ],
  'rows that a join doubles, then a filter': () => [
    ...joined(),
    { type: 'filter', column: 'age', operator: 'less_than', value: 900 },
  ],
  'a sort, then what changes its column': () => [
    { type: 'source', table: visits },
    { type: 'sort', columns: [{ column: 'district', descending: true }, 'age'] },
    { type: 'clean', columns: ['district'], operations: ['upper'] },
  ],
  'a sort under a join, then the first of each': () => [
    { type: 'source', table: visits },
    { type: 'sort', columns: ['district', { column: 'cost', descending: true }] },
    { type: 'join', with: districts, left_on: 'district', right_on: 'name', columns: ['state'] },
    { type: 'clean', columns: ['district'], operations: ['upper'] },
    { type: 'remove_duplicates', by: ['districts_state', 'age'], keep: 'first' },
    { type: 'select', columns: ['id', 'districts_state', 'age'] },
  ],
  'a running total under a filter': () => [
    { type: 'source', table: visits },
    { type: 'window', function: 'running_total', column: 'age', name: 'so far', order: ['id'] },
    { type: 'filter', column: 'so far', operator: 'greater_than', value: 5000 },
    { type: 'sort', columns: ['age'] },
  ],
};

describe.each(Object.entries(chains))('pages of %s', (_name, stepsOf) => {
  test.each([
    ['unsorted', undefined],
    ['sorted', [{ column: 'age', descending: true }]],
  ] as const)('%s, are the same rows computed and kept', async (_sorted, sort) => {
    const recipe = recipeOf(...stepsOf());
    const sql = await statementOf(recipe, sort);
    const counted = await warehouse.read(`SELECT count(*) AS n FROM (${sql}) AS all_rows`);
    const count = Number(counted.rows[0]?.['n']);
    const places = [50, 2950, count - 40].filter((place) => place >= 0);
    const expected = await Promise.all(
      places.map(async (place) => (await warehouse.read(`${sql} LIMIT 40 OFFSET ${place}`)).rows),
    );
    const read = async () => {
      for (const [index, place] of places.entries()) {
        const { rows, total_count: total } = await page(recipe, place, sort);
        expect(rows, `from row ${place}`).toEqual(expected[index]);
        expect(total ?? count).toBe(count);
      }
    };
    await read();
    await page(recipe, 0, sort);
    await untilMade();
    await read();
  });
});

describe('what is kept', () => {
  beforeEach(() => closePreviews(services.warehouse));

  const changed = (more: number) =>
    recipeOf(...joined(), { type: 'filter', column: 'age', operator: 'greater_than', value: more });

  test('steps before the one that changes are read, not computed again', async () => {
    await page(changed(1), 0);
    await untilKept(1);
    const catalog = services.database.withOrganization(actor.organizationId, (trx) =>
      loadCatalog(trx, actor.organizationId),
    );
    expect((await catalog).tables.map((table) => table.name).toSorted()).toEqual(
      [visits, districts].toSorted(),
    );
    // Without the table that was joined, only what was kept can answer.
    const table = (name: string) =>
      warehouse.capabilities.dialect.quoteTable({ schema: warehouse.schema, name });
    await warehouse.transaction((session) =>
      session.query(`ALTER TABLE ${table(districts)} RENAME TO hidden_for_now`),
    );
    try {
      const { rows } = await page(changed(500), 0);
      expect(rows).toHaveLength(40);
      expect(rows.every((row) => Number(row['age']) > 500)).toBe(true);
    } finally {
      await warehouse.transaction((session) =>
        session.query(`ALTER TABLE ${table('hidden_for_now')} RENAME TO ${districts}`),
      );
    }
  });

  test('nobody else can read it, and it is no table of the organization', async () => {
    await page(changed(2), 0);
    await untilKept(1);
    const [name] = await keptTables();
    const other = await services.warehouse.forOrganization(stranger.organizationId);
    await expect(other.read(`SELECT * FROM "${warehouse.schema}"."${name}"`)).rejects.toThrow(
      /permission denied/,
    );
    await expect(
      previewRecipe(
        services,
        actor,
        { recipe: recipeOf({ type: 'source', table: name }), limit: 1, offset: 0 },
        signal,
      ),
    ).rejects.toMatchObject({ code: 'recipe_invalid' });
  });

  test('after a crash of the server, which empties it, the rows are computed again', async () => {
    const expected = (await page(changed(3), 0)).rows;
    await untilKept(1);
    const [name] = await keptTables();
    await warehouse.transaction((session) => session.query(`TRUNCATE "${warehouse.schema}"."${name}"`));
    expect((await page(changed(3), 0)).rows).toEqual(expected);
    expect(
      (await page(recipeOf(...joined(), { type: 'group', by: ['districts_state'], aggregates: [] }), 0)).rows,
    ).toHaveLength(5);
  });

  test('new data makes it worthless at once', async () => {
    await page(changed(4), 0);
    await untilKept(1);
    const [before] = await keptTables();
    await load(actor, visits, visitColumns, rowsOfVisits(22_000).replace('i * 0.5', 'i * 2.5'));
    const { rows } = await page(changed(4), 0);
    expect(rows[0]).toMatchObject({ id: 1, cost: 2.5 });
    expect(await keptTables()).not.toContain(before);
  });

  test('what a dead process left behind is dropped by its age, what lives is not', async () => {
    await page(changed(5), 0);
    await untilKept(1);
    const [alive] = await keptTables();
    const old = Math.floor((services.clock.now() - 3 * 3_600_000) / 1000).toString(16);
    await warehouse.transaction((session) =>
      session.query(`CREATE TABLE "${warehouse.schema}"."_preview_${old}_dead" AS SELECT 1 AS a`),
    );
    expect(await dropForgottenResults(services, signal)).toBe(1);
    expect(await keptTables()).toEqual([alive]);
  });

  test('it is bounded in number', async () => {
    for (let count = 0; count < 14; count += 1) {
      await page(recipeOf({ type: 'source', table: visits }), 5000 + count, [
        { column: 'age', descending: count % 2 === 0 },
        { column: count % 3 === 0 ? 'cost' : 'id', descending: count % 5 === 0 },
        { column: 'district', descending: count % 7 === 0 },
      ]);
    }
    await vi.waitFor(async () => expect((await keptTables()).length).toBeLessThanOrEqual(12));
  });

  test('a program that stops takes it along', async () => {
    await page(changed(6), 0);
    await untilKept(1);
    await closePreviews(services.warehouse);
    expect(await keptTables()).toEqual([]);
  });
});

test('a profile of a step tells what is in its columns, of a sample and of all rows', async () => {
  const recipe = recipeOf(
    { type: 'source', table: visits },
    { type: 'filter', column: 'age', operator: 'less_than', value: 500 },
  );
  const ask = (full: boolean) =>
    profileRecipe(services, actor, { recipe, columns: ['age', 'district'], full, top: 3 }, signal);
  const all = await ask(true);
  expect(all).toMatchObject({ sampled: false, sample_rows: 11_000 });
  const [age, district] = all.columns;
  expect(age).toMatchObject({ empty_count: 0, distinct_count: 500, min: '0', max: '499', mean: 249.5 });
  expect(age?.histogram.map(({ count }) => count).reduce((sum, count) => sum + count, 0)).toBe(11_000);
  expect(district).toMatchObject({ distinct_count: 3, looks_like: null, invalid_count: 0 });
  expect(district?.top).toHaveLength(3);
  const sample = await ask(false);
  expect(sample.sampled).toBe(true);
  expect(sample.sample_rows).toBeGreaterThan(5000);
  expect(sample.columns[0]?.mean).toBeCloseTo(249.5, -2);
});

test('a question that nobody waits for any more ends in the database', async () => {
  const slow = recipeOf(
    { type: 'source', table: visits },
    { type: 'join', with: visits, left_on: 'district', right_on: 'district', columns: ['cost'] },
    { type: 'group', by: ['district'], aggregates: [{ function: 'sum', column: 'age', alias: 'sum' }] },
    { type: 'filter', column: 'sum', operator: 'equals', value: 1 },
  );
  const running = async () => {
    const { rows } = await warehouse.read(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE usename = current_user AND state = 'active' AND query LIKE '%step_2_join%' AND pid <> pg_backend_pid()`,
    );
    return Number(rows[0]?.['n']);
  };
  const stale = new AbortController();
  const answer = previewRecipe(services, actor, { recipe: slow, limit: 100, offset: 0 }, stale.signal);
  const ended = answer.then(
    () => 'answered',
    (error: AppError) => error.code,
  );
  await vi.waitFor(async () => expect(await running()).toBeGreaterThan(0), { interval: 20, timeout: 5000 });
  stale.abort();
  expect(await ended).toBe('query_cancelled');
  await vi.waitFor(async () => expect(await running()).toBe(0), { interval: 20, timeout: 2000 });
});
