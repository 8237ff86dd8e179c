import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../port.ts';
import { askService } from '../services/ask-service.ts';
import { readShape } from '../services/read-shape.ts';

export const accessTokenAnswer = z.object({ access_token: z.string().min(1) });

/**
 * What Google gives for a grant (RFC 6749, RFC 7523).
 *
 * @param refused what it means that Google does not accept it: a key was deleted, a sign-in taken back.
 * @throws AppError that of `refused`; outbound_failed, source_unexpected_answer
 */
export async function askForToken<S extends z.ZodType>(
  context: Pick<ConnectorContext, 'config' | 'http'>,
  grant: Readonly<Record<string, string>>,
  shape: S,
  refused: (cause: unknown) => AppError,
  signal: AbortSignal,
): Promise<z.output<S>> {
  const { json } = await askService(context, {
    url: `${context.config.googleOauthUrl}/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(grant).toString(),
    signal,
  }).catch((error: unknown) => {
    // It answers 400 with invalid_grant where others answer 401.
    const isRefused =
      error instanceof AppError && (error.where?.['status'] === 400 || error.where?.['status'] === 401);
    throw isRefused ? refused(error) : error;
  });
  return readShape(shape, json, 'Google');
}
