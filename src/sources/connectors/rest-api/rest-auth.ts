import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../../port.ts';
import { askService } from '../../services/ask-service.ts';
import { readShape } from '../../services/read-shape.ts';
import type { RestSettings } from './rest-settings.ts';

/** What a request carries so that the service knows who asks. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, string>>;
}

export async function credentialsOf(
  context: ConnectorContext,
  { auth }: RestSettings,
  signal: AbortSignal,
): Promise<Credentials> {
  switch (auth.kind) {
    case 'none':
      return { headers: {}, params: {} };
    case 'bearer':
      return { headers: { authorization: `Bearer ${auth.token}` }, params: {} };
    case 'api_key':
      return auth.place === 'header'
        ? { headers: { [auth.name]: auth.key }, params: {} }
        : { headers: {}, params: { [auth.name]: auth.key } };
    case 'basic':
      return { headers: { authorization: basic(auth.username, auth.password) }, params: {} };
    case 'oauth2': {
      const { json } = await askService(context, {
        url: auth.token_url,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: basic(encodeURIComponent(auth.client_id), encodeURIComponent(auth.client_secret)),
        },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          ...(auth.scope === undefined ? {} : { scope: auth.scope }),
        }).toString(),
        signal,
      }).catch((error: unknown) => {
        // RFC 6749: a refused client is told with 400 or 401.
        if (!(error instanceof AppError) || error.where?.['status'] !== 400) throw error;
        throw new AppError(
          'source_credentials_refused',
          'The service does not accept the client id or secret.',
          {
            cause: error,
          },
        );
      });
      const { access_token: token } = readShape(
        z.object({ access_token: z.string().min(1) }),
        json,
        'The service',
      );
      return { headers: { authorization: `Bearer ${token}` }, params: {} };
    }
  }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
