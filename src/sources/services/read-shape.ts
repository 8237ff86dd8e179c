import type { z } from 'zod';
import { AppError } from '#platform/errors';

/** Reads an answer in the shape that a service documents. @throws AppError source_unexpected_answer */
export function readShape<S extends z.ZodType>(schema: S, json: unknown, service: string): z.output<S> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new AppError(
    'source_unexpected_answer',
    `${service} answered in another form than expected${field === '' ? '' : ` (at “${field}”)`}.`,
    { where: { kind: 'other_shape' } },
  );
}
