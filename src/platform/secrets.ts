import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Config, EncryptionKey } from './config.ts';
import type { MetadataTransaction } from './database/database.ts';
import { AppError } from './errors.ts';
import type { OrganizationId } from './ids.ts';

/**
 * Envelope encryption. A secret is encrypted under its organization's data key, and the data key under the first key
 * of ENCRYPTION_KEY, whose id stands before it (`<key id>:<base64>`). So a key is rotated by adding a new first one
 * and re-wrapping data keys, 32 bytes per organization, while every older secret stays readable.
 *
 * Form of each box: base64 of 12 bytes nonce, the ciphertext, 16 bytes tag (AES-256-GCM).
 */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function seal(key: Buffer, plain: Buffer, associatedData: string): string {
  // 96 random bits are safe for 2^32 messages under one key; an organization keeps some hundred secrets.
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(associatedData));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function open(key: Buffer, box: string, associatedData: string): Buffer {
  const bytes = Buffer.from(box, 'base64');
  try {
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('too short');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(associatedData));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new AppError('secret_unreadable', 'A stored secret cannot be decrypted.', { cause: error });
  }
}

const dataKeyPurpose = (organizationId: OrganizationId): string => `dalgo data key ${organizationId}`;

function wrap(key: EncryptionKey, dataKey: Buffer, organizationId: OrganizationId): string {
  return `${key.id}:${seal(key.key, dataKey, dataKeyPurpose(organizationId))}`;
}

function unwrap(config: Config, organizationId: OrganizationId, encryptedDataKey: string): Buffer {
  const colon = encryptedDataKey.indexOf(':');
  const keyId = encryptedDataKey.slice(0, colon);
  const key = config.encryptionKeys.find((candidate) => candidate.id === keyId);
  if (key === undefined) {
    throw new AppError(
      'secret_unreadable',
      `A secret was encrypted under the key "${keyId}", which ENCRYPTION_KEY does not have.`,
    );
  }
  return open(key.key, encryptedDataKey.slice(colon + 1), dataKeyPurpose(organizationId));
}

/** Encrypts and decrypts the secrets of one organization. */
export interface OrganizationSecrets {
  /**
   * @param purpose where the secret belongs (`source <id>`); the same is needed to decrypt it, so that a box that is
   *   moved to another row or another organization opens nowhere.
   */
  encrypt(plain: string, purpose: string): string;
  /** @throws AppError secret_unreadable when the box, the purpose or the organization is not the one of `encrypt`. */
  decrypt(box: string, purpose: string): string;
}

function secretsUnder(dataKey: Buffer, organizationId: OrganizationId): OrganizationSecrets {
  const associatedData = (purpose: string): string => `dalgo secret ${organizationId} ${purpose}`;
  return {
    encrypt: (plain, purpose) => seal(dataKey, Buffer.from(plain), associatedData(purpose)),
    decrypt: (box, purpose) => open(dataKey, box, associatedData(purpose)).toString(),
  };
}

/** A data key for a new organization, and what can be encrypted under it at once. */
export function createDataKey(
  config: Config,
  organizationId: OrganizationId,
): { readonly encryptedDataKey: string; readonly secrets: OrganizationSecrets } {
  const dataKey = randomBytes(32);
  return {
    encryptedDataKey: wrap(config.encryptionKeys[0], dataKey, organizationId),
    secrets: secretsUnder(dataKey, organizationId),
  };
}

/** Opens the secrets of an organization from its `encrypted_data_key`. */
export function openDataKey(
  config: Config,
  organizationId: OrganizationId,
  encryptedDataKey: string,
): OrganizationSecrets {
  return secretsUnder(unwrap(config, organizationId, encryptedDataKey), organizationId);
}

/** The secrets of an organization, its data key read in this transaction. */
export async function organizationSecrets(
  trx: MetadataTransaction,
  config: Config,
  organizationId: OrganizationId,
): Promise<OrganizationSecrets> {
  const row = await trx
    .selectFrom('organizations')
    .select('encrypted_data_key')
    .where('id', '=', organizationId)
    .executeTakeFirst();
  if (row === undefined) throw new AppError('not_found', 'There is no such organization.');
  return openDataKey(config, organizationId, row.encrypted_data_key);
}

/** The same data key under the newest key of ENCRYPTION_KEY; undefined when it is already. */
export function rewrapDataKey(
  config: Config,
  organizationId: OrganizationId,
  encryptedDataKey: string,
): string | undefined {
  const [newest] = config.encryptionKeys;
  if (encryptedDataKey.startsWith(`${newest.id}:`)) return undefined;
  return wrap(newest, unwrap(config, organizationId, encryptedDataKey), organizationId);
}

/**
 * Re-wraps every data key that is still under an older key; afterwards the older key can be taken out of
 * ENCRYPTION_KEY. Both keys are known meanwhile, so nothing stops.
 *
 * @returns how many were re-wrapped.
 */
export async function rewrapDataKeys(trx: MetadataTransaction, config: Config): Promise<number> {
  const rows = await trx
    .selectFrom('organizations')
    .select(['id', 'encrypted_data_key'])
    .forUpdate()
    .execute();
  let count = 0;
  for (const row of rows) {
    const rewrapped = rewrapDataKey(config, row.id, row.encrypted_data_key);
    if (rewrapped === undefined) continue;
    await trx
      .updateTable('organizations')
      .set({ encrypted_data_key: rewrapped })
      .where('id', '=', row.id)
      .execute();
    count += 1;
  }
  return count;
}

/** Purpose under which the password of the login `org_<id>` is kept in `organizations.encrypted_role_password`. */
export const ROLE_PASSWORD_PURPOSE = 'warehouse login';
