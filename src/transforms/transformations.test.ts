import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType } from '#contracts/column-types';
import { recipe as recipeSchema, type Recipe } from '#contracts/recipe';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import type { Actor } from '#platform/actor';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { AppError } from '#platform/errors';
import { newId, type RunId, type SourceId, type StepId, type TransformationId } from '#platform/ids';
import { createLog } from '#platform/log';
import { openWarehouse, recordTable, type WarehouseServices } from '#warehouse';
import { compileForOrganization } from './compile-for-organization.ts';
import { deleteTransformation } from './delete-transformation.ts';
import { distinctValues } from './distinct-values.ts';
import { noteEditorPresence } from './editor-presence.ts';
import { executeTransformation } from './execute-transformation.ts';
import { getImpact } from './graph/get-impact.ts';
import { previewRecipe } from './preview/preview-recipe.ts';
import { previewTable } from './preview/preview-table.ts';
import { publishTransformation } from './publish-transformations.ts';
import { getTransformation, listTransformationRuns, listTransformations, listVersions } from './queries.ts';
import { createTransformation, restoreVersion, updateTransformation } from './save-transformation.ts';

let test_: TestDatabase;
let services: WarehouseServices;
let actor: Actor;
let stranger: Actor;
const signal = new AbortController().signal;

const recipeOf = (...steps: readonly object[]): Recipe => recipeSchema.parse({ steps });

async function makeSource(
  owner: Actor,
  displayName: string,
  columns: readonly (readonly [string, ColumnType])[],
  select: string,
): Promise<string> {
  const warehouse = await services.warehouse.forOrganization(owner.organizationId);
  const { dialect } = warehouse.capabilities;
  const sourceId = newId<SourceId>();
  const name = `source_${sourceId}`;
  const made = await warehouse.transaction((session) =>
    session.query(`CREATE TABLE ${dialect.quoteTable({ schema: warehouse.schema, name })} AS ${select}`),
  );
  await services.database.withOrganization(owner.organizationId, async (trx) => {
    await trx
      .insertInto('sources')
      .values({
        id: sourceId,
        organization_id: owner.organizationId,
        name: displayName,
        type: 'csv',
        config: '{}',
        warehouse_table_name: name,
      })
      .execute();
    await recordTable(trx, {
      organizationId: owner.organizationId,
      name,
      displayName,
      kind: 'source',
      sourceId,
      columns: columns.map(([column, type]) => ({ name: column, display_name: column, type })),
      rowCount: made.affectedRows ?? 0,
      sizeBytes: null,
      runToken: newId<StepId>(),
    });
  });
  return name;
}

async function queueRun(transformationId: string): Promise<StepId> {
  const id = newId<StepId>();
  await services.database.withOrganization(actor.organizationId, (trx) =>
    trx
      .insertInto('transformation_runs')
      .values({
        id,
        organization_id: actor.organizationId,
        transformation_id: transformationId as TransformationId,
        run_id: newId<RunId>(),
        status: 'queued',
        trigger: 'manual',
        version: 1,
        table_name: `transform_${transformationId}`,
      })
      .execute(),
  );
  return id;
}

async function run(transformationId: string, more: { signal?: AbortSignal } = {}) {
  const stepId = await queueRun(transformationId);
  return executeTransformation(services, {
    organizationId: actor.organizationId,
    transformationId: transformationId as TransformationId,
    stepId,
    ...more,
  });
}

let visits: string;

beforeAll(async () => {
  test_ = await createTestDatabase();
  const { config } = test_;
  const database = connectDatabase(test_.appUrl);
  const base = { config, clock: systemClock, newId, database, log: createLog('silent') };
  services = { ...base, warehouse: openWarehouse(base) };
  actor = await createTestOrganization(database, config);
  stranger = await createTestOrganization(database, config);
  visits = await makeSource(
    actor,
    'Visits',
    [
      ['id', 'integer'],
      ['district', 'text'],
      ['cost', 'decimal'],
      ['_dlt_id', 'text'],
    ],
    `SELECT i::bigint AS id, (ARRAY['Pune', 'Delhi', NULL])[1 + i % 3] AS district, (i * 0.5)::numeric AS cost, 'x' || i AS _dlt_id FROM generate_series(1, 1000) i`,
  );
});
afterAll(async () => {
  await services.warehouse.close();
  await services.database.close();
  await test_[Symbol.asyncDispose]();
});

