import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { DataTestRule } from '#contracts/data-tests';
import type { Materialization } from '#contracts/materialization';
import { recipe as recipeSchema } from '#contracts/recipe';
import { systemClock } from '#platform/clock';
import { connectDatabase } from '#platform/database/database';
import { newId, type RunId, type SourceId, type StepId, type TransformationId } from '#platform/ids';
import { createLog } from '#platform/log';
import { createTestDatabase } from '#testing/database';
import { createTestOrganization } from '#testing/organization';
import { unpackZip } from '#testing/unpack-zip';
import { openWarehouse, recordTable } from '#warehouse';
import { createDataTest } from '../data-tests/tests-of-table.ts';
import { executeTransformation } from '../execute-transformation.ts';
import { createTransformation } from '../save-transformation.ts';
import { exportDbt } from './export-transformation.ts';

/*
 * What is exported, built by dbt itself and compared row by row with what we build. dbt is no dependency of ours:
 * DBT=/path/to/dbt npm run test:soak -- src/transforms/export/dbt-build.soak.ts
 */
const dbt = process.env['DBT'];
const results = z.object({
  results: z.array(z.object({ unique_id: z.string(), status: z.string(), message: z.string().nullable() })),
});

test.skipIf(dbt === undefined)(
  'dbt builds the same rows, and its tests pass and fail where ours do',
  async () => {
    await using site = await createTestDatabase();
    const database = connectDatabase(site.appUrl);
    const base = { config: site.config, clock: systemClock, newId, database, log: createLog('silent') };
    await using warehouses = openWarehouse(base);
    const services = { ...base, warehouse: warehouses };
    const actor = await createTestOrganization(database, site.config);
    const warehouse = await warehouses.forOrganization(actor.organizationId);

    const makeSource = async (
      name: string,
      columns: readonly (readonly [string, 'text' | 'integer' | 'date'])[],
      rows: string,
    ) => {
      const id = newId<SourceId>();
      const table = `source_${id}`;
      const list = columns.map(([column]) => `"${column.replaceAll('"', '""')}"`).join(', ');
      await warehouse.transaction((session) =>
        session.query(`CREATE TABLE "${warehouse.schema}"."${table}" (${list}) AS ${rows}`),
      );
      await database.withOrganization(actor.organizationId, async (trx) => {
        await trx
          .insertInto('sources')
          .values({
            id,
            organization_id: actor.organizationId,
            name,
            type: 'csv',
            config: '{}',
            warehouse_table_name: table,
          })
          .execute();
        await recordTable(trx, {
          organizationId: actor.organizationId,
          name: table,
          displayName: name,
          kind: 'source',
          sourceId: id,
          columns: columns.map(([column, type]) => ({ name: column, display_name: column, type })),
          rowCount: 1,
          sizeBytes: null,
          runToken: newId<StepId>(),
        });
      });
      return table;
    };
    const make = async (
      name: string,
      steps: readonly object[],
      materialization: Materialization = { kind: 'table' },
      tests: readonly DataTestRule[] = [],
    ) => {
      const saved = await createTransformation(services, actor, {
        name,
        description: `{{ not_a_macro() }} of "${name}": {# no comment #}`,
        recipe: recipeSchema.parse({ steps }),
        materialization,
      });
      const stepId = newId<StepId>();
      await database.withOrganization(actor.organizationId, (trx) =>
        trx
          .insertInto('transformation_runs')
          .values({
            id: stepId,
            organization_id: actor.organizationId,
            transformation_id: saved.id as TransformationId,
            run_id: newId<RunId>(),
            status: 'queued',
            trigger: 'manual',
            version: 1,
            table_name: saved.table_name,
          })
          .execute(),
      );
      for (const rule of tests)
        await createDataTest(services, actor, saved.table_name, { rule, severity: 'warn' });
      await executeTransformation(services, {
        organizationId: actor.organizationId,
        transformationId: saved.id as TransformationId,
        stepId,
      });
      return saved;
    };

    const visits = await makeSource(
      'Field visits {{ x }}',
      [
        ['id', 'integer'],
        ['Place {% raw %}', 'text'],
        ['day', 'date'],
        ["na'me", 'text'],
      ],
      `SELECT i::bigint, (ARRAY['{{ Pune }}', 'Delhi', NULL, ' goa '])[1 + i % 4], DATE '2026-01-01' + i % 90, 'it''s {# ' || i FROM generate_series(1, 5000) i`,
    );
    const places = await makeSource(
      'Places',
      [
        ['place', 'text'],
        ['code', 'integer'],
      ],
      `VALUES ('{{ Pune }}', 1::bigint), ('Delhi', 2), ('Goa', 3)`,
    );
    const clean = await make(
      'Clean visits',
      [
        { type: 'source', table: visits },
        { type: 'clean', columns: ['Place {% raw %}'], operations: ['trim', 'title'] },
        {
          type: 'filter',
          column: "na'me",
          operator: 'not_equals',
          value: '{% if x %}',
          note: 'Not {{ this }}',
        },
      ],
      { kind: 'view' },
      [
        { kind: 'unique', columns: ['id'] },
        { kind: 'not_empty', column: 'Place {% raw %}' },
        { kind: 'between', column: 'day', min: '2026-01-01', max: '2026-12-31' },
      ],
    );
    const grown = await make(
      'घर',
      [{ type: 'source', table: clean.table_name }],
      { kind: 'incremental', strategy: 'merge', key: ['id'], cursor: 'day', on_schema_change: 'add' },
      [
        { kind: 'row_count', min: 6000, max: null },
        { kind: 'freshness', column: 'day', max_age_hours: 1 },
        { kind: 'not_empty', column: 'id' },
      ],
    );
    const summary = await make(
      'By place',
      [
        { type: 'source', table: grown.table_name },
        { type: 'join', with: places, left_on: 'Place {% raw %}', right_on: 'place', columns: ['code'] },
        {
          type: 'group',
          by: ['Places_code'],
          aggregates: [
            { function: 'count_rows', alias: 'rows' },
            { function: 'max', column: 'day', alias: 'newest' },
          ],
        },
        { type: 'sort', columns: ['Places_code'] },
      ],
      { kind: 'table' },
      [
        { kind: 'relation', column: 'Places_code', table: places, table_column: 'code' },
        { kind: 'one_of', column: 'Places_code', values: [1, 2] },
      ],
    );

    const directory = await mkdtemp(join(tmpdir(), 'dalgo-dbt-'));
    const admin = new Client(site.adminUrl);
    try {
      const { body } = await exportDbt(services, actor, summary.id);
      for (const { path, content } of unpackZip(await buffer(body))) {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), content);
      }
      const url = new URL(site.adminUrl);
      await writeFile(
        join(directory, 'profiles.yml'),
        JSON.stringify({
          dalgo: {
            target: 'dev',
            outputs: {
              dev: {
                type: 'postgres',
                host: url.hostname,
                port: Number(url.port),
                user: decodeURIComponent(url.username),
                password: decodeURIComponent(url.password),
                dbname: url.pathname.slice(1),
                schema: 'dbt_out',
                threads: 2,
              },
            },
          },
        }),
      );
      const run = promisify(execFile);
      const environment = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' };
      const command = (name: string) =>
        run(dbt ?? '', [name, '--project-dir', directory, '--profiles-dir', directory], { env: environment });
      await command('parse');
      const statuses = async () => {
        // Tests that find something end it with an error code; what it found is in its file.
        await command('build').catch(() => undefined);
        const file = await readFile(join(directory, 'target/run_results.json'), 'utf8');
        return new Map(
          results
            .parse(JSON.parse(file))
            .results.map((each) => [
              each.unique_id.split('.').slice(0, 3).join('.'),
              each.status === 'error' ? `error (${each.message ?? ''})` : each.status,
            ]),
        );
      };
      await admin.connect();
      // Twice: the second time the growing table grows by what is there already.
      for (const round of [1, 2]) {
        const found = await statuses();
        const byKind = [...found]
          .map(([id, status]) => `${status} ${id.replace(/\.[^.]*\./, ' ')}`)
          .toSorted();
        expect(byKind, `round ${round}`).toEqual(
          expect.arrayContaining([
            'success model by_place',
            'success model clean_visits',
            `success model transform_${grown.id}`,
            'pass test clean_visits_between',
            'warn test clean_visits_not_empty',
            `warn test transform_${grown.id}_row_count`,
            `warn test transform_${grown.id}_freshness`,
            'warn test by_place_one_of',
          ]),
        );
        expect([...found.values()].filter((status) => !['success', 'pass', 'warn'].includes(status))).toEqual(
          [],
        );
        for (const [model, table] of [
          ['clean_visits', clean.table_name],
          [`transform_${grown.id}`, grown.table_name],
          ['by_place', summary.table_name],
        ]) {
          const [theirs, ours] = [`dbt_out."${model}"`, `"${warehouse.schema}"."${table}"`];
          const { rows } = await admin.query(
            `SELECT (SELECT count(*) FROM ${ours}) AS n, (SELECT count(*) FROM (TABLE ${theirs} EXCEPT ALL TABLE ${ours}) a) AS more, (SELECT count(*) FROM (TABLE ${ours} EXCEPT ALL TABLE ${theirs}) b) AS less`,
          );
          expect(rows, model).toEqual([{ n: expect.stringMatching(/^[1-9]/), more: '0', less: '0' }]);
        }
      }
    } finally {
      await admin.end();
      await rm(directory, { recursive: true, force: true });
      await database.close();
    }
  },
  300_000,
);
