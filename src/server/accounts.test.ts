import { afterAll, describe, expect, test } from 'vitest';
import { me, session as sessionSchema } from '#contracts/accounts';
import { problem } from '#contracts/primitives';
import { SignJWT, UnsecuredJWT, decodeJwt } from 'jose';
import { emitEvent } from '#platform/database/emit-event';
import type { OrganizationId } from '#platform/ids';
import { tidy } from './keep-tidy.ts';
import { cookieOf, createTestApp, type Answer } from './testing/test-app.ts';

const server = await createTestApp();
afterAll(() => server[Symbol.asyncDispose]());

const password = 'quiet river under stones';
let people = 0;

function codeOf(answer: Answer): string {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  return problem.parse(answer.body).code;
}

async function signUp(fields: Record<string, unknown> = {}) {
  people += 1;
  const email = `person${people}@example.org`;
  const answer = await server.request('POST', '/auth/signup', {
    body: { email, password, name: 'Asha', organization_name: 'Pani Trust', ...fields },
  });
  expect(answer.body).toMatchObject({ token_type: 'Bearer' });
  expect(answer.status).toBe(201);
  const session = sessionSchema.parse(answer.body);
  return { email, session, token: session.access_token, cookie: cookieOf(answer) ?? '', answer };
}

const logIn = (email: string, secret = password, cookie?: string): Promise<Answer> =>
  server.request('POST', '/auth/login', { body: { email, password: secret }, cookie });
