import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#platform/config';
import { AppError } from '#platform/errors';

const NAME = 'dalgo_refresh';

function attributes(config: Config): CookieSerializeOptions {
  return {
    path: '/api/v1/auth',
    httpOnly: true,
    sameSite: 'strict',
    secure: config.publicUrl?.startsWith('https:') ?? false,
  };
}

export function refreshCookie(request: FastifyRequest): string | undefined {
  const value = request.cookies[NAME];
  return value === undefined || value === '' ? undefined : value;
}

export function setRefreshCookie(reply: FastifyReply, config: Config, token: string): void {
  reply.setCookie(NAME, token, {
    ...attributes(config),
    maxAge: Math.round(config.refreshTokenDays * 86_400),
  });
}

export function clearRefreshCookie(reply: FastifyReply, config: Config): void {
  reply.clearCookie(NAME, attributes(config));
}

/**
 * Refuses a request that another site made a browser send. Browsers say where a POST comes from; a client that says
 * nothing is no browser, and has no cookie that it did not put there itself.
 *
 * @throws AppError forbidden
 */
export function requireSameOrigin(request: FastifyRequest, config: Config): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  if (
    (site !== undefined && site !== 'same-origin') ||
    (origin !== undefined && !isOwnOrigin(request, config, origin))
  ) {
    throw new AppError('forbidden', 'This request came from another site.');
  }
}

/** Whether an Origin header names this server. */
export function isOwnOrigin(request: FastifyRequest, config: Config, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const asked = new URL(origin);
  if (config.publicUrl !== undefined && new URL(config.publicUrl).origin === asked.origin) return true;
  // Without a public URL, and for those who come past the proxy: the host that the browser asked.
  const own = `${asked.protocol}//${request.headers.host ?? ''}`;
  return /^https?:$/.test(asked.protocol) && URL.canParse(own) && new URL(own).origin === asked.origin;
}
