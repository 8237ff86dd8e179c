import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/database';
import type { Config } from './config.ts';
import { connectDatabase } from './database/database.ts';
import { newId, type OrganizationId } from './ids.ts';
import { createDataKey, openDataKey, organizationSecrets, rewrapDataKey, rewrapDataKeys } from './secrets.ts';

const testDatabase = await createTestDatabase();
const database = connectDatabase(testDatabase.appUrl, { maxConnections: 2 });
afterAll(async () => {
  await database.close();
  await testDatabase[Symbol.asyncDispose]();
});

const oldKey = { id: 'old', key: randomBytes(32) };
const newKey = { id: 'new', key: randomBytes(32) };
const before: Config = { ...testDatabase.config, encryptionKeys: [oldKey] };
const during: Config = { ...testDatabase.config, encryptionKeys: [newKey, oldKey] };
const after: Config = { ...testDatabase.config, encryptionKeys: [newKey] };
const organizationId = newId<OrganizationId>();
const unreadable = expect.objectContaining({ code: 'secret_unreadable' });

describe('a secret of an organization', () => {
  const { encryptedDataKey, secrets } = createDataKey(before, organizationId);

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string(), (plain, purpose) => {
        // Lone surrogates have no UTF-8 form; no credential holds one.
        const text = plain.toWellFormed();
        expect(secrets.decrypt(secrets.encrypt(text, purpose), purpose)).toBe(text);
      }),
    );
  });

  test('is written differently each time, and never in the clear', () => {
    const boxes = new Set(Array.from({ length: 50 }, () => secrets.encrypt('the-password', 'source a')));
    expect(boxes.size).toBe(50);
    for (const box of boxes)
      expect(Buffer.from(box, 'base64').toString('latin1')).not.toContain('the-password');
  });

  test('opens neither for another purpose nor in another organization', () => {
    const box = secrets.encrypt('x', 'source a');
    expect(() => secrets.decrypt(box, 'source b')).toThrow(unreadable);
    expect(() => openDataKey(before, newId<OrganizationId>(), encryptedDataKey)).toThrow(unreadable);
    const other = createDataKey(before, newId<OrganizationId>());
    expect(() => other.secrets.decrypt(box, 'source a')).toThrow(unreadable);
  });

  test('does not open when any bit of it was changed, or when it was cut', () => {
    const bytes = Buffer.from(secrets.encrypt('twelve chars', 'source a'), 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => secrets.decrypt(changed.toString('base64'), 'source a')).toThrow(unreadable);
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => secrets.decrypt(bytes.subarray(0, length).toString('base64'), 'source a')).toThrow(
        unreadable,
      );
    }
  });
});

describe('rotation of the key', () => {
  test('keeps every secret readable before, during and after', () => {
    const { encryptedDataKey, secrets } = createDataKey(before, organizationId);
    const box = secrets.encrypt('x', 'p');
    expect(openDataKey(during, organizationId, encryptedDataKey).decrypt(box, 'p')).toBe('x');

    const rewrapped = rewrapDataKey(during, organizationId, encryptedDataKey);
    expect(rewrapped).toMatch(/^new:/);
    expect(openDataKey(after, organizationId, rewrapped ?? '').decrypt(box, 'p')).toBe('x');
    expect(openDataKey(during, organizationId, rewrapped ?? '').decrypt(box, 'p')).toBe('x');
  });

  test('does nothing to what is under the newest key already', () => {
    const { encryptedDataKey } = createDataKey(during, organizationId);
    expect(rewrapDataKey(during, organizationId, encryptedDataKey)).toBeUndefined();
  });

  test('says which key is missing when one was taken out too early', () => {
    const { encryptedDataKey } = createDataKey(before, organizationId);
    expect(() => openDataKey(after, organizationId, encryptedDataKey)).toThrow(/key "old"/);
    expect(() => openDataKey(after, organizationId, 'nonsense')).toThrow(unreadable);
  });

  test('goes over every organization of the database', async () => {
    const ids = Array.from({ length: 3 }, () => newId<OrganizationId>());
    const boxes = new Map<OrganizationId, string>();
    await database.withSystem(async (trx) => {
      for (const id of ids) {
        const { encryptedDataKey, secrets } = createDataKey(before, id);
        boxes.set(id, secrets.encrypt(`secret of ${id}`, 'p'));
        await trx
          .insertInto('organizations')
          .values({ id, name: id, encrypted_data_key: encryptedDataKey, encrypted_role_password: '' })
          .execute();
      }
    });
    expect(await database.withSystem((trx) => rewrapDataKeys(trx, during))).toBe(3);
    expect(await database.withSystem((trx) => rewrapDataKeys(trx, during))).toBe(0);
    for (const id of ids) {
      const secrets = await database.withOrganization(id, (trx) => organizationSecrets(trx, after, id));
      expect(secrets.decrypt(boxes.get(id) ?? '', 'p')).toBe(`secret of ${id}`);
    }
  });
});
