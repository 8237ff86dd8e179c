import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token: 256 random bits. Only its hash is stored, so a copy of the database opens no session. */
export function newRefreshToken(): { readonly token: string; readonly hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashRefreshToken(token) };
}

/** A plain hash is enough: 256 random bits cannot be guessed, so there is nothing to slow down. */
export function hashRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
