import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { session as sessionSchema, type Session } from '#contracts/accounts';
import { emitEvent } from '#platform/database/emit-event';
import { publishProgress } from '#platform/database/publish-progress';
import type { OrganizationId } from '#platform/ids';
import { createTestApp } from '../testing/test-app.ts';

const server = await createTestApp();
await server.app.listen({ host: '127.0.0.1', port: 0 });
const address = server.app.server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
afterAll(() => server[Symbol.asyncDispose]());

let people = 0;
async function signUp(): Promise<Session> {
  people += 1;
  const answer = await server.request('POST', '/auth/signup', {
    body: {
      email: `listener${people}@example.org`,
      password: 'quiet river under stones',
      name: 'A',
      organization_name: 'B',
    },
  });
  return sessionSchema.parse(answer.body);
}

interface Received {
  readonly type: string;
  readonly id?: string;
  readonly run_id?: string;
  readonly last_event_id?: string;
}

interface Socket {
  readonly socket: WebSocket;
  readonly received: Received[];
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Waits until so many messages are there. */
  until(count: number): Promise<readonly Received[]>;
}

function open(query = '', first?: unknown): Socket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/events${query}`);
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener('message', ({ data }) => {
    received.push(JSON.parse(String(data)) as Received);
    for (const wake of waiting) wake();
  });
  socket.addEventListener('open', () => {
    if (first !== undefined) socket.send(typeof first === 'string' ? first : JSON.stringify(first));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  return {
    socket,
    received,
    closed,
    until: async (count) => {
      const deadline = Date.now() + 5000;
      while (received.length < count && Date.now() < deadline) {
        await Promise.race([new Promise<void>((resolve) => waiting.add(resolve)), sleep(50)]);
      }
      expect(received.length).toBeGreaterThanOrEqual(count);
      return received;
    },
  };
}

const subscribe = (session: Session, query = '', more: object = {}): Socket =>
  open(query, { type: 'auth', access_token: session.access_token, ...more });

function emit(organizationId: string, ...runIds: readonly string[]): Promise<void> {
  const id = organizationId as OrganizationId;
  return server.database.withOrganization(id, async (trx) => {
    for (const runId of runIds) {
      await emitEvent(trx, id, { type: 'run', run_id: runId, pipeline_id: null, status: 'running' });
    }
  });
}

/** Says nothing; opened early, since the server waits five seconds for it. */
const silent = open();

describe('live events', () => {
  let alice: Session;
  let bob: Session;
  beforeAll(async () => {
    alice = await signUp();
    bob = await signUp();
  });

  test('come in order, and only those of the own organization', async () => {
    const own = subscribe(alice);
    const other = subscribe(bob);
    await own.until(1);
    await other.until(1);
    for (let n = 0; n < 20; n += 1) await emit(alice.organization.id, `a${n}`);
    await emit(bob.organization.id, 'b0');
    const received = await own.until(21);
    expect(received[0]).toMatchObject({ type: 'ready', last_event_id: '0' });
    expect(received.slice(1).map((event) => event.run_id)).toEqual(
      Array.from({ length: 20 }, (_, n) => `a${n}`),
    );
    const ids = received.slice(1).map((event) => Number(event.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect((await other.until(2)).map((event) => event.run_id)).toEqual([undefined, 'b0']);
    own.socket.close();
    other.socket.close();
  });

  test('that were missed are sent again from the id that the client has, without a gap or a double', async () => {
    const first = subscribe(alice);
    await first.until(1);
    await emit(alice.organization.id, 'seen');
    const seen = (await first.until(2)).at(-1)?.id ?? '';
    first.socket.close();
    await first.closed;
    for (let batch = 0; batch < 6; batch += 1) {
      await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          emit(alice.organization.id, ...Array.from({ length: 20 }, (_, i) => `m${batch}x${n}x${i}`)),
        ),
      );
    }
    const second = subscribe(alice, `?since=${seen}`);
    await second.until(700);
    await emit(alice.organization.id, 'last');
    const received = (await second.until(1202)).slice(1);
    expect(new Set(received.map((event) => event.id)).size).toBe(1201);
    expect(received.at(-1)?.run_id).toBe('last');
    second.socket.close();
  });

  test('start from now without `since`, and from now with one of the future', async () => {
    for (const query of ['', '?since=999999999', '?since=nonsense']) {
      const socket = subscribe(alice, query);
      await socket.until(1);
      await emit(alice.organization.id, 'new');
      expect((await socket.until(2)).slice(1).map((event) => event.run_id)).toEqual(['new']);
      socket.socket.close();
    }
  });

  test('go on when the connection to the database broke', async () => {
    const socket = subscribe(alice);
    await socket.until(1);
    await using admin = Object.assign(new Client(server.test.adminUrl), {
      [Symbol.asyncDispose]: () => admin.end(),
    });
    await admin.connect();
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'dalgo-lite events'`);
    await emit(alice.organization.id, 'meanwhile');
    expect((await socket.until(2)).at(-1)?.run_id).toBe('meanwhile');
    await emit(alice.organization.id, 'afterwards');
    expect((await socket.until(3)).at(-1)?.run_id).toBe('afterwards');
    socket.socket.close();
  });

  test('tell of progress, which is not kept', async () => {
    const socket = subscribe(alice);
    const other = subscribe(bob);
    await socket.until(1);
    await other.until(1);
    await publishProgress(server.database, alice.organization.id as OrganizationId, {
      type: 'progress',
      run_id: 'r',
      step_id: 's',
      kind: 'sync',
      ref_id: 'x',
      progress: {
        phase: 'loading',
        rows_done: 5,
        bytes_done: 50,
        bytes_total: 100,
        rows_per_second: 10,
        seconds_left: 1,
      },
    });
    const [ready, progress] = await socket.until(2);
    expect(progress).toMatchObject({
      type: 'progress',
      id: ready?.last_event_id,
      progress: { rows_done: 5 },
    });
    await sleep(50);
    expect(other.received).toHaveLength(1);
    socket.socket.close();
    other.socket.close();
  });
});

