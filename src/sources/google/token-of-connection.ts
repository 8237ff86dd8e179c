import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../port.ts';
import { askService } from '../services/ask-service.ts';
import { readShape } from '../services/read-shape.ts';

/** An access token for a sign-in. @throws AppError source_credentials_refused, sign_in_not_configured */
export async function tokenOfConnection(
  context: Pick<ConnectorContext, 'config' | 'http'>,
  connection: { readonly account: string; readonly refreshToken: string },
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly account: string }> {
  const client = context.config.googleOauthClient;
  if (client === undefined)
    throw new AppError('sign_in_not_configured', 'Signing in with Google is not set up here any more.');
  const { json } = await askService(context, {
    url: `${context.config.googleOauthUrl}/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: connection.refreshToken,
      client_id: client.id,
      client_secret: client.secret,
    }).toString(),
    signal,
  }).catch((error: unknown) => {
    // invalid_grant: taken back by the person, or unused for half a year.
    const isRefused =
      error instanceof AppError && (error.where?.['status'] === 400 || error.where?.['status'] === 401);
    if (!isRefused) throw error;
    throw new AppError(
      'source_credentials_refused',
      `Google does not accept the sign-in of ${connection.account} any more.`,
      { cause: error, hint: 'Sign in with Google again with the same account; what uses it then goes on.' },
    );
  });
  const { access_token: token } = readShape(z.object({ access_token: z.string().min(1) }), json, 'Google');
  return { token, account: connection.account };
}
