import { AppError } from '#platform/errors';

/** Says on stderr what went wrong and the way out; the stack only of what nobody foresaw. */
export function printFailure(error: unknown): void {
  if (error instanceof AppError) {
    console.error(`\n${error.message}\n${error.hint}`);
    if (process.env['LOG_LEVEL'] === 'debug' && error.cause !== undefined) console.error(error.cause);
  } else {
    console.error(error);
  }
}
