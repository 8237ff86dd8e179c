import type { Problem, RunError } from '#contracts/primitives';
import { errorCatalogue, type ErrorCode, type ErrorDefinition } from './error-catalogue.ts';

export type { ErrorCode } from './error-catalogue.ts';

/** One thing that is wrong, at a path of the input (`columns.2.type`). */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
  readonly [key: string]: unknown;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** What to do, where the catalogue's hint is too general. */
  readonly hint?: string;
  readonly errors?: readonly ErrorDetail[];
  /** Where it happened: file, row, column, step … Shown to people, so without secrets. */
  readonly where?: Readonly<Record<string, string | number>>;
  /** Seconds after which a retry makes sense; becomes Retry-After. */
  readonly retryAfterSeconds?: number;
}

/**
 * The only error that we throw on purpose.
 *
 * @param message what happened, as a sentence a person can read, without secrets or SQL.
 * @example throw new AppError('not_found', 'There is no source with this id.');
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly errors: readonly ErrorDetail[] | undefined;
  readonly where: Readonly<Record<string, string | number>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCatalogue[code].hint;
    this.errors = options.errors;
    this.where = options.where;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get definition(): ErrorDefinition {
    return errorCatalogue[this.code];
  }

  get isTransient(): boolean {
    return this.definition.kind === 'transient';
  }
}

/** The RFC 9457 body for an error. Anything that is not an AppError says nothing of its inside. */
export function toProblem(error: unknown, instance?: string): Problem {
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'internal';
  const definition = errorCatalogue[code];
  return {
    type: `https://dalgo.org/errors/${code}`,
    title: definition.title,
    status: definition.status,
    code,
    detail: known?.message ?? definition.title,
    ...(instance === undefined ? {} : { instance }),
    hint: known?.hint ?? definition.hint,
    ...(known?.errors === undefined ? {} : { errors: known.errors.map((detail) => ({ ...detail })) }),
  };
}

/** What a run keeps of its error: safe to show, without a stack. */
export function toRunError(error: unknown): RunError {
  const problem = toProblem(error);
  return {
    code: problem.code,
    message: problem.detail,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(error instanceof AppError && error.where !== undefined ? { where: { ...error.where } } : {}),
  };
}
