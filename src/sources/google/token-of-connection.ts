import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../port.ts';
import { accessTokenAnswer, askForToken } from './ask-for-token.ts';

/** An access token for a sign-in. @throws AppError source_credentials_refused, sign_in_not_configured */
export async function tokenOfConnection(
  context: Pick<ConnectorContext, 'config' | 'http'>,
  connection: { readonly account: string; readonly refreshToken: string },
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly account: string }> {
  const client = context.config.googleOauthClient;
  if (client === undefined)
    throw new AppError('sign_in_not_configured', 'Signing in with Google is not set up here any more.');
  const { access_token: token } = await askForToken(
    context,
    {
      grant_type: 'refresh_token',
      refresh_token: connection.refreshToken,
      client_id: client.id,
      client_secret: client.secret,
    },
    accessTokenAnswer,
    // Taken back by the person, or unused for half a year.
    (cause) =>
      new AppError(
        'source_credentials_refused',
        `Google does not accept the sign-in of ${connection.account} any more.`,
        { cause, hint: 'Sign in with Google again with the same account; what uses it then goes on.' },
      ),
    signal,
  );
  return { token, account: connection.account };
}
