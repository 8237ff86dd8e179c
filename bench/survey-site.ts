import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerAccountRoutes } from '#accounts';
import type { Actor } from '#platform/actor';
import { loadConfig } from '#platform/config';
import { newId, type OrganizationId, type SourceId, type StepId, type UserId } from '#platform/ids';
import { createLog } from '#platform/log';
import { registerTransformRoutes } from '#transforms';
import { recordTable, type OrganizationWarehouse, type WarehouseServices } from '#warehouse';
import { createServer } from '../src/server/app.ts';
import { openDatabase } from '../src/server/open-database.ts';
import { openServices } from '../src/server/open-services.ts';
import { surveyColumns } from './ingest-csv-data.ts';

/** A server with one organization and a table of a million survey answers in it. */
export interface SurveySite extends AsyncDisposable {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly services: WarehouseServices;
  readonly warehouse: OrganizationWarehouse;
  readonly actor: Actor;
  /** Physical name of the table with the survey's 13 columns. */
  readonly table: string;
  readonly rows: number;
}

const typeOf: Readonly<Record<string, 'integer' | 'text' | 'timestamp' | 'decimal' | 'boolean'>> = {
  bigint: 'integer',
  text: 'text',
  timestamp: 'timestamp',
  numeric: 'decimal',
  boolean: 'boolean',
};

const select = (
  rows: number,
) => `SELECT i::bigint, md5(i::text), timestamp '2024-01-01' + make_interval(secs => (i * 7919) % 63000000),
  (ARRAY['Pune','Nashik','Nagpur','Thane','Satara','Wardha','Latur','Beed','Kolhapur','Sangli'])[1 + (i * 31) % 10],
  'Block ' || (i * 17) % 400, 'enum_' || (i * 13) % 250, ((i * 37) % 95)::bigint, (ARRAY['female','male','other'])[1 + (i * 7) % 3],
  (1 + (i * 11) % 11)::bigint, CASE WHEN i % 20 = 0 THEN NULL ELSE ((i * 7907) % 9000000)::numeric / 100 END,
  ((30 + (i * 101) % 900)::numeric / 10), i % 10 <> 0, (ARRAY[NULL,'visited, will return','ok','सर्वेक्षण पूर्ण झाले','said "not now"','house locked'])[1 + (i * 5) % 6],
  'load', md5('id' || i) FROM generate_series(1::bigint, ${rows}) i`;

export async function openSurveySite(rows = 1_000_000): Promise<SurveySite> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'dalgo-bench-transforms-'));
  const up = new AsyncDisposableStack();
  up.defer(() => rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 }));
  const config = loadConfig({ DALGO_DATA_DIR: dataDirectory, PORT: '0', LOG_LEVEL: 'silent' });
  const database = up.use(await openDatabase(config));
  const services = up.use(openServices(config, database.appUrl, createLog('silent')));
  const app = await createServer(services, {
    routes: (route) => {
      registerAccountRoutes(route, services);
      registerTransformRoutes(route, services);
    },
    web: false,
  });
  up.defer(() => app.close());
  const baseUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${baseUrl}/api/v1/auth/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: 'bench@example.org',
      password: 'four unrelated words here',
      name: 'Bench',
      organization_name: 'Bench',
    }),
  });
  // The API's own contract, read where it is made.
  const session = (await answer.json()) as {
    access_token: string;
    user: { id: UserId };
    organization: { id: OrganizationId };
  };
  const actor: Actor = { organizationId: session.organization.id, userId: session.user.id, role: 'owner' };

  const warehouse = await services.warehouse.forOrganization(actor.organizationId);
  const sourceId = newId<SourceId>();
  const table = `source_${sourceId}`;
  const columns = [...surveyColumns, ['_dlt_load_id', 'text'], ['_dlt_id', 'text']] as const;
  await warehouse.transaction(async (session_) => {
    await session_.query(
      `CREATE TABLE "${warehouse.schema}"."${table}" (${columns.map(([name, type]) => `"${name}" ${type}`).join(', ')})`,
    );
    await session_.query(`INSERT INTO "${warehouse.schema}"."${table}" ${select(rows)}`);
  });
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    await trx
      .insertInto('sources')
      .values({
        id: sourceId,
        organization_id: actor.organizationId,
        name: 'Survey',
        type: 'csv',
        config: '{}',
        warehouse_table_name: table,
      })
      .execute();
    await recordTable(trx, {
      organizationId: actor.organizationId,
      name: table,
      displayName: 'Survey',
      kind: 'source',
      sourceId,
      columns: surveyColumns.map(([name, type]) => ({
        name,
        display_name: name,
        type: typeOf[type] ?? 'text',
      })),
      rowCount: rows,
      sizeBytes: null,
      runToken: newId<StepId>(),
    });
  });
  return {
    baseUrl,
    accessToken: session.access_token,
    services,
    warehouse,
    actor,
    table,
    rows,
    [Symbol.asyncDispose]: () => up.disposeAsync(),
  };
}
