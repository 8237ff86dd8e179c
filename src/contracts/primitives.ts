import { z } from 'zod';

/** Opaque id. Lower-case letters and digits, so that it also fits into a schema or table name. */
export const id = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9]+$/, 'not an id of this server');

/** RFC 3339 in UTC. */
export const timestamp = z.iso.datetime({ offset: true });

/** A name that a person gives to a thing. Control characters are refused: they only ever hide something. */
export const displayName = z
  .string()
  .trim()
  .min(1, 'Give it a name')
  .max(200, 'Use at most 200 characters')
  // oxlint-disable-next-line no-control-regex -- refusing control characters is the point
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'Use only printable characters');

export const idParams = z.object({ id });
export const noContent = z.undefined();

/** `?limit=&cursor=` of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
});

/** `{items, next_cursor}`; `next_cursor` is null on the last page. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** RFC 9457 problem, the shape of every error answer. `code` is listed in docs/errors.md. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  instance: z.string().optional(),
  hint: z.string().optional(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;

/** States of any run (sync, transformation, pipeline) and of the steps in it. */
export const runStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'partial']);
export type RunStatus = z.infer<typeof runStatus>;
export const stepStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']);
export type StepStatus = z.infer<typeof stepStatus>;

/** Why something failed, safe to show to a person. */
export const runError = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  /** Where: step, row, column, file … as far as it is known. */
  where: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type RunError = z.infer<typeof runError>;