describe('a web socket', () => {
  test('closes with 4401 without a good token, and with 4408 without any', async () => {
    for (const first of [
      'not json',
      {},
      { type: 'auth' },
      { type: 'auth', access_token: 'x' },
      { type: 'other', access_token: 'x' },
    ]) {
      expect((await open('', first).closed).code).toBe(4401);
    }
    expect((await silent.closed).code).toBe(4408);
  });

  test('closes with 4403 for an organization that the person is no member of', async () => {
    const [alice, bob] = [await signUp(), await signUp()];
    expect((await subscribe(alice, '', { organization_id: bob.organization.id }).closed).code).toBe(4403);
  });

  test('takes no token from the address', async () => {
    const { access_token: token } = await signUp();
    const socket = open(`?access_token=${token}`, {});
    expect((await socket.closed).code).toBe(4401);
  });

  test('closes when its session ends', async () => {
    const session = await signUp();
    const socket = subscribe(session);
    await socket.until(1);
    const before = performance.now();
    await server.request('POST', '/auth/logout', { token: session.access_token });
    expect((await socket.closed).code).toBe(4401);
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('closes when the person is removed from the organization, before it tells of that', async () => {
    const [owner, guest] = [await signUp(), await signUp()];
    await server.request('POST', '/organization/members', {
      token: owner.access_token,
      body: { email: guest.user.email, name: 'G', role: 'viewer' },
    });
    const socket = subscribe(guest, '', { organization_id: owner.organization.id });
    await socket.until(1);
    await server.request('DELETE', `/organization/members/${guest.user.id}`, { token: owner.access_token });
    expect((await socket.closed).code).toBe(4403);
    expect(socket.received).toHaveLength(1);
  });

  /** Opens one by hand: the built-in client cannot send these headers. */
  async function upgrade(headers: Record<string, string>, path = '/api/v1/events'): Promise<number> {
    const { request } = await import('node:http');
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from('sixteen  letters').toString('base64'),
        ...headers,
      },
    });
    asked.end();
    const answer = Promise.race([once(asked, 'response'), once(asked, 'upgrade')]);
    const [response] = (await answer) as [{ statusCode: number }];
    asked.destroy();
    return response.statusCode;
  }

  test('of another site is refused at the handshake', async () => {
    expect(await upgrade({ origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade({ origin: 'null' })).toBe(403);
    expect(await upgrade({ origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
    expect(await upgrade({ origin: `http://127.0.0.1:${port}` })).toBe(101);
  });

  test('of a program may bring its token in the header', async () => {
    const { access_token: token } = await signUp();
    expect(await upgrade({ authorization: `Bearer ${token}` })).toBe(101);
    expect(await upgrade({ authorization: `Bearer x${token}` })).toBe(401);
  });

  test('is offered at one address only', async () => {
    expect(await upgrade({}, '/api/v1/nothing')).toBe(404);
    await expect(upgrade({}, '/_next/webpack-hmr')).rejects.toThrow(/hang up|ECONNRESET/);
  });

  test('that sends too much is closed', async () => {
    const socket = subscribe(await signUp());
    await socket.until(1);
    socket.socket.send('x'.repeat(20_000));
    expect((await socket.closed).code).toBe(1009);
  });
});
