import { afterAll, expect, test } from 'vitest';
import { session as sessionSchema, type Role } from '#contracts/accounts';
import { createApiKey, listApiKeys } from '#contracts/api-keys';
import { listAudit } from '#contracts/administration';
import { createTestApp } from './testing/test-app.ts';

const server = await createTestApp();
afterAll(() => server[Symbol.asyncDispose]());

const password = 'quiet river under stones';
const DAY = 86_400_000;

async function signUp(email: string) {
  const body = { email, password, name: 'Asha', organization_name: 'Pani Trust' };
  return sessionSchema.parse((await server.request('POST', '/auth/signup', { body })).body);
}

async function addMember(token: string, email: string, role: Role) {
  const added = await server.request('POST', '/organization/members', {
    token,
    body: { email, name: 'Bina', role },
  });
  const { member, one_time_password: oneTime } = added.body as {
    member: { user: { id: string } };
    one_time_password: string;
  };
  const answer = await server.request('POST', '/auth/login', { body: { email, password: oneTime } });
  return { id: member.user.id, token: sessionSchema.parse(answer.body).access_token };
}

const make = (token: string, body: Record<string, unknown>) =>
  server.request('POST', '/api-keys', { token, body: { name: 'Script', role: 'viewer', ...body } });
async function keyOf(token: string, body: Record<string, unknown> = {}) {
  const answer = await make(token, body);
  expect(answer.status).toBe(201);
  return createApiKey.response.parse(answer.body);
}
const keysOf = async (token: string) =>
  listApiKeys.response.parse((await server.request('GET', '/api-keys', { token })).body).items;
const whoAmI = (token: string, headers: Record<string, string> = {}) =>
  server.request('GET', '/auth/me', { token, headers });
const statusOf = async (token: string, headers: Record<string, string> = {}) =>
  (await whoAmI(token, headers)).status;

const owner = await signUp('owner@example.org');

test('a personal key stands for its person, with no more than the role that it was given', async () => {
  const { key, token } = await keyOf(owner.access_token, { role: 'editor' });
  expect(key).toMatchObject({ kind: 'personal', role: 'editor', user: owner.user, last_used_at: null });
  expect(Date.parse(key.expires_at ?? '') - Date.parse(key.created_at)).toBe(365 * DAY);
  expect((await whoAmI(token)).body).toMatchObject({
    user: owner.user,
    organization: { id: owner.organization.id },
    role: 'editor',
  });
  expect((await server.request('GET', '/audit', { token })).status, 'editors do not see it').toBe(403);
  expect((await keysOf(owner.access_token)).find(({ id }) => id === key.id)?.last_used_at).not.toBeNull();
});

test('a key of the organization stays when who made it leaves, and is known by its name', async () => {
  const admin = await addMember(owner.access_token, 'admin@example.org', 'admin');
  const personal = await keyOf(admin.token, { role: 'admin' });
  const shared = await keyOf(admin.token, { name: 'Nightly', kind: 'organization', role: 'admin' });
  expect(shared.key).toMatchObject({ kind: 'organization', user: null });
  expect((await whoAmI(shared.token)).body).toMatchObject({ user: { name: 'Nightly' }, role: 'admin' });

  await server.request('DELETE', `/organization/members/${admin.id}`, { token: owner.access_token });
  expect(await statusOf(personal.token)).toBe(401);
  expect(await statusOf(shared.token)).toBe(200);

  const renamed = { body: { name: 'Pani Trust' }, token: shared.token };
  expect((await server.request('PATCH', '/organization', renamed)).status).toBe(200);
});

test('a key can do no less than refuse: other organizations, keys for keys, and the password', async () => {
  const other = await signUp('other@example.org');
  const { token } = await keyOf(owner.access_token, { role: 'admin' });
  expect(await statusOf(token, { 'x-dalgo-org': owner.organization.id })).toBe(200);
  expect(await statusOf(token, { 'x-dalgo-org': other.organization.id })).toBe(403);
  expect((await make(token, {})).status).toBe(403);
  const change = { current_password: password, new_password: 'another river over stones' };
  expect((await server.request('POST', '/auth/password', { token, body: change })).status).toBe(403);
  for (const wrong of ['dalgo_', 'dalgo_x', `${token}x`, token.toUpperCase()])
    expect(await statusOf(wrong), wrong).toBe(401);
});

test('nobody makes a key that can do more than they, or sees the keys of others', async () => {
  const viewer = await addMember(owner.access_token, 'viewer@example.org', 'viewer');
  expect((await make(viewer.token, { role: 'editor' })).status).toBe(403);
  expect((await make(viewer.token, { kind: 'organization' })).status).toBe(403);
  expect((await make(owner.access_token, { role: 'owner' })).status).toBe(422);
  const mine = await keyOf(viewer.token);
  expect((await keysOf(viewer.token)).map(({ id }) => id)).toEqual([mine.key.id]);
  const others = (await keysOf(owner.access_token)).filter(({ id }) => id !== mine.key.id);
  const remove = (token: string, id: string) => server.request('DELETE', `/api-keys/${id}`, { token });
  expect((await remove(viewer.token, others[0]?.id ?? '')).status).toBe(404);
  expect((await remove(owner.access_token, mine.key.id)).status, 'who manages, takes back').toBe(204);
  expect(await statusOf(mine.token)).toBe(401);
});

test('whose role became less does less with older keys as well', async () => {
  const editor = await addMember(owner.access_token, 'editor@example.org', 'editor');
  const { token } = await keyOf(editor.token, { role: 'editor' });
  await server.request('PATCH', `/organization/members/${editor.id}`, {
    token: owner.access_token,
    body: { role: 'viewer' },
  });
  expect((await whoAmI(token)).body).toMatchObject({ role: 'viewer' });
});

test('a key ends when it was said to, or never', async () => {
  const short = await keyOf(owner.access_token, { expires_in_days: 1 });
  const endless = await keyOf(owner.access_token, { kind: 'organization', expires_in_days: null });
  server.advance(DAY + 1000);
  try {
    expect(await statusOf(short.token)).toBe(401);
    expect(await statusOf(endless.token)).toBe(200);
  } finally {
    server.advance(-DAY - 1000);
  }
});

test('the database has no key, and the audit says which was made by whom', async () => {
  const { key, token } = await keyOf(owner.access_token);
  const rows = await server.database.withSystem((trx) => trx.selectFrom('api_keys').selectAll().execute());
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(Buffer.concat(rows.map((row) => row.token_hash)).includes(token.slice(6))).toBe(false);
  const audit = await server.request('GET', '/audit?action=api_key', { token: owner.access_token });
  expect(listAudit.response.parse(audit.body).items[0]).toMatchObject({
    action: 'api_key_created',
    target: key.id,
    user: { id: owner.user.id },
  });
});
