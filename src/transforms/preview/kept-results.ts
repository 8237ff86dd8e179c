import type { Services } from '#platform/services';
import type { OrganizationWarehouse } from '#warehouse';
import type { ResultKeeping } from '../emit/sql-syntax.ts';

/** A result that stands as a table for a while. Its rows are in the result's order. */
export interface KeptResult {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  /** Of that very table; see ResultKeeping. */
  readonly identity: string;
  /** Of the table whose positions it holds, when it holds any. */
  readonly ofIdentity: string | null;
}

export interface Wanted {
  /** What the result is made of: its SQL, and the content of the tables that it reads. */
  readonly key: string;
  /** SELECT whose result is kept, in its order; asked for when it is made. */
  readonly select: () => string;
  /** Physical names of the tables that it reads, with their data versions. */
  readonly versions: ReadonlyMap<string, string>;
  /** The table whose positions it holds; null when it holds none. */
  readonly positionsOf: string | null;
  /** Of no use once the same person looks at something else: its making ends then. */
  readonly passingFor: string | null;
}

/** Kept results of one organization in one process. */
const MAX_RESULTS = 12;
const MAX_BYTES = 768 * 1024 * 1024;
/** One that nobody looked at for so long is dropped, and any after the second. Milliseconds. */
const IDLE_MS = 10 * 60_000;
export const MAX_AGE_MS = 30 * 60_000;
/** A person who types makes a new question with every letter: what is proposed is made when no other came for so long. */
const SETTLE_MS = 150;
const MAKE_TIMEOUT_MS = 120_000;
/** What could not be made is not tried again before this. */
const RETRY_MS = 5 * 60_000;
const SWEEP_MS = 60_000;

/** First letters of the names of kept results. The next eight are the second in which it was made, in hexadecimal. */
export const KEPT_PREFIX = '_preview_';

interface Entry {
  readonly wanted: Wanted;
  readonly abort: AbortController;
  readonly making: Promise<KeptResult>;
  result: KeptResult | null;
  readonly madeAt: number;
  usedAt: number;
}

/**
 * Results of steps of one organization that stand as tables for a while, so that what follows them need not compute
 * them again. Bounded in number, bytes and age; gone when the data under them changes.
 */
export class KeptResults {
  readonly #warehouse: OrganizationWarehouse;
  readonly #keeping: ResultKeeping;
  readonly #services: Pick<Services, 'clock' | 'newId'>;
  readonly #entries = new Map<string, Entry>();
  readonly #failed = new Map<string, number>();
  readonly #closing = new AbortController();
  readonly #proposed = new Map<string, readonly Wanted[]>();
  #settle: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #isMaking = false;

  constructor(
    warehouse: OrganizationWarehouse,
    keeping: ResultKeeping,
    services: Pick<Services, 'clock' | 'newId'>,
  ) {
    this.#warehouse = warehouse;
    this.#keeping = keeping;
    this.#services = services;
  }

