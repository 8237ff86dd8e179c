import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Public addresses that are not the internet's: Azure answers every machine's questions about itself at the first.
 */
const EXTRA_BLOCKED: ReadonlySet<string> = new Set(['168.63.129.16']);

/** 2000::/3, all that is handed out; what lies outside of it is private, special or embeds an IPv4 address. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to the public internet. Everything else is refused: loopback, private, link-local and
 * cloud metadata, carrier NAT, multicast, unspecified, benchmark, documentation and reserved ranges, and every form
 * that carries an IPv4 address inside an IPv6 one.
 *
 * @param address as a resolver returns it, or a literal without brackets.
 */
export function isPublicAddress(address: string): boolean {
  // The library also reads short forms such as 127.1; a resolver returns none.
  if (isIP(address) === 0 || EXTRA_BLOCKED.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.zoneId === undefined && parsed.match(GLOBAL_UNICAST);
  return true;
}
