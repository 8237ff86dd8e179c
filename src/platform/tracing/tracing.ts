import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';

/** Where a span stands, in hexadecimal as W3C Trace Context has it: 32 digits and 16. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** Counts, ids of ours and names from our own code: never a name, a value or a secret of a person. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface EndedSpan extends SpanContext {
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since 1970, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

type SpanKind = 'internal' | 'server' | 'client' | 'consumer';

type SpanSink = (span: EndedSpan) => void;

// One for the process, as OpenTelemetry's own API has it: what is deep inside a domain need not be handed a tracer.
let sink: SpanSink | undefined;
const current = new AsyncLocalStorage<SpanContext>();

/** Sends every span that ends from here on to `to`; undefined switches tracing off, which is how a process begins. */
export function setSpanSink(to: SpanSink | undefined): void {
  sink = to;
}

const now = (): number => performance.timeOrigin + performance.now();

/**
 * Does `fn` within a span, when traces are wanted and costs nothing otherwise. What it awaits has this span as its
 * parent. Of an error the code is kept, not the message.
 *
 * @param span.parent of another process; the span that we are in unless given.
 * @param span.onlyInside no span where there is none around it: what a process does by itself all day is no trace.
 * @param fn gets a way to add what is known only at the end.
 * @example await inSpan({ name: 'step', attributes: { 'dalgo.step.kind': 'sync' } }, async (add) => { … add({ rows }) })
 */
export async function inSpan<T>(
  span: {
    readonly name: string;
    readonly kind?: SpanKind;
    readonly attributes?: SpanAttributes;
    readonly parent?: SpanContext | undefined;
    readonly onlyInside?: boolean;
  },
  fn: (add: (attributes: SpanAttributes) => void) => Promise<T>,
): Promise<T> {
  const parent = span.parent ?? current.getStore();
  if (sink === undefined || (span.onlyInside === true && parent === undefined)) return fn(() => undefined);
  const context: SpanContext = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
  };
  let attributes = span.attributes ?? {};
  let failed = false;
  const startedAt = now();
  try {
    return await current.run(context, () =>
      fn((more) => {
        attributes = { ...attributes, ...more };
      }),
    );
  } catch (error) {
    failed = true;
    attributes = { ...attributes, 'error.type': errorType(error) };
    throw error;
  } finally {
    sink?.({
      ...context,
      parentSpanId: parent?.spanId,
      name: span.name,
      kind: span.kind ?? 'internal',
      startedAt,
      endedAt: now(),
      attributes,
      failed,
    });
  }
}

/** A span of something that is over, and which had no process of its own. */
export function recordSpan(span: EndedSpan): void {
  sink?.(span);
}

/** The span that we are in, for what goes on in another process: `00-<trace>-<span>-01`. */
export function currentTraceparent(): string | undefined {
  const context = sink === undefined ? undefined : current.getStore();
  return context === undefined ? undefined : `00-${context.traceId}-${context.spanId}-01`;
}

/** The context that a traceparent tells; undefined when it is none. */
export function parseTraceparent(text: string | undefined): SpanContext | undefined {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(text ?? '');
  const [, traceId = '', spanId = ''] = match ?? [];
  return match === null || /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId };
}

/**
 * Context that follows from a name, so that processes which never talk to each other agree on it.
 *
 * @param traceId of the trace that it belongs to; one of its own unless given.
 */
export function derivedContext(name: string, traceId?: string): SpanContext {
  const digest = createHash('sha256').update(name).digest('hex');
  return { traceId: traceId ?? digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

function errorType(error: unknown): string {
  if (error instanceof AppError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