  /** The result when it stands ready. */
  ready(key: string): KeptResult | null {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.result === null) return null;
    entry.usedAt = this.#services.clock.now();
    return entry.result;
  }

  /**
   * The result, made now if need be; those who ask for the same share it.
   * @returns null when it cannot be kept: too large, or it failed a moment ago.
   */
  async make(wanted: Wanted, signal?: AbortSignal): Promise<KeptResult | null> {
    const entry = this.#entries.get(wanted.key) ?? this.#begin(wanted);
    if (entry === null) return null;
    entry.usedAt = this.#services.clock.now();
    return abandonable(
      entry.making.catch(() => null),
      signal,
    );
  }

  /**
   * What is worth making next for somebody, instead of what was proposed for them before; it is made when they have not
   * asked for anything else for a moment.
   */
  propose(person: string, wanted: readonly Wanted[]): void {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, entry] of this.#entries) {
      if (entry.result === null && entry.wanted.passingFor === person && !keys.has(key)) {
        entry.abort.abort(new Error('something else is looked at'));
      }
    }
    const missing = wanted.filter(({ key }) => !this.#entries.has(key));
    this.#proposed.delete(person);
    clearTimeout(this.#settle);
    if (missing.length > 0) this.#proposed.set(person, missing);
    if (this.#proposed.size === 0 || this.#closing.signal.aborted) return;
    this.#settle = setTimeout(() => void this.#makeProposed(), SETTLE_MS);
    this.#settle.unref();
  }

  /** One after the other: a person's own questions need the processors as well. */
  async #makeProposed(): Promise<void> {
    if (this.#isMaking) return;
    this.#isMaking = true;
    try {
      for (const person of this.#proposed.keys()) {
        const [next, ...rest] = this.#proposed.get(person) ?? [];
        if (rest.length > 0) this.#proposed.set(person, rest);
        else this.#proposed.delete(person);
        if (next !== undefined) await this.make(next);
      }
    } finally {
      this.#isMaking = false;
    }
    if (this.#proposed.size > 0 && !this.#closing.signal.aborted) await this.#makeProposed();
  }

  #begin(wanted: Wanted): Entry | null {
    const failedAt = this.#failed.get(wanted.key);
    if (failedAt !== undefined && this.#services.clock.now() - failedAt < RETRY_MS) return null;
    if (this.#closing.signal.aborted) return null;
    this.#failed.delete(wanted.key);
    const abort = new AbortController();
    const entry: Entry = {
      wanted,
      abort,
      making: this.#create(wanted, AbortSignal.any([abort.signal, this.#closing.signal])),
      result: null,
      madeAt: this.#services.clock.now(),
      usedAt: this.#services.clock.now(),
    };
    this.#entries.set(wanted.key, entry);
    void this.#follow(entry);
    this.#sweep ??= setInterval(() => void this.#evict(), SWEEP_MS).unref();
    return entry;
  }

  async #follow(entry: Entry): Promise<void> {
    const { key } = entry.wanted;
    try {
      entry.result = await entry.making;
    } catch {
      // Those who wait for it hear of it; it is tried again later.
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      if (!entry.abort.signal.aborted) this.#remember(key);
      return;
    }
    // Dropped while it was made: nobody will find it any more.
    if (this.#entries.get(key) !== entry) await dropKept(this.#warehouse, [entry.result.table]);
    if (entry.result.bytes > MAX_BYTES) this.#remember(key);
    await this.#evict();
  }

  #remember(key: string): void {
    if (this.#failed.size > 1000) this.#failed.clear();
    this.#failed.set(key, this.#services.clock.now());
  }

  async #create({ select, positionsOf }: Wanted, signal: AbortSignal): Promise<KeptResult> {
    const second = Math.floor(this.#services.clock.now() / 1000)
      .toString(16)
      .padStart(8, '0');
    const name = `${KEPT_PREFIX}${second}_${this.#services.newId<string>().replaceAll('-', '')}`;
    const { dialect } = this.#warehouse.capabilities;
    const table = dialect.quoteTable({ schema: this.#warehouse.schema, name });
    return this.#warehouse.transaction(
      async (session) => {
        await session.query(`SELECT set_config('work_mem', '64MB', true)`);
        const made = await session.query(this.#keeping.create(table, select()));
        const facts = await session.query(
          `SELECT identity, pg_total_relation_size(identity::oid::regclass) AS bytes FROM (${this.#keeping.identity(table)}) AS made`,
        );
        const of =
          positionsOf === null
            ? null
            : await session.query(
                this.#keeping.identity(
                  dialect.quoteTable({ schema: this.#warehouse.schema, name: positionsOf }),
                ),
              );
        return {
          table: name,
          rows: made.affectedRows ?? 0,
          bytes: Number(facts.rows[0]?.['bytes'] ?? 0),
          identity: String(facts.rows[0]?.['identity']),
          ofIdentity: of === null ? null : String(of.rows[0]?.['identity']),
        };
      },
      { signal, timeoutMs: MAKE_TIMEOUT_MS },
    );
  }

  /** Drops results of tables whose content is another one now. */
  async dropOutdated(versions: ReadonlyMap<string, string>): Promise<void> {
    const outdated = [...this.#entries.values()].filter((entry) =>
      [...entry.wanted.versions].some(([table, version]) => versions.get(table) !== version),
    );
    await this.#drop(outdated);
  }

  /** Drops a result that is not what it was: an unlogged table is empty after a crash of the server. */
  async forget(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry !== undefined) await this.#drop([entry]);
  }

  async #evict(): Promise<void> {
    const now = this.#services.clock.now();
    const made = [...this.#entries.values()]
      .filter((entry) => entry.result !== null)
      .toSorted((left, right) => right.usedAt - left.usedAt);
    let bytes = 0;
    const dropped = made.filter((entry, index) => {
      bytes += entry.result?.bytes ?? 0;
      return (
        index >= MAX_RESULTS ||
        bytes > MAX_BYTES ||
        now - entry.usedAt > IDLE_MS ||
        now - entry.madeAt > MAX_AGE_MS
      );
    });
    await this.#drop(dropped);
    if (this.#entries.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
  }

  async #drop(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      this.#entries.delete(entry.wanted.key);
      entry.abort.abort(new Error('the data has changed'));
    }
    const tables = entries.flatMap(({ result }) => (result === null ? [] : [result.table]));
    await dropKept(this.#warehouse, tables);
  }

  /** Ends what is being made and drops everything. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the program stops'));
    clearTimeout(this.#settle);
    clearInterval(this.#sweep);
    const entries = [...this.#entries.values()];
    await Promise.allSettled(entries.map(({ making }) => making));
    await this.#drop(entries);
  }
}

/** Drops tables of kept results; one that is being read now is left to the next sweep. */
export async function dropKept(warehouse: OrganizationWarehouse, tables: readonly string[]): Promise<void> {
  const { dialect } = warehouse.capabilities;
  for (const name of tables) {
    try {
      await warehouse.transaction(async (session) => {
        await session.query(`SELECT set_config('lock_timeout', '1s', true)`);
        await session.query(`DROP TABLE IF EXISTS ${dialect.quoteTable({ schema: warehouse.schema, name })}`);
      });
    } catch {
      // drop-forgotten-results.ts finds it by its name.
    }
  }
}

/** What is awaited goes on for others; who asked need not wait for it when the signal aborts. */
async function abandonable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
