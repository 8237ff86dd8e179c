import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { derivedPassword, loadConfig, settingNames } from './config.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dalgo-config-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const load = (environment: Record<string, string> = {}) =>
  loadConfig({ DALGO_DATA_DIR: join(directory, 'data'), ...environment });

test('docs/how-to/configure.md lists every setting, and no other', () => {
  const page = readFileSync(new URL('../../docs/how-to/configure.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(new Set(listed)).toEqual(new Set(settingNames));
});

test('nothing needs to be set: secrets are generated once, readable by their owner only', () => {
  const first = load();
  expect(first).toMatchObject({ port: 3001, host: '127.0.0.1', accessTokenMinutes: 15, refreshTokenDays: 7 });
  expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32);
  expect(statSync(join(directory, 'data', 'secrets.json')).mode & 0o077).toBe(0);
  expect(load().jwtSecret).toBe(first.jwtSecret);
  expect(load().encryptionKeys[0].key).toEqual(first.encryptionKeys[0].key);
});

test('a wrong setting is named, with what is wrong', () => {
  expect(() => load({ PORT: '70000' })).toThrow(/PORT/);
  expect(() => load({ JWT_SECRET_KEY: 'short' })).toThrow(/JWT_SECRET_KEY.*32 characters/);
  expect(() => load({ ENCRYPTION_KEY: 'new:abcdefghijklmnop,old:short' })).toThrow(/ENCRYPTION_KEY/);
});

test('an empty variable counts as absent', () => {
  expect(load({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3001, databaseUrl: undefined });
});

test('keys of ENCRYPTION_KEY have ids, the first encrypts, and a colon in the key is kept', () => {
  const [first, second] = load({ ENCRYPTION_KEY: 'b:0123456789abcdef:x,a:fedcba9876543210' }).encryptionKeys;
  expect([first.id, second?.id]).toEqual(['b', 'a']);
  const [other] = load({ ENCRYPTION_KEY: 'b:0123456789abcdef:y' }).encryptionKeys;
  expect(other.key).not.toEqual(first.key);
});

test('a data directory that cannot be written is a clear error', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => loadConfig({ DALGO_DATA_DIR: join(directory, 'file') })).toThrow(/data directory .*file/i);
});

test('passwords of roles are the same on every machine with the same key, and different for each role', () => {
  const config = load({ ENCRYPTION_KEY: 'the same key everywhere' });
  const elsewhere = loadConfig({
    DALGO_DATA_DIR: join(directory, 'other'),
    ENCRYPTION_KEY: 'the same key everywhere',
  });
  expect(derivedPassword(elsewhere, 'app')).toBe(derivedPassword(config, 'app'));
  expect(derivedPassword(config, 'owner')).not.toBe(derivedPassword(config, 'app'));
});
