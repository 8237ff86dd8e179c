import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { AppError } from '../errors.ts';
import { isPublicAddress } from './judge-address.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const systemResolve: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true, verbatim: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/**
 * The `lookup` of a connection: the addresses that it judges are the ones which are connected to, with no second
 * question to the resolver in between, so a name that changes its address meanwhile (DNS rebinding) gains nothing.
 *
 * @param isAllowed whether an administrator allows private addresses for a name.
 */
export function createGuardedLookup(
  resolve: Resolve,
  isAllowed: (hostname: string) => boolean,
): LookupFunction {
  async function judge(hostname: string, family: number): Promise<[LookupAddress, ...LookupAddress[]]> {
    const addresses = await resolve(hostname);
    if (!isAllowed(hostname) && !addresses.every(({ address }) => isPublicAddress(address))) {
      const message = 'This name leads to an address that is not a public one.';
      throw new AppError('outbound_blocked', message, { where: { kind: 'blocked' } });
    }
    const [first, ...rest] = addresses.filter((one) => family === 0 || family === one.family);
    if (first === undefined)
      throw Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' });
    return [first, ...rest];
  }
  const judgeWithCallback = callbackify(judge);

  return (hostname, options, callback) => {
    const family = typeof options.family === 'number' ? options.family : 0;
    judgeWithCallback(hostname, family, (error, addresses) => {
      if (error !== null) callback(error, '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
}
