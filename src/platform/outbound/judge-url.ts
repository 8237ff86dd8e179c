import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import { isPublicAddress } from './judge-address.ts';

/** Ports that a web service has. An administrator may allow others, host by host. */
const PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);

/** Names that mean the own network wherever they are resolved. */
const PRIVATE_SUFFIXES = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'home.arpa',
  'onion',
  'test',
  'example',
  'invalid',
  'in-addr.arpa',
  'ip6.arpa',
];

export interface JudgedUrl {
  readonly url: URL;
  /** Without brackets and trailing dot, in lower case. */
  readonly hostname: string;
  readonly port: number;
  /** By an administrator's word: its addresses need not be public. */
  readonly isAllowed: boolean;
}

function blocked(reason: string): AppError {
  return new AppError('outbound_blocked', reason, { where: { kind: 'blocked' } });
}

/** The authority as it was written: between `//` and the next `/`, `?` or `#`. */
function writtenHost(text: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
  return authority.replace(/:\d*$/, '').toLowerCase();
}

/**
 * Judges an address by its text: scheme, user-info, port, host. What two parsers could read differently is refused, so
 * that the address which is judged is the one which is asked.
 *
 * @param allowedHosts of OUTBOUND_ALLOWED_HOSTS: `host` or `host:port`.
 * @throws AppError outbound_blocked
 */
export function judgeUrl(text: string, allowedHosts: readonly string[]): JudgedUrl {
  // The URL parser drops tabs and line ends, and reads "\" as "/"; others do not.
  if (/[\p{Cc}\p{Zs}\\]/u.test(text))
    throw blocked('The address contains a space, a control character or a backslash.');
  if (text.length > 4096) throw blocked('The address is too long.');
  if (!URL.canParse(text))
    throw blocked('This is not a complete web address, such as https://example.org/data.');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw blocked('Only addresses that begin with http:// or https:// can be used.');
  }
  const written = writtenHost(text);
  if (written === '') throw blocked('This is not a complete web address, such as https://example.org/data.');
  if (url.username !== '' || url.password !== '' || written.includes('@')) {
    throw blocked('The address must not contain a user name or password.');
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (allowedHosts.includes(hostname) || allowedHosts.includes(`${hostname}:${port}`)) {
    return { url, hostname, port, isAllowed: true };
  }
  if (!PORTS.has(port)) throw blocked(`Port ${port} may not be used.`);

  const family = isIP(hostname);
  if (family === 4 && written !== hostname) throw blocked('The host is written in an unusual form.');
  if (family !== 0) {
    if (!isPublicAddress(hostname)) throw blocked('This address is not a public one.');
    return { url, hostname, port, isAllowed: false };
  }
  // ASCII in the URL and something else in the text that is no international name: %-escapes, or an empty label.
  if (/[%_]/.test(written) || !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(hostname)) {
    throw blocked('The host is not a valid name.');
  }
  if (!hostname.includes('.') || PRIVATE_SUFFIXES.some((suffix) => hostname.endsWith(`.${suffix}`))) {
    throw blocked('This name belongs to a private network.');
  }
  return { url, hostname, port, isAllowed: false };
}
