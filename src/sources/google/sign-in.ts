import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { GoogleConnection } from '#contracts/google';
import type { Actor } from '#platform/actor';
import { AppError } from '#platform/errors';
import type { GoogleConnectionId, SessionId, UserId } from '#platform/ids';
import { organizationSecrets } from '#platform/secrets';
import type { Services } from '#platform/services';
import { connectorContext } from '../connector-context.ts';
import { askForToken } from './ask-for-token.ts';
import { presentConnection } from './connections.ts';
import { mayRead, scopesFor } from './google-scopes.ts';
import { tokenPurpose } from './open-connection.ts';

/** Long enough to find a second factor. */
const lifetimeMs = 15 * 60_000;

const verifierPurpose = (stateHash: string): string => `google sign-in ${stateHash}`;
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

function clientOf({ config }: Pick<Services, 'config'>) {
  if (config.googleOauthClient === undefined) {
    throw new AppError('sign_in_not_configured', 'Signing in with Google is not set up here.');
  }
  return config.googleOauthClient;
}

function personOf({ userId }: Actor): UserId {
  if (userId === null) throw new AppError('forbidden', 'Only a person can sign in with Google.');
  return userId;
}

/**
 * Begins a sign-in (RFC 6749 authorization code with PKCE, RFC 7636): the state and the verifier are kept for the
 * session that begins it, so that neither a link from elsewhere nor another browser can finish it.
 *
 * @param origin of the web as the person sees it.
 * @throws AppError sign_in_not_configured
 */
export async function startSignIn(
  services: Services,
  actor: Actor,
  request: { readonly access: 'read' | 'write'; readonly sessionId: SessionId; readonly origin: string },
): Promise<{ readonly url: string }> {
  const client = clientOf(services);
  const userId = personOf(actor);
  // With the organization in front, in whose name the page to which Google leads back speaks.
  const state = `${actor.organizationId}.${randomBytes(32).toString('base64url')}`;
  const verifier = randomBytes(48).toString('base64url');
  const redirectUri = `${request.origin}/connect/google`;
  const stateHash = hash(state);
  await services.database.withOrganization(actor.organizationId, async (trx) => {
    const now = new Date(services.clock.now());
    await trx.deleteFrom('google_sign_ins').where('expires_at', '<', now).execute();
    const secrets = await organizationSecrets(trx, services.config, actor.organizationId);
    await trx
      .insertInto('google_sign_ins')
      .values({
        state_hash: stateHash,
        organization_id: actor.organizationId,
        user_id: userId,
        session_id: request.sessionId,
        redirect_uri: redirectUri,
        encrypted_verifier: secrets.encrypt(verifier, verifierPurpose(stateHash)),
        expires_at: new Date(services.clock.now() + lifetimeMs),
      })
      .execute();
  });
  const url = new URL(`${services.config.googleAccountsUrl}/o/oauth2/v2/auth`);
  url.search = new URLSearchParams({
    client_id: client.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: scopesFor[request.access].join(' '),
    state,
    code_challenge: hash(verifier),
    code_challenge_method: 'S256',
    // A token for times when nobody is there; Google gives it only together with the question.
    access_type: 'offline',
    prompt: 'consent select_account',
    include_granted_scopes: 'true',
  }).toString();
  return { url: url.href };
}

const tokenAnswer = z.object({
  refresh_token: z.string().min(1).optional(),
  scope: z.string(),
  id_token: z.string(),
});

/**
 * Finishes a sign-in and keeps it; the same account signed in again takes the place of the older one.
 *
 * @throws AppError sign_in_expired for a state that is not of this session; source_forbidden when the person left out
 *   the spreadsheets; source_credentials_refused
 */
export async function finishSignIn(
  services: Services,
  actor: Actor,
  request: {
    readonly state: string;
    readonly code: string;
    readonly sessionId: SessionId;
    readonly signal: AbortSignal;
  },
): Promise<GoogleConnection> {
  const client = clientOf(services);
  const userId = personOf(actor);
  const begun = await takeSignIn(services, actor, request.state, request.sessionId);
  const answer = await askForToken(
    connectorContext(services, actor.organizationId),
    {
      grant_type: 'authorization_code',
      code: request.code,
      code_verifier: begun.verifier,
      client_id: client.id,
      client_secret: client.secret,
      redirect_uri: begun.redirectUri,
    },
    tokenAnswer,
    (cause) => new AppError('sign_in_expired', 'Google does not accept this sign-in any more.', { cause }),
    request.signal,
  );
  const scopes = answer.scope.split(' ').filter((scope) => scope !== '');
  if (!mayRead(scopes)) {
    throw new AppError('source_forbidden', 'Google was not asked to let spreadsheets be read.', {
      hint: 'Sign in again, and leave the tick at “See your Google Sheets spreadsheets”.',
    });
  }
  if (answer.refresh_token === undefined) {
    throw new AppError('source_unexpected_answer', 'Google gave no lasting access.', {
      hint: 'Take the access of this program back in your Google account, then sign in again.',
    });
  }
  const account = accountOf(answer.id_token, client.id);
  const refreshToken = answer.refresh_token;
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const secrets = await organizationSecrets(trx, services.config, actor.organizationId);
    const known = await trx
      .selectFrom('google_connections')
      .select('id')
      .where('organization_id', '=', actor.organizationId)
      .where('user_id', '=', userId)
      .where('account', '=', account)
      .executeTakeFirst();
    const id = known?.id ?? services.newId<GoogleConnectionId>();
    const kept = {
      scopes,
      encrypted_refresh_token: secrets.encrypt(refreshToken, tokenPurpose(id)),
      updated_at: new Date(services.clock.now()),
    };
    const row = await trx
      .insertInto('google_connections')
      .values({ id, organization_id: actor.organizationId, user_id: userId, account, ...kept })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
      .returningAll()
      .executeTakeFirstOrThrow();
    return presentConnection(row, actor);
  });
}

/** What was begun under a state, once: whoever comes second with the same one has nothing. */
async function takeSignIn(
  services: Services,
  actor: Actor,
  state: string,
  sessionId: SessionId,
): Promise<{ readonly verifier: string; readonly redirectUri: string }> {
  return services.database.withOrganization(actor.organizationId, async (trx) => {
    const stateHash = hash(state);
    const row = await trx
      .deleteFrom('google_sign_ins')
      .where('organization_id', '=', actor.organizationId)
      .where('state_hash', '=', stateHash)
      .where('session_id', '=', sessionId)
      .where('expires_at', '>', new Date(services.clock.now()))
      .returningAll()
      .executeTakeFirst();
    if (row === undefined)
      throw new AppError('sign_in_expired', 'This sign-in was not begun here, or is over.');
    const secrets = await organizationSecrets(trx, services.config, actor.organizationId);
    return {
      verifier: secrets.decrypt(row.encrypted_verifier, verifierPurpose(stateHash)),
      redirectUri: row.redirect_uri,
    };
  });
}

/** The e-mail in an ID token that came from Google itself, so that its signature need not be checked (OpenID Connect Core 3.1.3.7). */
function accountOf(idToken: string, clientId: string): string {
  try {
    const claims = decodeJwt(idToken);
    const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
    if (audience.includes(clientId) && typeof claims['email'] === 'string') return claims['email'];
  } catch {
    // No JWT at all: answered below like any other that is not for us.
  }
  throw new AppError('source_unexpected_answer', 'Google did not say who signed in.');
}
