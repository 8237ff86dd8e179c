import { z } from 'zod';
import { AppError } from '#platform/errors';
import type {
  Connector,
  ConnectorContext,
  Finding,
  RecordStream,
  SourceRecord,
  StreamState,
} from '../../port.ts';
import { parseSettings } from '../parse-settings.ts';
import { valueAt } from './find-records.ts';
import { openRestClient, type RestClient } from './rest-client.ts';
import { readPages, type FoundPages } from './read-pages.ts';
import { describeFound } from './describe-found.ts';
import { readChildren } from './read-children.ts';
import { mainResource, parentKey, placeholders, resourcesOf, type RestResource } from './rest-resources.ts';
import { restSettings, type RestSettings } from './rest-settings.ts';

/** Lists of any JSON API over HTTP: one, and those that it has for each of its rows. */
export const restConnector: Connector<RestSettings> = {
  type: 'rest_api',
  info: {
    title: 'REST API',
    description: 'Any service that answers with JSON, page by page.',
    icon: 'globe',
    category: 'api',
    spec: { ...z.toJSONSchema(restSettings, { io: 'input' }), title: 'REST API' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: true },
  parseConfig: (config) => {
    const settings = parseSettings(restSettings, config);
    resourcesOf(settings);
    if (settings.incremental.kind === 'cursor' && (settings.primary_key ?? []).length === 0) {
      throw new AppError('source_config_invalid', 'Some settings of this source need a correction.', {
        errors: [
          {
            path: 'config.primary_key',
            message: 'Say which fields tell rows apart, so that changed rows replace the old ones',
          },
        ],
      });
    }
    return settings;
  },
  check: async (context, settings, signal) => {
    const { batches } = await openRecords(context, settings, mainResource, signal);
    for await (const _ of batches) break;
  },
  discover: async (_context, settings) => resourcesOf(settings).map(({ name, title }) => ({ name, title })),
  open: openRecords,
};

async function openRecords(
  context: ConnectorContext,
  settings: RestSettings,
  stream: string,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const resource = resourcesOf(settings).find(({ name }) => name === stream);
  if (resource === undefined)
    throw new AppError('source_not_found', `The source has no list “${stream}” any more.`);
  const client = openRestClient(context, settings, signal);
  return resource.parent === undefined
    ? openMain(client, settings, resource, state)
    : openChild(client, settings, resource);
}

function openMain(
  client: RestClient,
  settings: RestSettings,
  resource: RestResource,
  state: StreamState | undefined,
): RecordStream {
  const { incremental } = settings;
  const isIncremental = incremental.kind === 'cursor';
  let cursor = isIncremental ? scalar(state?.['cursor']) : undefined;
  const start = client.addressOf(resource.path);
  if (isIncremental && cursor !== undefined) start.searchParams.set(incremental.param, String(cursor));
  const findings: Finding[] = [];
  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    const pages = readPages(start, {
      recordsPath: resource.recordsPath,
      paginator: settings.paginator,
      ask: client.ask,
      onFound: (found) => findings.splice(0, Infinity, ...describeFound(found, resource, settings)),
    });
    for await (const records of pages) {
      if (isIncremental) {
        for (const record of records) cursor = greater(cursor, scalar(valueAt(record, incremental.field)));
      }
      yield records;
    }
  }
  const primaryKey = settings.primary_key ?? [];
  return {
    kind: 'records',
    disposition: isIncremental ? 'merge' : 'replace',
    ...(primaryKey.length === 0 ? {} : { primaryKey }),
    batches: batches(),
    findings: () => findings,
    // Rows at the cursor itself are asked for again and replace themselves, so none is missed.
    ...(isIncremental
      ? {
          cursorField: incremental.field,
          nextState: () => (cursor === undefined ? { seen: true } : { cursor }),
        }
      : {}),
  };
}

function openChild(client: RestClient, settings: RestSettings, resource: RestResource): RecordStream {
  const findings: Finding[] = [];
  const onFound = (found: FoundPages): void => {
    if (findings.length === 0) findings.push(...describeFound(found, resource, settings));
  };
  return {
    kind: 'records',
    // Which rows of a child are new cannot be asked for by the parent's parameter, so they are read whole.
    disposition: 'replace',
    fields: placeholders(resource.path).map((field) => ({
      path: [parentKey(field)],
      label: `${resource.parent?.title ?? ''}: ${field}`,
    })),
    batches: readChildren(client, settings, resource, onFound),
    findings: () => findings,
  };
}

function scalar(value: unknown): string | number | undefined {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** Numbers by size, texts (dates of ISO 8601 among them) by their letters. */
function greater(left: string | number | undefined, right: string | number | undefined) {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (typeof left === 'number' && typeof right === 'number') return Math.max(left, right);
  const [from, to] = [String(left), String(right)];
  // Whole numbers written as text.
  if (/^\d{1,40}$/.test(from) && /^\d{1,40}$/.test(to)) return BigInt(to) > BigInt(from) ? right : left;
  return to > from ? right : left;
}
