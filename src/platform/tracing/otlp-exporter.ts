import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { setSpanSink, type EndedSpan, type SpanAttributes } from './tracing.ts';

/** Milliseconds for which spans are collected before they are sent. */
const COLLECT_MS = 2_000;
/** Spans in one request, and spans that wait at most: when nobody takes them, the newest are dropped. */
const BATCH = 512;
const WAITING = 4_096;
const REQUEST_MS = 5_000;

const kinds = { internal: 1, server: 2, client: 3, consumer: 5 } as const;

/**
 * Sends spans to a collector of OpenTelemetry by OTLP over HTTP, as JSON, when OTEL_EXPORTER_OTLP_ENDPOINT is set; does
 * nothing otherwise. The address is the operator's own setting, so it may be inside of the network.
 *
 * The format is https://opentelemetry.io/docs/specs/otlp/#otlphttp; a batch that cannot be sent is dropped, since a
 * trace is never worth holding up work or memory.
 *
 * @param process what the spans are from: server or worker.
 */
export function startTracing(config: Config, log: Log, process: 'server' | 'worker'): AsyncDisposable {
  const { endpoint, headers, serviceName } = config.tracing;
  if (endpoint === undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const resource = {
    attributes: encode({
      'service.name': serviceName,
      'service.namespace': 'dalgo',
      'process.role': process,
    }),
  };
  const waiting: EndedSpan[] = [];
  const stopping = new AbortController();
  let dropped = 0;
  setSpanSink((span) => {
    if (waiting.length < WAITING) waiting.push(span);
    else dropped += 1;
  });

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, BATCH);
      const body = JSON.stringify({
        resourceSpans: [
          { resource, scopeSpans: [{ scope: { name: 'dalgo-lite' }, spans: batch.map(present) }] },
        ],
      });
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body,
          signal: AbortSignal.timeout(REQUEST_MS),
        });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
      } catch (error) {
        log.debug({ err: error, dropped: (dropped += batch.length) }, 'traces could not be sent');
        return;
      }
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(COLLECT_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      await send();
    }
  }
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      setSpanSink(undefined);
      stopping.abort();
      await running;
    },
  };
}

function present(span: EndedSpan) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt),
    attributes: encode(span.attributes),
    status: span.failed ? { code: 2 } : {},
  };
}

/** 64-bit numbers are text in JSON. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}

function encode(attributes: SpanAttributes) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));
}
