import { derivedContext, parseTraceparent, recordSpan, type SpanContext } from '#platform/tracing/tracing';
import type { EngineRun } from '../engine/run-engine.ts';

/**
 * The span of a run. Several workers may do parts of it, one after the other died: all of them know its context, which
 * follows from its id, and the one that ends the run records it.
 */
export function runSpan(run: EngineRun): SpanContext {
  return derivedContext(`run ${run.runId}`, parseTraceparent(run.traceparent)?.traceId);
}

/** Records the run as a whole, from when it began until now. */
export function recordRunSpan(run: EngineRun, startedAt: Date): void {
  recordSpan({
    ...runSpan(run),
    parentSpanId: parseTraceparent(run.traceparent)?.spanId,
    name: 'run',
    kind: 'consumer',
    startedAt: startedAt.getTime(),
    endedAt: Date.now(),
    attributes: {
      'dalgo.run.id': run.runId,
      'dalgo.organization.id': run.organizationId,
      'dalgo.run.queue': run.queue,
      'dalgo.run.steps': run.steps.length,
    },
    failed: false,
  });
}
