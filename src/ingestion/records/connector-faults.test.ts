import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sourceTypes } from '#sources';
import { AppError, toProblem, type ErrorCode } from '#platform/errors';
import { createLog } from '#platform/log';
import {
  type FakeService,
  type ServiceCall,
  type ServiceReply,
  startFakeService,
} from '#testing/fake-service';
import { testSource } from '../describe-source.ts';
import { openConnectorBench } from './testing/connector-bench.ts';
import { faultyConnectors } from './testing/faulty-connectors.ts';

type Fault = readonly [
  name: string,
  reply: ServiceReply | ((call: ServiceCall) => ServiceReply),
  code: ErrorCode,
  where?: object,
];

/** Databases speak their own protocols; their faults are tested beside them. */
const notOverHttp = new Set(['postgres', 'mysql']);

test('every connector that asks a service is in this suite', () => {
  const services = sourceTypes()
    .filter(({ category, type }) => category !== 'file' && !notOverHttp.has(type))
    .map(({ type }) => type);
  expect(faultyConnectors.map(({ type }) => type).toSorted()).toEqual(services.toSorted());
});

const inTurn = { concurrent: false };

// The connectors side by side, the cases of one after the other: they share its table.
describe.concurrent.each(faultyConnectors)('$type', (connector) => {
  const { secret } = connector;
  let service: FakeService;
  let bench: Awaited<ReturnType<typeof openConnectorBench>>;
  let sourceId: string;
  let rows: number;
  let fault: ((call: ServiceCall) => ServiceReply | undefined) | undefined;
  /** Everything that could be seen of what went wrong. */
  let seen: unknown[];
  const log = new PassThrough();

  beforeAll(async () => {
    service = await startFakeService((call) => fault?.(call) ?? connector.answer(call, rows));
    bench = await openConnectorBench(
      [service.host],
      {
        servicePatience: { timeoutMs: 20_000, retryDelayMs: 1 },
        ...connector.settings?.(service.origin),
      },
      createLog('trace', log),
    );
    rows = 4;
    const source = await bench.add(connector.type, connector.config(service.origin));
    sourceId = source.id;
    await bench.sync(sourceId);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    fault = undefined;
    seen = [];
    service.calls.length = 0;
  });

  const ids = async () =>
    (await bench.rows(sourceId, `${connector.key} AS id`, '', connector.key)).map((row) => row['id']);

  /** What the organization's schema remembers of the source, apart from when. */
  async function memory() {
    const warehouse = await bench.services.warehouse.forOrganization(bench.actor.organizationId);
    const read = (sql: string) => warehouse.read(sql);
    const streams = await read(
      `SELECT version, content FROM "_dalgo_streams" WHERE source_id = '${sourceId}' ORDER BY stream`,
    );
    const left = await read(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = '${warehouse.schema}' AND table_name LIKE '\\_staging%'`,
    );
    return { streams: streams.rows, left: left.rows };
  }

  /** Answers every late request like this; says what came of it. */
  async function failsWith(reply: (call: ServiceCall) => ServiceReply, timeoutMs?: number) {
    rows = 7;
    const before = await memory();
    fault = (call) => (connector.isLate(call) ? reply(call) : undefined);
    const other = timeoutMs === undefined ? {} : { servicePatience: { timeoutMs, retryDelayMs: 1 } };
    const error: unknown = await bench.sync(sourceId, other).then(
      () => 'it did not fail',
      (failure: unknown) => failure,
    );
    if (!(error instanceof AppError)) throw new Error('no AppError', { cause: error });
    seen.push(error, toProblem(error), inspect(error, { depth: 10 }));
    expect(await ids()).toEqual([1, 2, 3, 4]);
    expect(await memory()).toEqual(before);
    expect(before.left).toEqual([]);
    const shown = await bench.services.database.withOrganization(bench.actor.organizationId, (trx) =>
      trx.selectFrom('sync_runs').selectAll().orderBy('queued_at', 'desc').limit(1).execute(),
    );
    expect(shown).toMatchObject([{ status: 'failed', error: { code: error.code } }]);
    seen.push(shown);
    expect(error.message).toMatch(/^[A-Z0-9].*\.$/);
    expect(error.hint.length).toBeGreaterThan(10);
    expectNoSecret();
    return error;
  }

  function expectNoSecret() {
    const all = seen.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
    expect(all + String(log.read() ?? '')).not.toContain(secret);
  }

  const leak = `{"detail": "not for ${secret}"}`;
  const lasting: readonly Fault[] = [
    ['too many requests', { status: 429, text: leak }, 'outbound_failed', { kind: 'rate_limited' }],
    [
      'a pause that is longer than anybody waits',
      { status: 429, text: leak, headers: { 'retry-after': '86400' } },
      'outbound_failed',
      { kind: 'rate_limited' },
    ],
    ['a fault of the service', { status: 500, text: leak }, 'outbound_failed', { kind: 'service_fault' }],
    ['connections that are reset', { reset: true }, 'outbound_failed'],
    ['answers that break off', { cut: `{"items": ["${secret}` }, 'outbound_failed'],
    ['JSON that is not whole', { text: `{"${secret}": [{` }, 'source_unexpected_answer'],
    ['a web page with status 200', { text: `<html>${secret}</html>` }, 'source_unexpected_answer'],
    ['another shape', { json: { [secret]: secret, items: 5 } }, 'source_unexpected_answer'],
    ['a wrong token', { status: 401, text: leak }, 'source_credentials_refused'],
    ['a right that is missing', { status: 403, text: leak }, 'source_forbidden'],
    ['what is gone', { status: 404, text: leak }, 'source_not_found'],
    // Not every service says itself how to go on.
    ...(connector.endless === undefined
      ? []
      : [['pages without an end', connector.endless, 'source_unexpected_answer'] as const]),
  ];
  for (const [name, reply, code, where = {}] of lasting) {
    test(`keeps table and state through ${name}`, inTurn, async () => {
      const error = await failsWith(typeof reply === 'function' ? reply : () => reply);
      expect(error.code).toBe(code);
      expect({ ...error.where }).toMatchObject(where);
      expect(service.calls.length).toBeLessThan(40);
    });
  }

  test('keeps table and state through an answer that drips and never ends', inTurn, async () => {
    const error = await failsWith(() => ({ drip: '{"items": [', everyMs: 20 }), 150);
    expect(error).toMatchObject({ code: 'outbound_failed', where: { kind: 'timeout' } });
  });

  const passing: readonly (readonly [string, readonly ServiceReply[]])[] = [
    [
      'too many requests and faults',
      [
        { status: 429, json: {}, headers: { 'retry-after': '0' } },
        { status: 429, text: leak },
        { status: 500, text: leak },
      ],
    ],
    ['answers that break off', [{ reset: true }, { cut: '{"items": [' }, { text: '{"items": [{"id": 1' }]],
  ];
  test.each(passing)('waits for what passes by itself: %s', inTurn, async (_name, replies) => {
    const left = [...replies];
    fault = (call) => (connector.isLate(call) ? left.shift() : undefined);
    rows = rows === 7 ? 6 : 7;
    await bench.sync(sourceId);
    expect(left).toEqual([]);
    expect(await ids()).toEqual([1, 2, 3, 4, 5, 6, 7].slice(0, rows));
  });

  test(
    'a test of the connection tells a wrong token, a wrong host and what is missing apart',
    inTurn,
    async () => {
      const config = connector.config(service.origin);
      const tryOut = () =>
        testSource(bench.services, bench.actor, { type: connector.type as 'kobo', config }, bench.signal);
      const results: unknown[] = [];
      for (const [reply, code] of [
        [{ status: 401, text: leak }, 'source_credentials_refused'],
        [{ status: 403, text: leak }, 'source_forbidden'],
        [{ status: 404, text: leak }, 'source_not_found'],
        [{ text: `<html>${secret}` }, 'source_unexpected_answer'],
        [{ reset: true }, 'outbound_failed'],
      ] as const) {
        fault = () => reply;
        const verdict = await tryOut();
        expect(verdict).toMatchObject({ ok: false, code });
        results.push(verdict);
      }
      fault = undefined;
      expect(await tryOut()).toMatchObject({ ok: true });
      seen.push(results);
      expectNoSecret();
    },
  );
});
