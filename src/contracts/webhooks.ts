import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { displayName, id, idParams, noContent, runStatus, timestamp } from './primitives.ts';

/** report: `POST /webhooks/v1/notification/`. run: `POST /webhooks/v1/pipelines/<id>/run`. */
export const webhookPurpose = z.enum(['report', 'run']);
export type WebhookPurpose = z.infer<typeof webhookPurpose>;

export const webhookKey = z.object({
  id,
  name: z.string(),
  purpose: webhookPurpose,
  /** The pipeline that it runs. */
  pipeline_id: id.nullable(),
  /** Where the other program posts to, below the address of this one. */
  path: z.string(),
  created_at: timestamp,
  last_used_at: timestamp.nullable(),
});
export type WebhookKey = z.infer<typeof webhookKey>;

export const listWebhookKeys = endpoint({
  method: 'GET',
  path: '/webhook-keys',
  summary: 'Keys with which other programs tell and ask us things',
  tag: 'Webhooks',
  response: z.object({ items: z.array(webhookKey), next_cursor: z.string().nullable() }),
});

export const createWebhookKey = endpoint({
  method: 'POST',
  path: '/webhook-keys',
  summary: 'Make a key for another program; it is shown this once',
  tag: 'Webhooks',
  body: z.strictObject({ name: displayName, purpose: webhookPurpose, pipeline_id: id.optional() }),
  response: z.object({ key: webhookKey, token: z.string() }),
  status: 201,
});

export const deleteWebhookKey = endpoint({
  method: 'DELETE',
  path: '/webhook-keys/:id',
  summary: 'Take a key back; what uses it is refused at once',
  tag: 'Webhooks',
  params: idParams,
  response: noContent,
  status: 204,
});

/** What another job system tells of a run of its own; the same run may be told of again as it goes on. */
export const runReport = z.object({
  job: displayName,
  run_id: z.string().trim().min(1).max(200),
  status: runStatus,
  message: z.string().max(4000).nullish(),
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\//)
    .nullish(),
  rows: z.number().int().min(0).nullish(),
  started_at: timestamp.nullish(),
  finished_at: timestamp.nullish(),
});
export type RunReport = z.infer<typeof runReport>;

export const externalRun = z.object({
  id,
  job: z.string(),
  external_id: z.string(),
  status: runStatus,
  message: z.string().nullable(),
  url: z.string().nullable(),
  rows: z.number().int().nullable(),
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  reported_at: timestamp,
});
export type ExternalRun = z.infer<typeof externalRun>;

export const listExternalRuns = endpoint({
  method: 'GET',
  path: '/external-runs',
  summary: 'The newest runs that other job systems told of',
  tag: 'Webhooks',
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
  response: z.object({ items: z.array(externalRun), next_cursor: z.string().nullable() }),
});
