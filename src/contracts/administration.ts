import { z } from 'zod';
import { user } from './accounts.ts';
import { endpoint } from './endpoint.ts';
import { page, pageQuery, timestamp } from './primitives.ts';

export const auditEntry = z.object({
  id: z.string(),
  at: timestamp,
  /** null: the program itself, or somebody who has left. */
  user: user.nullable(),
  /** `pipeline_run`, `member_added` … */
  action: z.string(),
  /** Id of what it was done to. */
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const listAudit = endpoint({
  method: 'GET',
  path: '/audit',
  summary: 'Who did what, newest first',
  tag: 'Administration',
  query: pageQuery.extend({
    /** Only this person. */
    user_id: z.string().max(64).optional(),
    /** Only actions that begin with this. */
    action: z.string().max(64).optional(),
  }),
  response: page(auditEntry),
});

export const storedThing = z.object({
  kind: z.enum(['tables', 'uploads', 'rejected_rows', 'run_logs', 'events', 'notifications']),
  count: z.number().int(),
  bytes: z.number().int(),
  /** Days after which it is deleted by itself; null: never. */
  kept_days: z.number().int().nullable(),
});
export type StoredThing = z.infer<typeof storedThing>;

export const getStorage = endpoint({
  method: 'GET',
  path: '/organization/storage',
  summary: 'What is kept, how large it is, and for how long',
  tag: 'Administration',
  response: z.object({ items: z.array(storedThing) }),
});
