import { createServer } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { createLog } from '../log.ts';
import { startTracing } from './otlp-exporter.ts';
import { currentTraceparent, derivedContext, inSpan, parseTraceparent } from './tracing.ts';

const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.unknown()) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z.string().optional(),
              name: z.string(),
              kind: z.number().int(),
              startTimeUnixNano: z.string().regex(/^\d{19}$/),
              endTimeUnixNano: z.string().regex(/^\d{19}$/),
              attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
              status: z.object({ code: z.number().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

test('spans reach a collector of OpenTelemetry as a tree, with codes of errors and without their messages', async () => {
  const bodies: unknown[] = [];
  const headers: unknown[] = [];
  const collector = createServer((message, response) => {
    headers.push([message.url, message.headers['x-key']]);
    void json(message)
      .then((body) => bodies.push(body))
      .finally(() => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const config = loadConfig({
    DALGO_DATA_DIR: '/nowhere',
    JWT_SECRET_KEY: 'x'.repeat(32),
    ENCRYPTION_KEY: 'y'.repeat(16),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20secret',
  });
  let inside: string | undefined;
  {
    await using _tracing = startTracing(config, createLog('silent'), 'worker');
    await inSpan(
      { name: 'outer', kind: 'server', attributes: { rows: 3, share: 0.5, ok: true } },
      async () => {
        inside = currentTraceparent();
        await inSpan({ name: 'inner', onlyInside: true }, async (add) => {
          add({ late: 'yes' });
          throw new AppError('disk_full', 'Asha Rao has no space');
        }).catch(() => undefined);
      },
    );
    await inSpan({ name: 'alone', onlyInside: true }, async () => undefined);
  }
  collector.close();

  const spans = bodies.flatMap((body) =>
    request.parse(body).resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => scope.spans)),
  );
  expect(headers).toEqual([['/v1/traces', 'a secret']]);
  expect(spans.map((span) => span.name)).toEqual(['inner', 'outer']);
  const [inner, outer] = spans;
  expect(inner).toMatchObject({ traceId: outer?.traceId, parentSpanId: outer?.spanId, status: { code: 2 } });
  expect(parseTraceparent(inside)).toEqual({ traceId: outer?.traceId, spanId: outer?.spanId });
  expect(outer?.attributes).toEqual([
    { key: 'rows', value: { intValue: '3' } },
    { key: 'share', value: { doubleValue: 0.5 } },
    { key: 'ok', value: { boolValue: true } },
  ]);
  expect(inner?.attributes.map(({ key, value }) => [key, value['stringValue']])).toEqual([
    ['late', 'yes'],
    ['error.type', 'disk_full'],
  ]);
  expect(JSON.stringify(bodies)).not.toContain('Asha');
  expect(Number(outer?.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(inner?.endTimeUnixNano));
});

test('without a collector nothing is made, and what is done is done all the same', async () => {
  expect(await inSpan({ name: 'quiet' }, async () => currentTraceparent() ?? 'none')).toBe('none');
});

test('a traceparent is believed only when it is one; a derived context is the same everywhere', () => {
  expect(parseTraceparent(`00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`)).toBeUndefined();
  expect(parseTraceparent('00-abc-def-01')).toBeUndefined();
  expect(derivedContext('run a')).toEqual(derivedContext('run a'));
  expect(derivedContext('run a').spanId).not.toBe(derivedContext('run b').spanId);
});
