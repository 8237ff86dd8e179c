import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '#platform/config';
import { AppError, toProblem } from '#platform/errors';
import { type TcpProxy, startTcpProxy } from '#testing/tcp-proxy';
import { testSource } from '../../describe-source.ts';
import { openConnectorBench } from './connector-bench.ts';

/** A database server of which the suite may break what it likes, with a user `reader` who may only read. */
export interface FaultyDatabase {
  readonly type: 'postgres' | 'mysql';
  readonly host: string;
  readonly port: number;
  /** Of the source; `reader` is who reads. */
  readonly settings: (more: object) => Record<string, unknown>;
  /** How a stream is called for a table. */
  readonly stream: (table: string) => string;
  /** Statements as the owner. */
  readonly run: (sql: string) => Promise<unknown>;
  /** Statements as whoever may all, about connections and users. */
  readonly admin: (sql: string) => Promise<unknown>;
  readonly reader: string;
  readonly secret: string;
  readonly sql: {
    /** A table `faulty` of numbered rows of 2,000 characters. */
    readonly fill: (from: number, to: number) => string;
    /** A view `slow` that takes for ever. */
    readonly slowView: string;
    /** A view `closed` whose own right to read was taken away. */
    readonly closedView: readonly string[];
    readonly killReaders: string;
    /** `reader` may open no further connection, and may again. */
    readonly limit: readonly [string, string];
  };
  /** Holds the table so that nobody can read it, until it is let go. */
  readonly lock: (table: string) => Promise<() => Promise<unknown>>;
  readonly end: () => Promise<unknown>;
}

