import { AppError } from '#platform/errors';

function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * PostgreSQL's errors in our words. The server's message names only the organization's own columns and values, so it
 * may be shown to its members; the SQL never is.
 */
export function translateError(error: unknown, signal: AbortSignal | undefined, timedOut: boolean): unknown {
  if (error instanceof AppError) return error;
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : String(error);
  if (state === '57014') {
    if (signal?.aborted === true)
      return new AppError('query_cancelled', 'The work was cancelled.', { cause: error });
    if (timedOut || message.includes('statement timeout')) {
      return new AppError('query_timeout', 'The statement took longer than it may.', { cause: error });
    }
    return new AppError('query_cancelled', 'The statement was cancelled by the database.', { cause: error });
  }
  if (state === undefined || /^(08|57P|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|53300)/.test(state)) {
    if (signal?.aborted === true)
      return new AppError('query_cancelled', 'The work was cancelled.', { cause: error });
    if (state === undefined && !/terminat|connection|timeout exceeded/i.test(message)) return error;
    return new AppError('database_unavailable', 'The warehouse does not answer at the moment.', {
      cause: error,
    });
  }
  if (state === '53100' || state === '53400') {
    return new AppError('disk_full', 'There is no space left for the data.', { cause: error });
  }
  if (state === '42P01')
    return new AppError('table_missing', `A table is missing: ${message}.`, { cause: error });
  if (state === '54000' && message.includes('row is too big')) {
    return new AppError('row_too_wide', `The table is too wide: ${message}.`, { cause: error });
  }
  if (state === '40001' || state === '40P01' || state === '55P03') {
    return new AppError('database_unavailable', 'The table was busy.', { cause: error });
  }
  return new AppError('warehouse_error', `The database said: ${message}.`, { cause: error });
}
