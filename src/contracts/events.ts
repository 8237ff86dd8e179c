import { z } from 'zod';
import { id, runStatus, stepStatus, timestamp } from './primitives.ts';
import { notificationKind, notificationSeverity } from './notifications.ts';
import { syncProgress } from './sources.ts';

/**
 * What `/api/v1/events` sends, one JSON text per message. `id` grows within an organization; a client that was
 * away reconnects with `?since=<id>` and misses nothing. Progress events are not kept: they carry the id of the
 * last kept event.
 */
const base = { id: z.string(), at: timestamp };

export const organizationEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('run'),
    run_id: id,
    pipeline_id: id.nullable(),
    status: runStatus,
  }),
  z.object({
    ...base,
    type: z.literal('step'),
    run_id: id,
    pipeline_id: id.nullable(),
    step_id: id,
    kind: z.enum(['sync', 'transform']),
    ref_id: id,
    status: stepStatus,
    rows: z.number().int().nullable(),
  }),
  z.object({
    ...base,
    type: z.literal('progress'),
    run_id: id,
    step_id: id,
    kind: z.enum(['sync', 'transform']),
    ref_id: id,
    progress: syncProgress,
  }),
  /** Something of this kind was created, changed or deleted: lists and the canvas read again. */
  z.object({
    ...base,
    type: z.literal('changed'),
    kind: z.enum(['source', 'table', 'transformation', 'pipeline', 'organization']),
    ref_id: z.string(),
  }),
  /** There is something new to be told of, or it happened again; what of it is a person's is in their list. */
  z.object({
    ...base,
    type: z.literal('notification'),
    notification_id: id,
    kind: notificationKind,
    severity: notificationSeverity,
    title: z.string(),
    pipeline_id: id.nullable(),
  }),
]);
export type OrganizationEvent = z.infer<typeof organizationEvent>;
