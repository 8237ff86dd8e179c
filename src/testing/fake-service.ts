import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ServiceCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a service answers: JSON, or how it goes wrong. */
export type ServiceReply =
  | { readonly json: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly text: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** Announces more than it sends, and hangs up. */
  | { readonly cut: string }
  | { readonly reset: true }
  /** Sends a piece of a document now and then, and never the end of it. */
  | { readonly drip: string; readonly everyMs: number };

export interface FakeService extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string;
  /** `host:port`, for OUTBOUND_ALLOWED_HOSTS. */
  readonly host: string;
  readonly calls: ServiceCall[];
  /** Replies that are given first, one each. */
  readonly faults: ServiceReply[];
}

/** A service on this machine that answers as `answer` says: for tests of what speaks to services over HTTP. */
export async function startFakeService(
  answer: (call: ServiceCall) => ServiceReply | Promise<ServiceReply>,
  port = 0,
): Promise<FakeService> {
  const calls: ServiceCall[] = [];
  const faults: ServiceReply[] = [];
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = {
      method: request.method ?? 'GET',
      url: new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`),
      headers: request.headers,
      body: await text(request),
    };
    calls.push(call);
    send(response, faults.shift() ?? (await answer(call)));
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    host: `127.0.0.1:${address.port}`,
    calls,
    faults,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, reply: ServiceReply): void {
  if ('reset' in reply) {
    response.socket?.resetAndDestroy();
  } else if ('cut' in reply) {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': reply.cut.length + 1000,
    });
    response.write(reply.cut, () => response.socket?.destroy());
  } else if ('drip' in reply) {
    response.writeHead(200, { 'content-type': 'application/json' });
    const { drip, everyMs } = reply;
    response.write(drip);
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  } else if ('json' in reply) {
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.json));
  } else {
    response.writeHead(reply.status ?? 200, { 'content-type': 'text/html', ...reply.headers });
    response.end(reply.text);
  }
}