describe('saving', () => {
  test('a recipe is saved as version 1 with its columns and what it reads', async () => {
    const saved = await createTransformation(services, actor, {
      name: 'By district',
      recipe: recipeOf(
        { type: 'source', table: visits },
        {
          type: 'group',
          by: ['district'],
          aggregates: [{ function: 'sum', column: 'cost', alias: 'Total cost (₹)' }],
        },
      ),
    });
    expect(saved).toMatchObject({
      version: 1,
      depends_on: [visits],
      errors: [],
      table_name: `transform_${saved.id}`,
      output_columns: [
        { name: 'district', display_name: 'district', type: 'text' },
        { name: 'Total cost (₹)', display_name: 'Total cost (₹)', type: 'decimal' },
      ],
      last_run: null,
    });
  });

  test('a recipe with an error is kept, and says where and what was meant', async () => {
    const saved = await createTransformation(services, actor, {
      name: 'Half-way',
      recipe: recipeOf(
        { type: 'source', table: visits },
        { type: 'filter', column: 'distrct', operator: 'equals', value: 'Pune' },
      ),
    });
    expect(saved.errors).toEqual([
      {
        step: 1,
        field: 'column',
        message: 'There is no column “distrct” at this step. Did you mean “district”?',
        suggestion: 'district',
      },
    ]);
    await expect(run(saved.id)).rejects.toMatchObject({ code: 'recipe_invalid' });
    expect(await getTransformation(services, actor, saved.id)).toMatchObject({
      last_run: { status: 'failed' },
    });
  });

  test('every changed recipe is a version with what changed, and an old one can be brought back', async () => {
    const first = recipeOf({ type: 'source', table: visits });
    const second = recipeOf({ type: 'source', table: visits }, { type: 'distinct' });
    const saved = await createTransformation(services, actor, { name: 'Versions', recipe: first });
    expect((await updateTransformation(services, actor, saved.id, { recipe: second })).version).toBe(2);
    expect((await updateTransformation(services, actor, saved.id, { recipe: second })).version).toBe(2);
    expect((await updateTransformation(services, actor, saved.id, { name: 'Renamed' })).version).toBe(2);
    await expect(
      updateTransformation(services, actor, saved.id, { recipe: first, expected_version: 1 }),
    ).rejects.toMatchObject({ code: 'conflict' });
    const restored = await restoreVersion(services, actor, saved.id, 1);
    expect(restored).toMatchObject({ version: 3, name: 'Renamed', recipe: first });
    const { items } = await listVersions(services, actor, saved.id, { limit: 10 });
    expect(items.map(({ version, changes }) => [version, changes])).toEqual([
      [3, [{ kind: 'removed', step: 1, type: 'distinct' }]],
      [2, [{ kind: 'added', step: 1, type: 'distinct' }]],
      [1, [{ kind: 'added', step: 0, type: 'source' }]],
    ]);
    await expect(restoreVersion(services, actor, saved.id, 99)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a circle of transformations is refused when it is saved and when it is run', async () => {
    const a = await createTransformation(services, actor, {
      name: 'A',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    const b = await createTransformation(services, actor, {
      name: 'B',
      recipe: recipeOf({ type: 'source', table: a.table_name }),
    });
    const c = await createTransformation(services, actor, {
      name: 'C',
      recipe: recipeOf({ type: 'source', table: b.table_name }),
    });
    expect(c.errors).toEqual([]);
    expect(c.output_columns.map((column) => column.name)).toEqual(['id', 'district', 'cost']);
    const circle = recipeOf(
      { type: 'source', table: visits },
      { type: 'join', with: c.table_name, left_on: 'id', right_on: 'id' },
    );
    await expect(updateTransformation(services, actor, a.id, { recipe: circle })).rejects.toMatchObject({
      code: 'recipe_cycle',
      message: expect.stringContaining('“A” reads “C” reads “B” reads “A”'),
    });
    const itself = recipeOf({ type: 'source', table: a.table_name });
    await expect(updateTransformation(services, actor, a.id, { recipe: itself })).rejects.toMatchObject({
      code: 'recipe_cycle',
    });
    const stepId = await queueRun(a.id);
    await expect(
      executeTransformation(services, {
        organizationId: actor.organizationId,
        transformationId: a.id as TransformationId,
        stepId,
        recipe: circle,
      }),
    ).rejects.toMatchObject({ code: 'recipe_cycle' });
  });

  test('lists go page by page, in the order of names', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTransformations(services, actor, { limit: 2, cursor });
      names.push(...page.items.map((item) => item.name));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('Renamed');
  });

  test('another organization sees nothing of it', async () => {
    const { items } = await listTransformations(services, actor, { limit: 1 });
    const id = items[0]?.id ?? '';
    await expect(getTransformation(services, stranger, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(updateTransformation(services, stranger, id, { name: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(deleteTransformation(services, stranger, id, { force: true })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(
      previewRecipe(
        services,
        stranger,
        { recipe: recipeOf({ type: 'source', table: visits }), limit: 1, offset: 0 },
        signal,
      ),
    ).rejects.toMatchObject({ code: 'recipe_invalid' });
    await expect(
      previewTable(services, stranger, visits, { limit: 1, offset: 0 }, signal),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      executeTransformation(services, {
        organizationId: stranger.organizationId,
        transformationId: id as TransformationId,
        stepId: newId<StepId>(),
      }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('executing', () => {
  test('a result becomes a table that another recipe can read, also by its display name', async () => {
    const first = await createTransformation(services, actor, {
      name: 'Totals',
      output_table_name: 'District totals',
      recipe: recipeOf(
        { type: 'source', table: visits },
        {
          type: 'group',
          by: ['district'],
          aggregates: [{ function: 'sum', column: 'cost', alias: 'total' }],
        },
        { type: 'sort', columns: [{ column: 'total', descending: true }] },
      ),
    });
    const second = await createTransformation(services, actor, {
      name: 'Reader',
      recipe: recipeOf(
        { type: 'source', table: 'District totals' },
        { type: 'filter', column: 'district', operator: 'is_not_null' },
      ),
    });
    expect(second).toMatchObject({ errors: [], depends_on: [first.table_name] });
    await expect(run(second.id)).rejects.toMatchObject({ code: 'table_missing' });
    expect(await run(first.id)).toEqual({ table: first.table_name, rowCount: 3 });
    expect(await run(second.id)).toEqual({ table: second.table_name, rowCount: 2 });
    const shown = await getTransformation(services, actor, second.id);
    expect(shown).toMatchObject({
      row_count: 2,
      last_run: { status: 'succeeded', row_count: 2, table: second.table_name },
    });
    expect(shown.last_run?.sql).toContain('step_2_filter');
    const page = await previewTable(services, actor, first.table_name, { limit: 10, offset: 0 }, signal);
    expect(page.rows).toEqual([
      { district: 'Delhi', total: 83_583.5 },
      { district: 'Pune', total: 83_416.5 },
      { district: null, total: 83_250 },
    ]);
    const { items } = await listTransformationRuns(services, actor, second.id, { limit: 10 });
    expect(items.map((item) => item.status)).toEqual(['succeeded', 'failed']);
  });

  test('a step that is repeated after a crash recognises its table and does not run again', async () => {
    const saved = await createTransformation(services, actor, {
      name: 'Once',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    const stepId = await queueRun(saved.id);
    const input = {
      organizationId: actor.organizationId,
      transformationId: saved.id as TransformationId,
      stepId,
    };
    expect(await executeTransformation(services, input)).toMatchObject({ rowCount: 1000 });
    const warehouse = await services.warehouse.forOrganization(actor.organizationId);
    const oid = () =>
      warehouse
        .read(`SELECT '"${warehouse.schema}"."${saved.table_name}"'::regclass::oid::bigint AS oid`)
        .then(({ rows }) => rows[0]?.['oid']);
    const before = await oid();
    expect(await executeTransformation(services, input)).toMatchObject({ rowCount: 1000 });
    expect(await oid()).toBe(before);
  });

  test('a worker that was taken over publishes nothing', async () => {
    const saved = await createTransformation(services, actor, {
      name: 'Fenced',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    const input = {
      organizationId: actor.organizationId,
      transformationId: saved.id as TransformationId,
      stepId: await queueRun(saved.id),
    };
    let asked = 0;
    const afterItsBegin = async () => {
      asked += 1;
      if (asked > 1) throw new AppError('step_taken_over', 'taken over');
    };
    await expect(executeTransformation(services, { ...input, assertCurrent: afterItsBegin })).rejects.toThrow(
      'taken over',
    );
    await expect(
      previewTable(services, actor, saved.table_name, { limit: 1, offset: 0 }, signal),
    ).rejects.toMatchObject({
      code: 'table_missing',
    });
  });

  test('a worker that wakes after another has ended its step leaves the record of it as it is', async () => {
    const { id } = await createTransformation(services, actor, {
      name: 'Ended by another',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    const input = {
      organizationId: actor.organizationId,
      transformationId: id as TransformationId,
      stepId: await queueRun(id),
    };
    await executeTransformation(services, input);
    const taken = () => Promise.reject(new AppError('step_taken_over', 'taken over'));
    await expect(executeTransformation(services, { ...input, assertCurrent: taken })).rejects.toThrow(
      'taken over',
    );
    const { items } = await listTransformationRuns(services, actor, id, { limit: 1 });
    expect(items[0]?.status).toBe('succeeded');
  });

  test('cancelling ends the statement, and the last good table stays', async () => {
    const saved = await createTransformation(services, actor, {
      name: 'Cancelled',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    await run(saved.id);
    await updateTransformation(services, actor, saved.id, {
      recipe: recipeOf(
        { type: 'source', table: visits },
        ...['a', 'b', 'c'].map(() => ({
          type: 'join',
          with: visits,
          left_on: 'district',
          right_on: 'district',
          columns: [],
        })),
        { type: 'distinct' },
      ),
    });
    const controller = new AbortController();
    const started = Date.now();
    setTimeout(() => controller.abort(), 200);
    await expect(run(saved.id, { signal: controller.signal })).rejects.toMatchObject({
      code: 'query_cancelled',
    });
    expect(Date.now() - started).toBeLessThan(2200);
    expect(await getTransformation(services, actor, saved.id)).toMatchObject({
      last_run: { status: 'cancelled' },
      row_count: 1000,
    });
    expect(
      (await previewTable(services, actor, saved.table_name, { limit: 1, offset: 0 }, signal)).total_count,
    ).toBe(1000);
  });
});

describe('drafts', () => {
  const published = async (id: string) => (await getTransformation(services, actor, id)).published_version;

  test('a draft stays apart from what runs until it is published, or is taken back', async () => {
    const first = recipeOf({ type: 'source', table: visits }, { type: 'distinct' });
    const { id } = await createTransformation(services, actor, { name: 'Drafted', recipe: first });
    const longer = recipeOf(...first.steps, { type: 'distinct' });
    await updateTransformation(services, actor, id, { recipe: longer, draft: true });
    expect(await published(id), 'before the first result a draft is what runs').toBe(2);

    await run(id);
    await updateTransformation(services, actor, id, { recipe: first, draft: true });
    await updateTransformation(services, actor, id, {
      recipe: recipeOf(...longer.steps, { type: 'distinct' }),
      draft: true,
    });
    expect(await getTransformation(services, actor, id)).toMatchObject({ version: 4, published_version: 2 });

    await updateTransformation(services, actor, id, { recipe: longer, draft: true });
    expect(await published(id), 'back at what runs, nothing is apart').toBe(5);

    await updateTransformation(services, actor, id, { recipe: first, draft: true });
    expect(await published(id)).toBe(5);
    await publishTransformation(services, actor, id);
    expect(await published(id)).toBe(6);

    await updateTransformation(services, actor, id, { recipe: longer, draft: true });
    await updateTransformation(services, actor, id, { recipe: recipeOf(...first.steps.slice(0, 1)) });
    expect(await published(id), 'a save that is no draft publishes').toBe(8);
  });

  test('a table is in use while what runs reads it, and while a draft does', async () => {
    const wanted = await createTransformation(services, actor, {
      name: 'Wanted',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    await run(wanted.id);
    const reader = await createTransformation(services, actor, {
      name: 'Reader',
      recipe: recipeOf({ type: 'source', table: wanted.table_name }),
    });
    await run(reader.id);
    const impact = async (table: string) =>
      (await getImpact(services, actor, table)).transformations.map(({ id }) => id);

    const other = recipeOf({ type: 'source', table: visits }, { type: 'distinct' });
    await updateTransformation(services, actor, reader.id, { recipe: other, draft: true });
    expect(await impact(wanted.table_name), 'the published one reads it').toContain(reader.id);
    await expect(
      deleteTransformation(services, actor, wanted.id, { force: false }),
      'pipelines go on running the published one',
    ).rejects.toMatchObject({ code: 'in_use' });
    await expect(
      updateTransformation(services, actor, wanted.id, {
        recipe: recipeOf({ type: 'source', table: reader.table_name }),
        draft: true,
      }),
      'neither may lead back to itself',
    ).rejects.toMatchObject({ code: 'recipe_cycle' });

    await publishTransformation(services, actor, reader.id);
    expect(await impact(wanted.table_name)).not.toContain(reader.id);
    await updateTransformation(services, actor, reader.id, {
      recipe: recipeOf({ type: 'source', table: wanted.table_name }),
      draft: true,
    });
    expect(await impact(wanted.table_name), 'the draft reads it').toContain(reader.id);
  });

  test('who has it open sees the others who have, and no organization another', async () => {
    const { id } = await createTransformation(services, actor, {
      name: 'Watched',
      recipe: recipeOf({ type: 'source', table: visits }),
    });
    expect(await noteEditorPresence(services, actor, id)).toEqual({ others: [] });
    expect(await noteEditorPresence(services, { ...actor, userId: null }, id)).toMatchObject({
      others: [{ id: actor.userId }],
    });
    await expect(noteEditorPresence(services, stranger, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('previewing', () => {
  const filtered = () =>
    recipeOf(
      { type: 'source', table: visits },
      { type: 'filter', column: 'district', operator: 'is_not_null' },
      { type: 'add_column', name: 'share', expression_type: 'math', left: 'cost', operator: '/', right: 3 },
    );

  test('pages fit together without a sort, whatever their size', async () => {
    const ids: unknown[] = [];
    for (let offset = 0; ; offset += 70) {
      const page = await previewRecipe(services, actor, { recipe: filtered(), limit: 70, offset }, signal);
      ids.push(...page.rows.map((row) => row['id']));
      if (page.next_cursor === null) break;
    }
    expect(ids).toHaveLength(667);
    expect(new Set(ids).size).toBe(667);
    expect(ids).toEqual([...ids].sort((a, b) => Number(a) - Number(b)));
  });

  test('any step can be looked at, with the rows before and after each', async () => {
    const page = await previewRecipe(
      services,
      actor,
      { recipe: filtered(), limit: 2, offset: 0, up_to_step: 1, count_steps: true },
      signal,
    );
    expect(page.columns.map((column) => column.name)).toEqual(['id', 'district', 'cost']);
    expect(page.rows).toEqual([
      { id: 1, district: 'Delhi', cost: 0.5 },
      { id: 3, district: 'Pune', cost: 1.5 },
    ]);
    expect(page.steps.map((step) => step.row_count)).toEqual([1000, 667]);
    expect(page.total_count).toBe(667);
  });

  test('numbers come as numbers', async () => {
    const page = await previewRecipe(services, actor, { recipe: filtered(), limit: 1, offset: 0 }, signal);
    expect(page.rows).toEqual([{ id: 1, district: 'Delhi', cost: 0.5, share: 0.1666666667 }]);
  });

  test('a sort on top puts empty values last', async () => {
    const recipe = recipeOf({ type: 'source', table: visits });
    const page = await previewRecipe(
      services,
      actor,
      { recipe, limit: 1, offset: 999, sort: [{ column: 'district', descending: true }] },
      signal,
    );
    expect(page.rows[0]).toMatchObject({ district: null });
    await expect(
      previewRecipe(services, actor, { recipe, limit: 1, offset: 0, sort: ['nope'] }, signal),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^There is no column “nope” to sort by\./),
    });
  });

  test('a limit of 0 answers with the exact count alone', async () => {
    expect(
      await previewRecipe(services, actor, { recipe: filtered(), limit: 0, offset: 0 }, signal),
    ).toMatchObject({
      rows: [],
      total_count: 667,
    });
  });

  test('a step with an error stops the preview there, and steps before it still show', async () => {
    const recipe = recipeOf(
      { type: 'source', table: visits },
      { type: 'filter', column: 'cost', operator: 'greater_than', value: 'many' },
    );
    await expect(
      previewRecipe(services, actor, { recipe, limit: 1, offset: 0 }, signal),
    ).rejects.toMatchObject({
      code: 'recipe_invalid',
      errors: [
        {
          path: 'recipe.steps.1.value',
          step: 1,
          field: 'value',
          message: '“many” is not a number.',
          suggestion: null,
        },
      ],
    });
    expect(
      (await previewRecipe(services, actor, { recipe, limit: 1, offset: 0, up_to_step: 0 }, signal)).rows,
    ).toHaveLength(1);
  });

  test('a table can be filtered and sorted from its address', async () => {
    const filter = JSON.stringify([{ column: 'district', operator: 'equals', value: 'Pune' }]);
    const page = await previewTable(
      services,
      actor,
      visits,
      { limit: 2, offset: 0, sort: '-id', filter },
      signal,
    );
    expect(page.rows).toEqual([
      { id: 999, district: 'Pune', cost: 499.5 },
      { id: 996, district: 'Pune', cost: 498 },
    ]);
    await expect(
      previewTable(services, actor, visits, { limit: 1, offset: 0, filter: '{' }, signal),
    ).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  test('the values of a column come with their counts', async () => {
    const recipe = recipeOf({ type: 'source', table: visits });
    expect(await distinctValues(services, actor, { recipe, column: 'district', limit: 10 }, signal)).toEqual({
      values: [
        { value: 'Delhi', count: 334 },
        { value: 'Pune', count: 333 },
        { value: null, count: 333 },
      ],
      truncated: false,
    });
    expect(
      await distinctValues(services, actor, { recipe, column: 'district', search: 'PU', limit: 1 }, signal),
    ).toEqual({
      values: [{ value: 'Pune', count: 333 }],
      truncated: false,
    });
  });
});

test('compiling tells SQL, columns and errors and reads no data', async () => {
  const recipe = recipeOf(
    { type: 'source', table: 'Visits' },
    { type: 'filter', column: 'id', operator: 'equals', value: 5 },
  );
  const compiled = await compileForOrganization(
    services,
    actor,
    { recipe, dialect: 'postgres' },
    new AbortController().signal,
  );
  expect(compiled.sql).toBe(
    `WITH step_1_source AS (
  SELECT
    "id",
    "district",
    "cost"
  FROM "org_${actor.organizationId}"."${visits}"
),
step_2_filter AS (
  SELECT *
  FROM step_1_source
  WHERE "id" = 5
)
SELECT *
FROM step_2_filter`,
  );
  const broken = recipeOf({ type: 'source', table: 'Visit' });
  const refused = await compileForOrganization(
    services,
    actor,
    { recipe: broken, dialect: 'duckdb' },
    new AbortController().signal,
  );
  expect(refused).toMatchObject({
    sql: null,
    steps: [{ errors: [{ step: 0, field: 'table', suggestion: 'Visits' }] }],
  });
});

test('what is used is not deleted by accident', async () => {
  const maker = await createTransformation(services, actor, {
    name: 'Maker',
    recipe: recipeOf({ type: 'source', table: visits }),
  });
  const reader = await createTransformation(services, actor, {
    name: 'User of it',
    recipe: recipeOf({ type: 'source', table: maker.table_name }),
  });
  await run(maker.id);
  await expect(deleteTransformation(services, actor, maker.id, { force: false })).rejects.toMatchObject({
    code: 'in_use',
    message: expect.stringContaining('User of it'),
  });
  await deleteTransformation(services, actor, maker.id, { force: true });
  await expect(getTransformation(services, actor, maker.id)).rejects.toMatchObject({ code: 'not_found' });
  expect((await getTransformation(services, actor, reader.id)).errors).toHaveLength(1);
  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const { rows } = await warehouse.read(
    `SELECT to_regclass('"${warehouse.schema}"."${maker.table_name}"')::text AS made`,
  );
  expect(rows).toEqual([{ made: null }]);
});

describe('SQL of your own', () => {
  const own = (query: string, ...more: readonly object[]): Recipe =>
    recipeOf({ type: 'source', table: 'Visits' }, { type: 'sql', query }, ...more);
  const problemsOf = async (query: string) => {
    const { steps } = await compileForOrganization(
      services,
      actor,
      { recipe: own(query), dialect: 'postgres' },
      signal,
    );
    return steps.flatMap((step) => step.errors);
  };

  test('is typed by the database, so that the steps after it know its columns', async () => {
    const query = `SELECT v.district AS "District", count(*)::int AS visits, max(v.cost) AS most
FROM {{input}} AS v JOIN visits AS again ON again.id = v.id
GROUP BY 1 -- by district`;
    const more = [
      { type: 'filter', column: 'visits', operator: 'greater_than', value: 0 },
      {
        type: 'add_column',
        name: 'double',
        expression_type: 'math',
        left: 'visits',
        operator: '*',
        right: 2,
      },
      { type: 'sort', columns: ['District'] },
    ];
    const recipe = own(query, ...more);
    const page = await previewRecipe(services, actor, { recipe, limit: 100, offset: 0 }, signal);
    expect(page.columns.map(({ name, type }) => [name, type])).toEqual([
      ['District', 'text'],
      ['visits', 'integer'],
      ['most', 'decimal'],
      ['double', 'decimal'],
    ]);
    const all = await previewRecipe(
      services,
      actor,
      { recipe: recipeOf({ type: 'source', table: 'Visits' }), limit: 1000, offset: 0 },
      signal,
    );
    const counts = new Map<string, number>();
    for (const row of all.rows)
      counts.set(String(row['district']), (counts.get(String(row['district'])) ?? 0) + 1);
    expect(page.rows.map((row) => [row['District'], row['visits'], row['double']])).toEqual(
      [...counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([district, count]) => [district === 'null' ? null : district, count, count * 2]),
    );

    const saved = await createTransformation(services, actor, { name: 'Own SQL', recipe });
    expect(saved.errors).toEqual([]);
    expect(saved.depends_on).toEqual([visits]);
    expect(saved.output_columns.map((column) => column.name)).toEqual([
      'District',
      'visits',
      'most',
      'double',
    ]);
    expect(await run(saved.id)).toMatchObject({ rowCount: counts.size });
  });

  test('says where it is wrong: what may not be, what is not there, and what the database says', async () => {
    expect(await problemsOf('SELECT pg_sleep(1) FROM {{input}}')).toEqual([
      expect.objectContaining({ step: 1, field: 'query', position: 7 }),
    ]);
    expect(await problemsOf('SELECT *\nFROM vists')).toEqual([
      expect.objectContaining({ position: 14, message: expect.stringContaining('"Visits"') as string }),
    ]);
    expect(await problemsOf("SELECT 'नमस्ते' AS a, distrct\nFROM {{input}}")).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('column "distrct" does not exist') as string,
        position: "SELECT 'नमस्ते' AS a, ".length,
      }),
    ]);
    expect(await problemsOf('SELECT id + 1 FROM {{input}}')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('count(*) AS visits') as string }),
    ]);
    expect(await problemsOf('SELECT id, id FROM {{input}}')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('Two columns') as string }),
    ]);
    const { steps, sql } = await compileForOrganization(
      services,
      actor,
      { recipe: own('SELECT id FROM {{input}}'), dialect: 'duckdb' },
      signal,
    );
    expect(sql).toBeNull();
    expect(steps[1]?.errors[0]?.message).toContain('PostgreSQL');
  });

  test('sees neither another organization nor what the program keeps in a table', async () => {
    const { schema } = await services.warehouse.forOrganization(stranger.organizationId);
    expect(await problemsOf(`SELECT * FROM ${schema}.source_1`)).toHaveLength(1);
    expect(await problemsOf('SELECT _dlt_id FROM {{input}}')).toHaveLength(1);
    expect(await problemsOf('SELECT ctid FROM visits')).toHaveLength(1);
    expect(await problemsOf('SELECT * FROM step_1_source')).toHaveLength(1);
    expect(await problemsOf('SELECT * FROM _dalgo_runs')).toHaveLength(1);
  });
});
