import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { Connector, ConnectorContext, RecordStream, SourceRecord, StreamState } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { parseSettings } from '../parse-settings.ts';
import { findRecords, valueAt } from './find-records.ts';
import { firstPage, nextPage } from './next-page.ts';
import { credentialsOf } from './rest-auth.ts';
import { restSettings, type RestSettings } from './rest-settings.ts';

const streamName = 'records';
const maxPages = 100_000;

/** Rows of any JSON API over HTTP. It has one stream. */
export const restConnector: Connector<RestSettings> = {
  type: 'rest_api',
  info: {
    title: 'REST API',
    description: 'Any service that answers with JSON, page by page.',
    icon: 'globe',
    category: 'api',
    spec: { ...z.toJSONSchema(restSettings, { io: 'input' }), title: 'REST API' },
  },
  capabilities: { delivers: 'records', incremental: true, manyStreams: false },
  parseConfig: (config) => {
    const settings = parseSettings(restSettings, config);
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
    const { batches } = await openRecords(context, settings, signal);
    for await (const _ of batches) break;
  },
  discover: async (_context, settings) => [{ name: streamName, title: settings.path }],
  open: (context, settings, _stream, signal, state) => openRecords(context, settings, signal, state),
};

async function openRecords(
  context: ConnectorContext,
  settings: RestSettings,
  signal: AbortSignal,
  state?: StreamState,
): Promise<RecordStream> {
  const { incremental } = settings;
  const isIncremental = incremental.kind === 'cursor';
  let cursor = isIncremental ? scalar(state?.['cursor']) : undefined;
  const start = addressOf(settings);
  if (isIncremental && cursor !== undefined) start.searchParams.set(incremental.param, String(cursor));

  async function* batches(): AsyncGenerator<readonly SourceRecord[]> {
    for await (const records of readPages(context, settings, start, signal)) {
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
    // Rows at the cursor itself are asked for again and replace themselves, so none is missed.
    ...(isIncremental ? { nextState: () => (cursor === undefined ? { seen: true } : { cursor }) } : {}),
  };
}

function addressOf({ base_url: base, path, params }: RestSettings): URL {
  const url = new URL(`${base.replace(/[?#].*$/, '').replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`);
  for (const line of params ?? []) {
    const at = line.indexOf('=');
    url.searchParams.append(line.slice(0, at), line.slice(at + 1));
  }
  return url;
}

async function* readPages(
  context: ConnectorContext,
  settings: RestSettings,
  start: URL,
  signal: AbortSignal,
): AsyncGenerator<readonly SourceRecord[]> {
  const credentials = await credentialsOf(context, settings, signal);
  const headers = {
    ...Object.fromEntries((settings.headers ?? []).map((line) => split(line, ':'))),
    ...credentials.headers,
  };
  const seen = new Set<string>();
  let url: URL | undefined = firstPage(start, settings.paginator);
  for (let page = 1; url !== undefined; page += 1) {
    if (url.origin !== start.origin) {
      throw new AppError('source_unexpected_answer', 'The next page is said to be on another site.', {
        hint: 'The credentials are sent nowhere else. Enter the address under which the service gives its pages.',
      });
    }
    if (seen.has(url.href) || page > maxPages) {
      throw new AppError('source_unexpected_answer', 'The pages of the service go in a circle.', {
        hint: 'Choose how its pages are numbered instead of finding out.',
      });
    }
    seen.add(url.href);
    const asked: URL = new URL(url);
    for (const [name, value] of Object.entries(credentials.params)) asked.searchParams.set(name, value);
    const answer = await askService(context, { url: asked.href, headers, signal });
    const records = findRecords(answer.json, settings.records_path);
    if (records.length > 0) yield records;
    url = nextPage({ url, answer, rows: records.length }, settings.paginator);
  }
}

function split(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
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
