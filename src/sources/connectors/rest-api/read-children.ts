import { AppError } from '#platform/errors';
import type { SourceRecord } from '../../port.ts';
import type { RestClient } from './rest-client.ts';
import { type FoundPages, readPages } from './read-pages.ts';
import { pathFor, type RestResource, withParentKeys } from './rest-resources.ts';
import type { RestSettings } from './rest-settings.ts';

/** Lists that are asked for before their turn. */
const readAhead = 4;

type Batch = readonly SourceRecord[];

/** All rows of a list that belongs to the rows of another, with the keys of what they belong to. */
export async function* readChildren(
  client: RestClient,
  settings: RestSettings,
  resource: RestResource,
  onFound?: (found: FoundPages) => void,
): AsyncGenerator<Batch> {
  const { parent } = resource;
  if (parent === undefined) {
    yield* readPages(client.addressOf(resource.path), {
      recordsPath: resource.recordsPath,
      paginator: settings.paginator,
      ask: client.ask,
      onFound,
    });
    return;
  }
  const asked = new Set<string>();
  let found = 0;
  let missing: unknown;

  async function* childrenOf(row: SourceRecord): AsyncGenerator<Batch> {
    const pages = readPages(client.addressOf(pathFor(resource, row)), {
      recordsPath: resource.recordsPath,
      paginator: settings.paginator,
      ask: client.ask,
      onFound,
    });
    let isFirst = true;
    try {
      for await (const records of pages) {
        isFirst = false;
        yield records.map((record) => withParentKeys(resource, row, record));
      }
      found += 1;
    } catch (error) {
      // Not every row has such a list, or it went since its row was read. That none has one is told below.
      const isMissing = isFirst && error instanceof AppError && error.code === 'source_not_found';
      if (!isMissing) throw error;
      missing = error;
    }
  }

  async function* parents(): AsyncGenerator<SourceRecord> {
    for await (const batch of readChildren(client, settings, parent as RestResource)) {
      for (const row of batch) {
        const path = pathFor(resource, row);
        // Pages shift while they are read: a row that comes twice is asked for once.
        if (asked.has(path)) continue;
        asked.add(path);
        yield row;
      }
    }
  }

  yield* inTurn(parents(), childrenOf);
  if (found === 0 && missing !== undefined) throw missing;
}

/** What `read` gives for each item, one after the other; the first batches of the next few are fetched meanwhile. */
async function* inTurn<T, R>(
  items: AsyncGenerator<T>,
  read: (item: T) => AsyncGenerator<R>,
): AsyncGenerator<R> {
  const queue: { readonly batches: AsyncGenerator<R>; readonly first: Promise<IteratorResult<R>> }[] = [];
  let isOver = false;
  try {
    for (;;) {
      while (!isOver && queue.length < readAhead) {
        const next = await items.next();
        if (next.done === true) {
          isOver = true;
          break;
        }
        const batches = read(next.value);
        const first = batches.next();
        // It is awaited in its turn; until then nobody else may call it unhandled.
        first.catch(() => undefined);
        queue.push({ batches, first });
      }
      const head = queue.shift();
      if (head === undefined) return;
      for (let step = await head.first; step.done !== true; step = await head.batches.next())
        yield step.value;
    }
  } finally {
    for (const { batches } of queue) void batches.return(undefined).catch(() => undefined);
    await items.return(undefined);
  }
}
