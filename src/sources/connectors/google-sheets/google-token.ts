import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../../port.ts';
import { accessTokenAnswer, askForToken } from '../../google/ask-for-token.ts';
import { tokenOfConnection } from '../../google/token-of-connection.ts';
import type { SheetsSettings } from './sheets-settings.ts';

const keySchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key: z.string().min(100),
  private_key_id: z.string().optional(),
});
type ServiceAccountKey = z.output<typeof keySchema>;

const scope = 'https://www.googleapis.com/auth/spreadsheets.readonly';
const lifetimeSeconds = 3600;

/** The organization's own key, else the installation's. @throws AppError source_config_invalid */
function serviceAccount(
  context: ConnectorContext,
  login: Exclude<SheetsSettings['login'], { readonly kind: 'google' }>,
): ServiceAccountKey {
  const text = login.kind === 'key' ? login.credentials : context.config.googleCredentialsJson;
  if (text === undefined)
    throw invalid('Paste the key of a service account; none is set up for everybody here.');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('This is not the whole JSON file of a key.');
  }
  const parsed = keySchema.safeParse(json);
  if (!parsed.success)
    throw invalid('This JSON is no key of a service account: it needs client_email and private_key.');
  return parsed.data;
}

function invalid(message: string): AppError {
  return new AppError('source_config_invalid', 'The key of the service account needs a correction.', {
    errors: [{ path: 'config.login.credentials', message }],
  });
}

export interface GoogleAccess {
  readonly token: string;
  /** E-mail of whom Google sees. */
  readonly account: string;
  readonly isServiceAccount: boolean;
}

/** An access token that reads spreadsheets. @throws AppError source_config_invalid, source_credentials_refused */
export async function accessToken(
  context: ConnectorContext,
  { login }: SheetsSettings,
  signal: AbortSignal,
): Promise<GoogleAccess> {
  if (login.kind !== 'google') return serviceAccountToken(context, login, signal);
  const connection = await context.openGoogleConnection(login.connection_id);
  return { ...(await tokenOfConnection(context, connection, signal)), isServiceAccount: false };
}

async function serviceAccountToken(
  context: ConnectorContext,
  login: Exclude<SheetsSettings['login'], { readonly kind: 'google' }>,
  signal: AbortSignal,
): Promise<GoogleAccess> {
  const key = serviceAccount(context, login);
  // Always Google's, never what the key says: a key must not choose whom we ask.
  const tokenUrl = `${context.config.googleOauthUrl}/token`;
  let assertion: string;
  try {
    const issuedAt = Math.floor(Date.now() / 1000);
    assertion = await new SignJWT({ scope })
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        ...(key.private_key_id === undefined ? {} : { kid: key.private_key_id }),
      })
      .setIssuer(key.client_email)
      .setAudience(tokenUrl)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(await importPKCS8(key.private_key, 'RS256'));
  } catch {
    throw invalid('The private key in it is damaged. Paste the file again, whole.');
  }
  const { access_token: token } = await askForToken(
    context,
    { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion },
    accessTokenAnswer,
    (cause) =>
      new AppError('source_credentials_refused', 'Google does not accept this key of a service account.', {
        cause,
        hint: 'It may have been deleted in Google Cloud. Make a new one and paste it here.',
      }),
    signal,
  );
  return { token, account: key.client_email, isServiceAccount: true };
}
