import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import { describeFailure } from './describe-failure.ts';
import { systemResolve, type Resolve } from './guarded-lookup.ts';
import { isPublicAddress } from './judge-address.ts';

/** Ports below belong to services of the machine itself: no database listens there. */
const firstPort = 1024;

/**
 * The address to connect to for a database that people name: of a public host, or one that an administrator allows.
 * Connecting to it, and not to the name, leaves no second question to the resolver whose answer could differ.
 *
 * @param allowedHosts of OUTBOUND_ALLOWED_HOSTS: `host` or `host:port`.
 * @throws AppError outbound_blocked, outbound_failed
 */
export async function judgeHost(
  host: string,
  port: number,
  allowedHosts: readonly string[],
  resolve: Resolve = systemResolve,
): Promise<string> {
  const hostname = host.toLowerCase().replace(/\.$/, '');
  const isAllowed = allowedHosts.includes(hostname) || allowedHosts.includes(`${hostname}:${port}`);
  if (!isAllowed && port < firstPort) throw blocked(`Port ${port} may not be used.`);
  if (isIP(hostname) === 0 && !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(hostname)) {
    throw blocked('The host is not a valid name.');
  }
  let addresses: Awaited<ReturnType<Resolve>>;
  try {
    addresses = await resolve(hostname);
  } catch (error) {
    throw describeFailure(error, hostname);
  }
  const [first] = addresses;
  if (first === undefined) throw blocked('This name has no address.');
  if (!isAllowed && !addresses.every(({ address }) => isPublicAddress(address))) {
    throw blocked('This host is not a public one.');
  }
  return first.address;
}

function blocked(reason: string): AppError {
  return new AppError('outbound_blocked', reason, { where: { kind: 'blocked' } });
}
