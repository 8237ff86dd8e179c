import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Config } from '#platform/config';

/**
 * A webhook's token is the id of its key, signed: `dalgo_<id>_<signature>`. A forged one is refused without a look into
 * the database, and a key that was taken back by that look.
 */
const FORM = /^dalgo_([a-z0-9]{1,64})_([A-Za-z0-9-]{1,64})$/;

function signature(material: Buffer, keyId: string): string {
  const key = Buffer.from(hkdfSync('sha256', material, '', 'dalgo-lite webhook tokens', 32));
  // `_` ends the id, so it may not be in what follows.
  return createHmac('sha256', key).update(keyId).digest('hex');
}

export function webhookToken(config: Pick<Config, 'encryptionKeys'>, keyId: string): string {
  return `dalgo_${keyId}_${signature(config.encryptionKeys[0].key, keyId)}`;
}

/** Id of the key that a token names; undefined unless one of the installation's keys signed it. */
export function keyIdOfToken(config: Pick<Config, 'encryptionKeys'>, token: string): string | undefined {
  const [, keyId, given] = FORM.exec(token) ?? [];
  if (keyId === undefined || given === undefined) return undefined;
  const isSigned = config.encryptionKeys.some(({ key }) => {
    const expected = Buffer.from(signature(key, keyId));
    const actual = Buffer.from(given);
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
  return isSigned ? keyId : undefined;
}