const refresh = (cookie: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.request('POST', '/auth/refresh', { cookie, headers });
const whoAmI = (token: string, headers: Record<string, string> = {}): Promise<Answer> =>
  server.request('GET', '/auth/me', { token, headers });
async function tokenOf(answer: Promise<Answer> | Answer): Promise<string> {
  return sessionSchema.parse((await answer).body).access_token;
}
const statusOf = async (answer: Promise<Answer>): Promise<number> => (await answer).status;

describe('signing up', () => {
  test('makes the user, the organization with its schema and login, and a session', async () => {
    const { session, token, answer } = await signUp({ timezone: 'Asia/Kolkata', locale: 'hi-in' });
    expect(session.organization).toMatchObject({
      name: 'Pani Trust',
      timezone: 'Asia/Kolkata',
      locale: 'hi-IN',
    });
    expect(session.expires_in).toBe(900);
    expect(decodeJwt(token)).toMatchObject({
      sub: session.user.id,
      org: session.organization.id,
      role: 'owner',
      sid: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^dalgo_refresh=[\w-]{43}; Max-Age=604800; Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict$/,
    );
    const who = me.parse((await whoAmI(token)).body);
    expect(who).toMatchObject({ role: 'owner', user: session.user, organization: session.organization });
    expect(who.permissions).toContain('members:manage');
    expect(who.organizations).toEqual([{ id: session.organization.id, name: 'Pani Trust', role: 'owner' }]);
  });

  test('works for ten people at once, each with an organization of their own', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => signUp()));
    expect(new Set(all.map(({ session }) => session.organization.id)).size).toBe(10);
  });

  test('refuses an e-mail that has an account, in whatever case, also when two come at once', async () => {
    const { email } = await signUp();
    const again = { email: ` ${email.toUpperCase()} `, password, name: 'B', organization_name: 'C' };
    expect(codeOf(await server.request('POST', '/auth/signup', { body: again }))).toBe('email_taken');
    const twins = { email: 'twins@example.org', password, name: 'B', organization_name: 'C' };
    const both = await Promise.all([1, 2].map(() => server.request('POST', '/auth/signup', { body: twins })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });

  test.each([
    ['Password123', 'common'],
    ['1q2w3e4r5t6y', 'common'],
    ['aaaaaaaaaaaaaaa', 'one letter'],
    ['person@pani', 'e-mail and organization'],
    ['PaniTrustPani', 'organization'],
  ])('refuses %s: %s', async (weak) => {
    const body = {
      email: 'person@example.org',
      password: weak,
      name: 'Asha',
      organization_name: 'Pani Trust',
    };
    const answer = await server.request('POST', '/auth/signup', { body });
    expect(codeOf(answer)).toBe('weak_password');
    expect(answer.status).toBe(422);
  });

  test('names every field that needs a correction', async () => {
    const body = { email: 'nobody', password: 'short', name: ' ', organization_name: 'ok', role: 'owner' };
    const answer = await server.request('POST', '/auth/signup', { body });
    expect(answer.status).toBe(422);
    const { errors, instance } = problem.parse(answer.body);
    expect(errors?.map((error) => error.path).toSorted()).toEqual(['', 'email', 'name', 'password']);
    expect(instance).toBe(answer.headers['x-request-id']);
  });

  test('takes a password of 200 characters of any script exactly as it is', async () => {
    const long = ' नदी 水 '.repeat(25);
    const { email } = await signUp({ password: long });
    expect(await statusOf(logIn(email, long))).toBe(200);
    expect(await statusOf(logIn(email, long.trim()))).toBe(401);
  });
});

describe('logging in', () => {
  test('answers a wrong password and an unknown e-mail with the same words and in the same time', async () => {
    const { email } = await signUp();
    const time = async (address: string): Promise<[number, Answer]> => {
      const start = performance.now();
      const answer = await logIn(address, 'not the password');
      return [performance.now() - start, answer];
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const [knownTime, knownAnswer] = await time(email);
      const [unknownTime, unknownAnswer] = await time('nobody@example.org');
      known.push(knownTime);
      unknown.push(unknownTime);
      const strip = (answer: Answer) => ({ ...problem.parse(answer.body), instance: '' });
      expect(strip(knownAnswer)).toEqual(strip(unknownAnswer));
      expect(codeOf(knownAnswer)).toBe('invalid_credentials');
    }
    const median = (values: number[]): number => values.toSorted((a, b) => a - b)[3] ?? 0;
    // Without the dummy hash the unknown e-mail is some 20 times quicker.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.5);
  });

  test('replaces the session that the browser had', async () => {
    const { email, cookie, token } = await signUp();
    const answer = await logIn(email, password, cookie);
    expect(answer.status).toBe(200);
    expect(codeOf(await whoAmI(token))).toBe('session_expired');
    expect(await statusOf(refresh(cookie))).toBe(401);
    expect(await statusOf(refresh(cookieOf(answer) ?? ''))).toBe(200);
  });

  test('says to nobody but the right person that the account is disabled, and puts them out at once', async () => {
    const { email, token, cookie, session } = await signUp();
    await server.database.withSystem((trx) =>
      trx
        .updateTable('users')
        .set({ disabled_at: new Date() })
        .where('id', '=', session.user.id as never)
        .execute(),
    );
    expect(codeOf(await whoAmI(token))).toBe('account_disabled');
    expect(codeOf(await refresh(cookie))).toBe('session_expired');
    expect(codeOf(await logIn(email))).toBe('account_disabled');
    expect(codeOf(await logIn(email, 'wrong password'))).toBe('invalid_credentials');
  });
});

describe('the refresh token', () => {
  test('is rotated at each use and gives a new access token', async () => {
    const { cookie } = await signUp();
    let present = cookie;
    for (let round = 0; round < 4; round += 1) {
      const answer = await refresh(present);
      expect(answer.status).toBe(200);
      const next = cookieOf(answer) ?? '';
      expect(next).not.toBe(present);
      expect(await statusOf(whoAmI(await tokenOf(answer)))).toBe(200);
      present = next;
    }
  });

  test('ends the whole family when an old one is used again, at once', async () => {
    const { cookie, token } = await signUp();
    const second = await refresh(cookie);
    const third = await refresh(cookieOf(second) ?? '');
    const stolen = await refresh(cookie);
    expect(codeOf(stolen)).toBe('session_expired');
    expect(cookieOf(stolen)).toBe('');
    expect(await statusOf(refresh(cookieOf(third) ?? ''))).toBe(401);
    for (const access of [token, await tokenOf(second), await tokenOf(third)]) {
      expect(codeOf(await whoAmI(access))).toBe('session_expired');
    }
    const rows = await server.database.withSystem((trx) =>
      trx.selectFrom('audit_log').select('action').where('action', '=', 'refresh_token_reused').execute(),
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  test('leaves the other sessions of the person alone when one family ends', async () => {
    const { email, cookie } = await signUp();
    const other = await logIn(email);
    await refresh(cookie);
    await refresh(cookie);
    expect(await statusOf(whoAmI(await tokenOf(other)))).toBe(200);
  });

  test('gives two tabs that ask at the same moment the same answer', async () => {
    const { cookie } = await signUp();
    const answers = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(cookieOf)).size).toBe(1);
    expect(await statusOf(refresh(cookieOf(answers[0]) ?? ''))).toBe(200);
  });

  test('dies when it is not used for seven days, and with its session after four weeks', async () => {
    const { cookie, token } = await signUp();
    const other = await signUp();
    const day = 86_400_000;
    server.advance(6.9 * day);
    expect(codeOf(await whoAmI(token))).toBe('session_expired');
    let present = cookieOf(await refresh(cookie)) ?? '';
    server.advance(0.2 * day);
    expect(await statusOf(refresh(other.cookie))).toBe(401);
    for (let week = 1; week < 4; week += 1) {
      server.advance(6.7 * day);
      const answer = await refresh(present);
      expect(answer.status).toBe(200);
      present = cookieOf(answer) ?? '';
    }
    server.advance(day);
    expect(await statusOf(refresh(present))).toBe(401);
    server.advance(-28.2 * day);
  });

  test('is kept as a hash only', async () => {
    const { cookie } = await signUp();
    const rows = await server.database.withSystem((trx) =>
      trx.selectFrom('refresh_tokens').selectAll().execute(),
    );
    expect(JSON.stringify(rows.map((row) => row.token_hash.toString('latin1')))).not.toContain(cookie);
  });

  test('is not accepted from another site, and needs no origin from a program', async () => {
    const { cookie } = await signUp();
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://localhost:80@evil.example' },
    ];
    for (const headers of foreign) {
      expect(codeOf(await refresh(cookie, headers))).toBe('forbidden');
      expect(await statusOf(server.request('POST', '/auth/logout', { cookie, headers }))).toBe(403);
    }
    const own = await refresh(cookie, { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' });
    expect(own.status).toBe(200);
  });

  test.each(['', 'x', 'a'.repeat(43), '%00', "' OR 1=1 --"])('answers 401 to %j', async (cookie) => {
    expect(await statusOf(refresh(cookie))).toBe(401);
  });
});

test('sessions are forgotten a month after their end, and not before', async () => {
  const month = 30 * 86_400_000;
  const { session, token } = await signUp();
  await server.request('POST', '/auth/logout', { token });
  const open = await signUp();
  const id = session.organization.id as OrganizationId;
  await server.database.withOrganization(id, (trx) =>
    emitEvent(trx, id, { type: 'changed', kind: 'organization', ref_id: id }),
  );
  const count = () =>
    server.database.withOrganization(id, async (trx) => ({
      sessions: (await trx.selectFrom('sessions').select('id').execute()).length,
      events: (await trx.selectFrom('events').select('id').execute()).length,
    }));
  server.advance(month - 60_000);
  await tidy(server.services);
  expect(await count()).toEqual({ sessions: 1, events: 1 });
  server.advance(120_000);
  await tidy(server.services);
  expect(await count()).toEqual({ sessions: 0, events: 0 });
  server.advance(-month - 60_000);
  expect(await statusOf(whoAmI(open.token))).toBe(200);
});

describe('logging out', () => {
  test('ends the session of the cookie, and clears it', async () => {
    const { cookie, token } = await signUp();
    const answer = await server.request('POST', '/auth/logout', { cookie });
    expect(answer.status).toBe(204);
    expect(cookieOf(answer)).toBe('');
    expect(codeOf(await whoAmI(token))).toBe('session_expired');
    expect(await statusOf(refresh(cookie))).toBe(401);
  });

  test('ends the session of the access token, and does nothing without either', async () => {
    const { cookie, token } = await signUp();
    expect(await statusOf(server.request('POST', '/auth/logout', { token }))).toBe(204);
    expect(await statusOf(refresh(cookie))).toBe(401);
    expect(await statusOf(server.request('POST', '/auth/logout', {}))).toBe(204);
    expect(await statusOf(server.request('POST', '/auth/logout', { cookie: 'x', token: 'y' }))).toBe(204);
  });
});

describe('an access token', () => {
  test('of another key, algorithm, audience, type or without a claim is refused', async () => {
    const { token } = await signUp();
    const claims = decodeJwt(token);
    const key = new TextEncoder().encode(server.services.config.jwtSecret);
    const sign = (payload: Record<string, unknown>, header: Record<string, unknown> = {}, secret = key) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header }).sign(secret);
    const [head = '', body = '', mac = ''] = token.split('.');
    const forged = [
      new UnsecuredJWT(claims).encode(),
      await sign(claims, {}, new TextEncoder().encode('another secret of thirty-two characters')),
      await sign(claims, { alg: 'HS512' }),
      await sign(claims, { typ: 'JWT' }),
      await sign({ ...claims, aud: 'somebody-else' }),
      await sign({ ...claims, iss: 'somebody-else' }),
      await sign({ ...claims, sid: undefined }),
      await sign({ ...claims, sub: 'nobody' }),
      await sign({ ...claims, org: "x' OR '1'='1" }),
      `${head}.${Buffer.from(JSON.stringify({ ...claims, role: 'owner', org: 'other' })).toString('base64url')}.${mac}`,
      `${head}.${body}.`,
      `${head}.${body}`,
      'x'.repeat(5000),
    ];
    for (const bad of forged) expect(await statusOf(whoAmI(bad))).toBe(401);
    expect(await statusOf(whoAmI(await sign(claims)))).toBe(200);
  });

  test('runs out after fifteen minutes', async () => {
    const { token, cookie } = await signUp();
    server.advance(899_000);
    expect(await statusOf(whoAmI(token))).toBe(200);
    server.advance(2000);
    expect(codeOf(await whoAmI(token))).toBe('session_expired');
    expect(await statusOf(refresh(cookie))).toBe(200);
    server.advance(-901_000);
  });

  test('is asked for in the one scheme that is known', async () => {
    const { token } = await signUp();
    for (const authorization of ['', token, `Basic ${token}`, `Bearer`, `Bearer ${token} ${token}`]) {
      const answer = await server.request('GET', '/auth/me', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(await statusOf(server.request('GET', `/auth/me?access_token=${token}`))).toBe(401);
  });
});

describe('changing the password', () => {
  test('ends the other sessions, and the new password is the one that counts', async () => {
    const { email, token } = await signUp();
    const other = await logIn(email);
    const change = (current: string, next: string) =>
      server.request('POST', '/auth/password', {
        token,
        body: { current_password: current, new_password: next },
      });
    expect(codeOf(await change('wrong password', 'seven loud bicycles'))).toBe('invalid_input');
    expect(codeOf(await change(password, 'qwertyuiop'))).toBe('weak_password');
    expect(await statusOf(change(password, 'seven loud bicycles'))).toBe(204);
    expect(await statusOf(whoAmI(token))).toBe(200);
    expect(codeOf(await whoAmI(await tokenOf(other)))).toBe('session_expired');
    expect(await statusOf(refresh(cookieOf(other) ?? ''))).toBe(401);
    expect(await statusOf(logIn(email))).toBe(401);
    expect(await statusOf(logIn(email, 'seven loud bicycles'))).toBe(200);
  });
});

describe('members', () => {
  const add = (token: string, email: string, role: string) =>
    server.request('POST', '/organization/members', { token, body: { email, name: 'Ravi', role } });
  async function added(token: string, role: string) {
    people += 1;
    const email = `person${people}@example.org`;
    const answer = await add(token, email, role);
    expect(answer.status).toBe(201);
    const { member, one_time_password: secret } = answer.body as {
      member: { user: { id: string } };
      one_time_password: string;
    };
    return { email, id: member.user.id, secret, token: await tokenOf(logIn(email, secret)) };
  }
  const setRole = (token: string, id: string, role: string) =>
    server.request('PATCH', `/organization/members/${id}`, { token, body: { role } });
  const remove = (token: string, id: string) =>
    server.request('DELETE', `/organization/members/${id}`, { token });

  test('get a one-time password when they are new, and none when they have an account', async () => {
    const owner = await signUp();
    const { secret, token } = await added(owner.token, 'editor');
    expect(secret).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
    expect(me.parse((await whoAmI(token)).body).role).toBe('editor');
    const elsewhere = await signUp();
    const answer = await add(owner.token, elsewhere.email, 'viewer');
    expect(answer.body).toMatchObject({ one_time_password: null, member: { user: { name: 'Asha' } } });
    expect(codeOf(await add(owner.token, elsewhere.email, 'viewer'))).toBe('conflict');
    const list = await server.request('GET', '/organization/members', { token });
    expect((list.body as { items: unknown[] }).items).toHaveLength(3);
  });

  test('of several organizations choose one by the header, and are nobody in others', async () => {
    const owner = await signUp();
    const guest = await signUp();
    await add(owner.token, guest.email, 'viewer');
    const organizationId = owner.session.organization.id;
    const there = me.parse((await whoAmI(guest.token, { 'x-dalgo-org': organizationId })).body);
    expect(there).toMatchObject({ role: 'viewer', organization: { id: organizationId } });
    expect(there.organizations).toHaveLength(2);
    expect(me.parse((await whoAmI(guest.token)).body).role).toBe('owner');
    const foreign = await whoAmI(owner.token, { 'x-dalgo-org': guest.session.organization.id });
    const missing = await whoAmI(owner.token, { 'x-dalgo-org': 'nosuchorganization' });
    expect([foreign.status, missing.status]).toEqual([403, 403]);
    expect(problem.parse(foreign.body).detail).toBe(problem.parse(missing.body).detail);
  });

  test('lose and gain rights with their next request', async () => {
    const owner = await signUp();
    const editor = await added(owner.token, 'editor');
    const rename = () =>
      server.request('PATCH', '/organization', { token: editor.token, body: { name: 'New' } });
    expect(codeOf(await rename())).toBe('forbidden');
    expect(await statusOf(setRole(owner.token, editor.id, 'admin'))).toBe(200);
    expect(await statusOf(rename())).toBe(200);
    expect(await statusOf(setRole(owner.token, editor.id, 'viewer'))).toBe(200);
    expect(await statusOf(rename())).toBe(403);
  });

  test('who are removed are out at once, and keep what is elsewhere', async () => {
    const owner = await signUp();
    const editor = await added(owner.token, 'editor');
    const guest = await signUp();
    await add(owner.token, guest.email, 'viewer');
    expect(await statusOf(remove(owner.token, editor.id))).toBe(204);
    expect(codeOf(await whoAmI(editor.token))).toBe('session_expired');
    expect(codeOf(await logIn(editor.email, editor.secret))).toBe('forbidden');
    expect(await statusOf(remove(owner.token, guest.session.user.id))).toBe(204);
    expect(await statusOf(whoAmI(guest.token, { 'x-dalgo-org': owner.session.organization.id }))).toBe(403);
    expect(await statusOf(whoAmI(guest.token))).toBe(200);
  });

  test('cannot leave an organization without an owner, not even two at once', async () => {
    const owner = await signUp();
    const id = owner.session.user.id;
    expect(codeOf(await remove(owner.token, id))).toBe('last_owner');
    expect(codeOf(await setRole(owner.token, id, 'admin'))).toBe('last_owner');
    const second = await added(owner.token, 'owner');
    const both = await Promise.all([remove(owner.token, id), remove(second.token, second.id)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
  });

  test('who administer cannot make, unmake or remove owners', async () => {
    const owner = await signUp();
    const admin = await added(owner.token, 'admin');
    const editor = await added(admin.token, 'editor');
    expect(await statusOf(setRole(admin.token, editor.id, 'viewer'))).toBe(200);
    expect(codeOf(await setRole(admin.token, editor.id, 'owner'))).toBe('forbidden');
    expect(codeOf(await setRole(admin.token, admin.id, 'owner'))).toBe('forbidden');
    expect(codeOf(await setRole(admin.token, owner.session.user.id, 'viewer'))).toBe('forbidden');
    expect(codeOf(await remove(admin.token, owner.session.user.id))).toBe('forbidden');
    expect(codeOf(await add(admin.token, 'new@example.org', 'owner'))).toBe('forbidden');
    expect(await statusOf(remove(editor.token, admin.id))).toBe(403);
  });

  test('of another organization do not exist here', async () => {
    const owner = await signUp();
    const stranger = await signUp();
    const id = stranger.session.user.id;
    expect(codeOf(await setRole(owner.token, id, 'viewer'))).toBe('not_found');
    expect(codeOf(await remove(owner.token, id))).toBe('not_found');
    expect(codeOf(await remove(owner.token, 'not-an-id'))).toBe('not_found');
    expect(await statusOf(whoAmI(stranger.token))).toBe(200);
  });
});

describe('the organization', () => {
  test('changes what is given and leaves the rest', async () => {
    const { token } = await signUp({ timezone: 'Asia/Kolkata' });
    const patch = (body: unknown) => server.request('PATCH', '/organization', { token, body });
    expect((await patch({ locale: 'ta-in', fiscal_year_start_month: 1 })).body).toMatchObject({
      name: 'Pani Trust',
      timezone: 'Asia/Kolkata',
      locale: 'ta-IN',
      fiscal_year_start_month: 1,
    });
    expect((await patch({})).status).toBe(200);
    for (const wrong of [
      { timezone: 'Mars/Olympus' },
      { timezone: '+05:30' },
      { locale: '!!' },
      { id: 'x' },
    ]) {
      expect(codeOf(await patch(wrong))).toBe('invalid_input');
    }
  });
});
