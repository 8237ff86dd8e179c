import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { blockedUrls } from './blocked-urls.fixture.ts';
import { isPublicAddress } from './judge-address.ts';
import { judgeUrl } from './judge-url.ts';
import { openOutboundHttp, type OutboundHttp, type OutboundRequest } from './outbound-http.ts';

const noSignal = new AbortController().signal;
const codeOf = (error: unknown): unknown => (error instanceof AppError ? error.code : error);

describe('the judge of addresses', () => {
  test('refuses more than 200 ways to write what is not public', () => {
    expect(new Set(blockedUrls).size).toBeGreaterThan(300);
    const passed = blockedUrls.filter((url) => {
      try {
        judgeUrl(url, []);
        return true;
      } catch (error) {
        return codeOf(error) !== 'outbound_blocked';
      }
    });
    expect(passed).toEqual([]);
  });

  test.each([
    ['https://example.org', 'example.org', 443],
    ['http://example.org:8080/a?b#c', 'example.org', 8080],
    ['HTTPS://Example.ORG./', 'example.org', 443],
    ['https://8.8.8.8/', '8.8.8.8', 443],
    ['https://[2606:4700:4700::1111]/', '2606:4700:4700::1111', 443],
    ['https://münchen.de/', 'xn--mnchen-3ya.de', 443],
    ['https://उदाहरण.भारत/', 'xn--p1b6ci4b4b3a.xn--h2brj9c', 443],
    ['https://docs.google.com/spreadsheets/d/1/export?format=csv&gid=0', 'docs.google.com', 443],
    ['https://127.0.0.1.nip.io/', '127.0.0.1.nip.io', 443],
    ['https://example.org/@user/%00/..//', 'example.org', 443],
  ])('lets %s through, to be resolved', (url, hostname, port) => {
    expect(judgeUrl(url, [])).toMatchObject({ hostname, port, isAllowed: false });
  });

  test('believes an administrator, host by host', () => {
    expect(judgeUrl('http://10.0.0.5:9000/', ['10.0.0.5:9000']).isAllowed).toBe(true);
    expect(judgeUrl('http://kobo.lan:81/', ['kobo.lan']).isAllowed).toBe(true);
    expect(() => judgeUrl('http://10.0.0.5:9001/', ['10.0.0.5:9000'])).toThrow(/Port|public/);
    expect(() => judgeUrl('http://u:p@10.0.0.5:9000/', ['10.0.0.5:9000'])).toThrow(/user name/);
  });

  test('takes no IPv6 address that carries an IPv4 one, whatever that is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        for (const prefix of ['::ffff:', '::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::']) {
          expect(isPublicAddress(`${prefix}${v4}`)).toBe(false);
        }
      }),
    );
  });

  test('takes nothing that is not an address', () => {
    for (const nonsense of ['', 'x', '1.2.3', '08.8.8.8.8', '::g', 'fe80::1%eth0', '2606:4700::1%1']) {
      expect(isPublicAddress(nonsense)).toBe(false);
    }
  });
});

