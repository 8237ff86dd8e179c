import type { z } from 'zod';
import { describeIssue } from '#platform/describe-issue';
import { AppError } from '#platform/errors';

/** Settings of a connector from what the user sent. @throws AppError source_config_invalid */
export function parseSettings<S extends z.ZodType>(schema: S, config: unknown): z.output<S> {
  const parsed = schema.safeParse(config, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: ['config', ...issue.path].join('.'),
    message: issue.message,
  }));
  throw new AppError('source_config_invalid', 'Some settings of this source need a correction.', { errors });
}
