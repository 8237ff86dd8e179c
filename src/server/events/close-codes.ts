import { AppError } from '#platform/errors';

/** Codes with which we close a web socket; 4000–4999 are for applications (RFC 6455). */
export const CLOSE = {
  unauthenticated: 4401,
  forbidden: 4403,
  authTimeout: 4408,
  tooMany: 4429,
  internal: 1011,
} as const;

/** 4401: get a new token and come back; 4403: do not; 1011: come back later. */
export function closeCode(error: unknown): number {
  if (!(error instanceof AppError)) return CLOSE.internal;
  if (error.definition.status === 401) return CLOSE.unauthenticated;
  if (error.definition.status === 403) return CLOSE.forbidden;
  return CLOSE.internal;
}
