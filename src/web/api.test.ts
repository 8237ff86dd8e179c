import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getMe, login } from '#contracts/accounts';
import { getSource } from '#contracts/sources';
import { ApiError } from './api-error.ts';
import { call, refreshSession, urlOf } from './api.ts';
import { endSession, startSession, useSession } from './session.ts';

// A server of its own over real HTTP: what is tested is how the client behaves towards any server, also a failing one.
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
  handle(request, response);
});
const browserFetch = globalThis.fetch;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // `address()` is null or a pipe's name only for servers that do not listen on a port.
  const { port } = server.address() as AddressInfo;
  // A browser resolves a path against its page; Node has no page. The client passes paths only.
  globalThis.fetch = (input, init) =>
    browserFetch(new URL(input as string, `http://127.0.0.1:${port}`), init);
});
afterAll(() => {
  globalThis.fetch = browserFetch;
  server.close();
});

const user = { id: 'u1', email: 'asha@example.org', name: 'Asha' };
const organization = {
  id: 'o1',
  name: 'Udaan',
  timezone: 'Asia/Kolkata',
  locale: 'en-IN',
  fiscal_year_start_month: 4,
  created_at: '2026-11-21T00:00:00Z',
};

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

beforeEach(() => {
  seen.length = 0;
  endSession();
});

describe('addresses', () => {
  test('parameters and the query are escaped, and absent values left out', () => {
    expect(urlOf('/warehouse/tables/:name/preview', { name: 'a/b c' }, { limit: 10, sort: undefined })).toBe(
      '/api/v1/warehouse/tables/a%2Fb%20c/preview?limit=10',
    );
  });
});

describe('calling the API', () => {
  test('calls that find the token expired renew it once and are repeated', async () => {
    startSession({ access_token: 'old', user, organization });
    handle = (request, response) => {
      if (request.url?.endsWith('/auth/refresh')) {
        answer(response, 200, {
          access_token: 'new',
          token_type: 'Bearer',
          expires_in: 900,
          user,
          organization,
        });
      } else if (request.headers.authorization === 'Bearer new') answer(response, 200, { user });
      else answer(response, 401, { title: 'x', detail: 'expired', status: 401, code: 'token_expired' });
    };
    const answers = await Promise.all([call(getMe, {}), call(getMe, {}), call(getMe, {})]);
    expect(answers).toHaveLength(3);
    expect(seen.filter((line) => line.includes('/auth/refresh'))).toHaveLength(1);
    expect(useSession.getState().accessToken).toBe('new');
  });

  test('when the session is over, it ends here too and the refusal is the error', async () => {
    startSession({ access_token: 'old', user, organization });
    handle = (_, response) => answer(response, 401, { title: 'Out', detail: 'Log in again.', status: 401 });
    await expect(call(getMe, {})).rejects.toMatchObject({ status: 401, message: 'Log in again.' });
    expect(useSession.getState()).toMatchObject({ status: 'out', accessToken: undefined });
  });

  test('a server in trouble does not log anybody out', async () => {
    startSession({ access_token: 'old', user, organization });
    handle = (_, response) => response.writeHead(503).end('<html>busy</html>');
    await expect(refreshSession()).rejects.toMatchObject({ status: 503 });
    expect(useSession.getState().status).toBe('in');
  });

  test('a wrong password is an answer, not an expired session', async () => {
    handle = (_, response) => answer(response, 401, { title: 'No', detail: 'Wrong password.', status: 401 });
    await expect(call(login, { body: { email: 'a@b.org', password: 'x' } })).rejects.toThrow(
      'Wrong password.',
    );
    expect(seen).toHaveLength(1);
  });

  test('a problem keeps its code, hint and fields', async () => {
    handle = (_, response) =>
      answer(response, 422, {
        title: 'Bad',
        detail: 'Some fields are wrong.',
        status: 422,
        code: 'invalid_input',
        hint: 'Correct them.',
        errors: [{ path: 'body.email', message: 'No e-mail address' }],
      });
    const error = await call(getSource, { params: { id: 's1' } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'invalid_input', hint: 'Correct them.', isTransient: false });
    expect(error instanceof ApiError && error.field('email')).toBe('No e-mail address');
  });

  test('a lost network is an error in words, and worth another try', async () => {
    handle = (request) => request.destroy();
    await expect(call(getMe, {})).rejects.toMatchObject({ status: 0, code: 'network', isTransient: true });
  });

  test('an aborted call throws the reason of its signal', async () => {
    handle = () => undefined;
    const aborter = new AbortController();
    const waiting = call(getMe, {}, { signal: aborter.signal });
    setTimeout(() => aborter.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
