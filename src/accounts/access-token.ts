import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { role, type Role } from '#contracts/accounts';
import { id } from '#contracts/primitives';
import type { Clock } from '#platform/clock';
import type { Config } from '#platform/config';
import { AppError } from '#platform/errors';
import type { OrganizationId, SessionId, UserId } from '#platform/ids';

const ISSUER = 'dalgo-lite';
const AUDIENCE = 'dalgo-lite-api';
/** RFC 9068: says what the token is for, so that a token made for another purpose is never taken for one. */
const TYPE = 'at+jwt';

export interface AccessClaims {
  readonly userId: UserId;
  readonly organizationId: OrganizationId;
  /** Role when the token was made. For clients to show; the server reads the membership at each request. */
  readonly role: Role;
  readonly sessionId: SessionId;
}

const key = (config: Config): Uint8Array => new TextEncoder().encode(config.jwtSecret);

/** Seconds that an access token lives. */
export function accessTokenSeconds(config: Config): number {
  return Math.round(config.accessTokenMinutes * 60);
}

export function signAccessToken(config: Config, clock: Clock, claims: AccessClaims): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT({ org: claims.organizationId, role: claims.role, sid: claims.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: TYPE })
    .setSubject(claims.userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + accessTokenSeconds(config))
    .sign(key(config));
}

const payloadSchema = z.object({ sub: id, org: id, role, sid: id });

/** @throws AppError session_expired when its time is over, unauthenticated for everything else. */
export async function verifyAccessToken(config: Config, clock: Clock, token: string): Promise<AccessClaims> {
  try {
    const { payload } = await jwtVerify(token, key(config), {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ['sub', 'iat', 'exp', 'sid', 'org', 'role'],
      currentDate: new Date(clock.now()),
    });
    const claims = payloadSchema.parse(payload);
    return {
      // The signature is ours, so the ids are those we put in.
      userId: claims.sub as UserId,
      organizationId: claims.org as OrganizationId,
      role: claims.role,
      sessionId: claims.sid as SessionId,
    };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new AppError('session_expired', 'The access token has expired.', { cause: error });
    }
    throw new AppError('unauthenticated', 'The access token is not valid.', { cause: error });
  }
}
