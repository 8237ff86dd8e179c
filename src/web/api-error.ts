import type { Problem } from '#contracts/primitives';

/**
 * An answer of the API that is not a success, or no answer at all (`status` 0). `message` is what happened, `hint` what
 * to do; both are sentences for people.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly hint: string | undefined;
  /** Problems of single fields, for instance `{path: 'email', message: 'This is not an e-mail address'}`. */
  readonly fields: NonNullable<Problem['errors']>;
  /** Seconds to wait before trying again, when the server says so. */
  readonly retryAfter: number | undefined;

  constructor(
    problem: Partial<Problem> & { status: number },
    options?: ErrorOptions & { retryAfter?: number },
  ) {
    super(problem.detail ?? problem.title ?? defaultMessage(problem.status), options);
    this.status = problem.status;
    this.code = problem.code ?? (problem.status === 0 ? 'network' : `http_${problem.status}`);
    this.title = problem.title ?? defaultTitle(problem.status);
    this.hint = problem.hint;
    this.fields = problem.errors ?? [];
    this.retryAfter = options?.retryAfter;
  }

  /** Trying the same again may succeed. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The message of a field, by the end of its path: `body.email` and `email` are the same field. */
  field(name: string): string | undefined {
    return this.fields.find((field) => field.path === name || field.path.endsWith(`.${name}`))?.message;
  }
}

/** Reads a failed answer, whatever its body is: a problem, or the page of a proxy in between. */
export async function apiErrorFrom(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const options = Number.isFinite(retryAfter) ? { retryAfter } : undefined;
  const body: unknown = await response.json().catch(() => undefined);
  return new ApiError({ ...(isProblem(body) ? body : {}), status: response.status }, options);
}

/** What can be said about anything that was thrown, for a toast or an error view. */
export function describeError(error: unknown): { title: string; message: string; hint: string | undefined } {
  if (error instanceof ApiError) return { title: error.title, message: error.message, hint: error.hint };
  return {
    title: 'Something went wrong in this page',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Reload the page. If it happens again, tell us what you were doing.',
  };
}

function isProblem(body: unknown): body is Partial<Problem> {
  return typeof body === 'object' && body !== null && ('detail' in body || 'title' in body);
}

function defaultTitle(status: number): string {
  if (status === 0) return 'The server cannot be reached';
  if (status === 401) return 'You are logged out';
  if (status === 403) return 'You may not do this';
  if (status === 404) return 'This does not exist';
  return status >= 500 ? 'The server has a problem' : 'This was refused';
}

function defaultMessage(status: number): string {
  if (status === 0)
    return 'The network was lost or the server is not running. Nothing that you saved is gone.';
  if (status === 401) return 'Log in again to go on.';
  if (status === 404) return 'It may have been deleted, or it belongs to another organization.';
  return `The server answered with status ${status}.`;
}