/** What has to hold for every database that is a source, whatever goes wrong with it. */
export function testDatabaseFaults(name: string, start: () => Promise<FaultyDatabase>): void {
  describe(`faults of ${name}`, () => {
    let theirs: FaultyDatabase;
    let proxy: TcpProxy;
    let bench: Awaited<ReturnType<typeof openConnectorBench>>;
    let sourceId: string;
    const patience = (timeoutMs: number): Partial<Config> => ({
      servicePatience: { timeoutMs, retryDelayMs: 1 },
    });

    beforeAll(async () => {
      theirs = await start();
      proxy = await startTcpProxy(theirs.host, theirs.port);
      bench = await openConnectorBench(
        [`127.0.0.1:${proxy.port}`, `${theirs.host}:${theirs.port}`, '127.0.0.1:1'],
        patience(20_000),
      );
      await theirs.run(theirs.sql.fill(1, 3));
      sourceId = (await bench.add(theirs.type, config({ streams: [theirs.stream('faulty')] }))).id;
      await bench.sync(sourceId);
      // Far more than the buffers on the way hold: the reading is under way when something happens to it.
      await theirs.run(theirs.sql.fill(4, 9_000));
    });
    afterAll(async () => {
      await bench[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await theirs.end();
    });

    const config = (more: object = {}) => theirs.settings({ host: '127.0.0.1', port: proxy.port, ...more });

    async function failureOf(id: string, other: Partial<Config> = {}) {
      const error: unknown = await bench.sync(id, other).then(
        () => 'it did not fail',
        (failure: unknown) => failure,
      );
      if (!(error instanceof AppError)) throw new Error('no AppError', { cause: error });
      const seen = `${JSON.stringify(toProblem(error))}${inspect(error, { depth: 10 })}`;
      expect(seen).not.toContain(theirs.secret);
      expect(error.hint.length).toBeGreaterThan(10);
      expect(await bench.rows(sourceId, 'id', '', 'id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
      return error;
    }

    const midRead = 3_000_000;

    test('a connection that is cut in the middle of a read keeps the old table', async () => {
      proxy.trouble = { afterBytes: midRead, does: 'cut' };
      expect(await failureOf(sourceId)).toMatchObject({
        code: 'outbound_failed',
        where: { kind: 'connection' },
      });
    });

    test('a database that says nothing any more is given up', async () => {
      proxy.trouble = { afterBytes: midRead, does: 'freeze' };
      expect(await failureOf(sourceId, patience(400))).toMatchObject({
        code: 'outbound_failed',
        where: { kind: 'timeout' },
      });
    });

    test('a reader whom somebody throws out keeps the old table', async () => {
      proxy.trouble = { afterBytes: midRead, does: () => theirs.admin(theirs.sql.killReaders) };
      expect(await failureOf(sourceId)).toMatchObject({ code: 'outbound_failed' });
    });

    test('a table that somebody holds is waited for, then given up, and a cancelled wait ends at once', async () => {
      proxy.trouble = undefined;
      const release = await theirs.lock('faulty');
      try {
        expect(await failureOf(sourceId, patience(3_000))).toMatchObject({
          code: 'outbound_failed',
          where: { kind: 'timeout' },
          message: expect.stringContaining('locked') as string,
        });
        // At any moment of it, also while it connects.
        for (const afterMs of [20, 60, 300]) {
          const stop = new AbortController();
          const waiting = bench.sync(sourceId, {}, stop.signal);
          let stoppedAt = 0;
          setTimeout(() => {
            stoppedAt = performance.now();
            stop.abort();
          }, afterMs);
          await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
          expect(performance.now() - stoppedAt).toBeLessThan(2_000);
        }
      } finally {
        await release();
      }
    });

    test('a view that takes for ever is given up, and the way out is said', async () => {
      proxy.trouble = undefined;
      await theirs.run(theirs.sql.slowView);
      const slow = await bench.add(theirs.type, config({ streams: [theirs.stream('slow')] }));
      expect(await failureOf(slow.id, patience(500))).toMatchObject({
        code: 'outbound_failed',
        where: { kind: 'timeout' },
      });
    });

    test('a right that was taken away, inside and outside, is told', async () => {
      proxy.trouble = undefined;
      for (const sql of theirs.sql.closedView) await theirs.admin(sql);
      const closed = await bench.add(theirs.type, config({ streams: [theirs.stream('closed')] }));
      expect(await failureOf(closed.id)).toMatchObject({ code: 'source_forbidden' });
      await theirs.admin(`REVOKE SELECT ON faulty FROM ${theirs.reader}`);
      expect(await failureOf(sourceId)).toMatchObject({ code: 'source_not_found' });
      await theirs.admin(`GRANT SELECT ON faulty TO ${theirs.reader}`);
      const missing = await bench.add(theirs.type, config({ streams: [theirs.stream('gone')] }));
      expect(await failureOf(missing.id)).toMatchObject({ code: 'source_not_found' });
    });

    test('who may open no more connections is told so', async () => {
      proxy.trouble = undefined;
      const [set, unset] = theirs.sql.limit;
      await theirs.admin(set);
      try {
        expect(await failureOf(sourceId)).toMatchObject({
          code: 'outbound_failed',
          where: { kind: 'service_fault' },
          message: expect.stringContaining('too many connections') as string,
        });
      } finally {
        await theirs.admin(unset);
      }
    });

    test('a port with nothing, or something else, behind it is told apart from a wrong password', async () => {
      proxy.trouble = undefined;
      const verdict = (more: object, on = bench) =>
        testSource(on.services, on.actor, { type: theirs.type, config: config(more) }, on.signal);
      expect(await verdict({ password: 'wrong' })).toMatchObject({ code: 'source_credentials_refused' });
      expect(await verdict({ port: 1 })).toMatchObject({ code: 'outbound_failed' });
      const web = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      }).listen(0, '127.0.0.1');
      await once(web, 'listening');
      const address = web.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      await using other = await openConnectorBench([`127.0.0.1:${port}`]);
      for (const tls of ['disable', 'require']) {
        const answered = await verdict({ port, tls }, other);
        expect(answered.ok).toBe(false);
        expect(answered.code).toMatch(/^(outbound_failed|source_unexpected_answer)$/);
      }
      web.close();
    });

    test('when all is well again the whole table arrives', async () => {
      proxy.trouble = undefined;
      expect((await bench.sync(sourceId)).rows).toBe(9_000);
    });
  });
}