/** A server of our own, reachable only by an administrator's word, under names that the test resolves to it. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const hits: IncomingMessage[] = [];
async function serve(): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    hits.push(request);
    handle(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
const one = await serve();
const two = await serve();
let addressesOf: (hostname: string) => readonly string[];
const outbound: OutboundHttp = openOutboundHttp(
  { outboundAllowedHosts: [`one.test:${one.port}`, `two.test:${two.port}`, 'closed.test:9', 'nowhere.test'] },
  {
    resolve: async (hostname) => {
      const addresses = addressesOf(hostname);
      if (addresses.length === 0) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  },
);
const home = `http://one.test:${one.port}`;
const away = `http://two.test:${two.port}`;

beforeEach(() => {
  hits.length = 0;
  addressesOf = (hostname) => (hostname === 'nowhere.test' ? [] : ['127.0.0.1']);
  handle = (_request, response) => response.end('hello');
});
afterAll(async () => {
  await outbound[Symbol.asyncDispose]();
  for (const { server } of [one, two]) {
    server.closeAllConnections();
    server.close();
  }
});

const ask = (url: string, options: Partial<OutboundRequest> = {}) =>
  outbound.request(url, { signal: noSignal, ...options });
async function failureOf(promise: Promise<unknown>): Promise<[unknown, unknown]> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  return error instanceof AppError ? [error.code, error.where?.['kind']] : [error, undefined];
}

describe('asking another service', () => {
  test('keeps the name for the Host header and connects to the address that was judged', async () => {
    const answer = await ask(`${home}/data?x=1`, {
      headers: { 'X-Key': 'k', host: 'evil', connection: 'x' },
    });
    expect([answer.status, await text(answer.body)]).toEqual([200, 'hello']);
    expect(hits[0]?.headers).toMatchObject({ host: `one.test:${one.port}`, 'x-key': 'k' });
    expect(hits[0]?.url).toBe('/data?x=1');
  });

  test('never connects to a name that leads, wholly or partly, inside', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['::1'],
      ['8.8.8.8', '127.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['169.254.169.254'],
    ]) {
      addressesOf = () => addresses;
      expect(await failureOf(ask('http://rebind.example.org:8080/'))).toEqual([
        'outbound_blocked',
        'blocked',
      ]);
    }
    expect(hits).toEqual([]);
  });

  test('is not fooled by a name that changes its address between the check and the connection', async () => {
    let questions = 0;
    addressesOf = () => {
      questions += 1;
      // Public at first, inside from then on. 192.0.2.0/24 and friends are refused, so a real one that nobody answers at.
      return questions % 2 === 1 ? ['240.0.0.1'] : ['127.0.0.1'];
    };
    for (let round = 0; round < 6; round += 1) {
      expect((await failureOf(ask(`http://rebind.example.org:8080/${round}`)))[0]).toBe('outbound_blocked');
    }
    // One question for each connection: there is no second answer that could differ from the judged one.
    expect(questions).toBe(6);
    expect(hits).toEqual([]);
  });

  test('says what failed, without what the other side said', async () => {
    expect(await failureOf(ask('http://nowhere.test/'))).toEqual(['outbound_failed', 'dns']);
    expect(await failureOf(ask('http://closed.test:9/'))).toEqual(['outbound_failed', 'connect']);
    expect(await failureOf(ask(home.replace('http:', 'https:')))).toEqual(['outbound_failed', 'tls']);
    handle = (request) => request.socket.end('HTTP/1.1 200 secret-inside\r\nbroken');
    const error: unknown = await ask(home).catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('outbound_failed');
    expect(String(error)).not.toContain('secret');
  });

  test('gives up after its time, and at once when it is told to', async () => {
    handle = () => {};
    expect(await failureOf(ask(home, { timeoutMs: 100 }))).toEqual(['outbound_failed', 'timeout']);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('stopped')), 50);
    await expect(ask(home, { signal: stop.signal })).rejects.toThrow('stopped');
    handle = (_request, response) => {
      response.write('begin');
    };
    const slow = await ask(home, { timeoutMs: 200 });
    expect(await failureOf(text(slow.body))).toEqual(['outbound_failed', 'timeout']);
  });

  test('reads no more than it is allowed to, decompressed too', async () => {
    handle = (_request, response) => response.end('x'.repeat(10_000));
    const plain = await ask(home, { maxBytes: 9999 });
    expect(await failureOf(text(plain.body))).toEqual(['outbound_failed', 'too_large']);
    const bomb = Buffer.alloc(50_000_000);
    for (const [encoding, body] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ] as const) {
      handle = (_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body);
      const before = process.memoryUsage().rss;
      const answer = await ask(home, { maxBytes: 1_000_000 });
      expect(await failureOf(text(answer.body))).toEqual(['outbound_failed', 'too_large']);
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    }
    handle = (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('fine'));
    expect(await text((await ask(home)).body)).toBe('fine');
    handle = (_request, response) => response.writeHead(200, { 'x-long': 'x'.repeat(60_000) }).end();
    expect((await failureOf(ask(home)))[0]).toBe('outbound_failed');
  });

  test('that breaks off is an error, never a short answer', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    };
    const answer = await ask(home);
    expect((await failureOf(text(answer.body)))[0]).toBe('outbound_failed');
  });
});

describe('a redirect', () => {
  const redirectTo = (location: string, status = 302): void => {
    handle = (request, response) => {
      if (request.url === '/start') response.writeHead(status, { location }).end();
      else response.end('arrived');
    };
  };
  const headers = {
    authorization: 'Bearer secret',
    'X-Api-Key': 'secret',
    cookie: 'secret',
    accept: 'text/csv',
  };

  test('is not followed unless that was asked for', async () => {
    redirectTo('/next');
    const answer = await ask(`${home}/start`);
    expect(answer.status).toBe(302);
    expect(hits).toHaveLength(1);
    answer.body.destroy();
  });

  test('keeps credentials on the same origin and drops them for another', async () => {
    redirectTo('/next');
    const same = await ask(`${home}/start`, { headers, maxRedirects: 1 });
    expect(await text(same.body)).toBe('arrived');
    expect(hits[1]?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret' });
    hits.length = 0;
    redirectTo(`${away}/next`);
    const other = await ask(`${home}/start`, { headers, maxRedirects: 1 });
    expect(await text(other.body)).toBe('arrived');
    expect(other.url).toBe(`${away}/next`);
    expect(JSON.stringify(hits[1]?.headers)).not.toContain('secret');
    expect(hits[1]?.headers.accept).toBe('text/csv');
  });

  test.each([
    'http://127.0.0.1:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    '//localhost/',
    'file:///etc/passwd',
    'http://inside.example.org/',
    'http://u:p@one.test/',
  ])('to %s is judged like the first address', async (location) => {
    redirectTo(location);
    addressesOf = () => ['127.0.0.1'];
    expect((await failureOf(ask(`${home}/start`, { maxRedirects: 3 })))[0]).toBe('outbound_blocked');
    expect(hits).toHaveLength(1);
  });

  test('that goes in a circle ends', async () => {
    handle = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    expect(await failureOf(ask(home, { maxRedirects: 99 }))).toEqual(['outbound_failed', 'redirect']);
    expect(hits).toHaveLength(6);
  });

  test('makes a GET of a POST where the standard says so, and never sends a body to another site', async () => {
    const post = { method: 'POST', body: 'payload', maxRedirects: 1 } as const;
    redirectTo('/next', 303);
    await text((await ask(`${home}/start`, post)).body);
    expect(hits[1]?.method).toBe('GET');
    hits.length = 0;
    redirectTo('/next', 307);
    await text((await ask(`${home}/start`, post)).body);
    expect(hits[1]?.method).toBe('POST');
    redirectTo(`${away}/next`, 307);
    expect(await failureOf(ask(`${home}/start`, post))).toEqual(['outbound_failed', 'redirect']);
  });
});

test('a server that speaks no HTTP is an error with a plain sentence', async () => {
  const tcp = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const address = tcp.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using http = openOutboundHttp({ outboundAllowedHosts: ['127.0.0.1'] });
  const error: unknown = await http
    .request(`http://127.0.0.1:${port}/`, { signal: noSignal })
    .catch((reason: unknown) => reason);
  expect(codeOf(error)).toBe('outbound_failed');
  expect(String(error)).not.toContain('SSH');
  tcp.close();
});
