import { once } from 'node:events';
import { createServer } from 'node:http';

export interface ReceivedHook {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HookServer extends AsyncDisposable {
  readonly url: string;
  /** For OUTBOUND_ALLOWED_HOSTS. */
  readonly host: string;
  readonly received: readonly ReceivedHook[];
  /** Answers of the next requests, instead of 200; 0 breaks the connection after the request was taken. */
  answerNext(...statuses: readonly number[]): void;
}

/** A web server that takes what is posted to it, as Slack, Discord and people's own programs do. */
export async function startHookServer(): Promise<HookServer> {
  const received: ReceivedHook[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = answers.shift() ?? 200;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const host = `127.0.0.1:${address.port}`;
  return {
    url: `http://${host}`,
    host,
    received,
    answerNext: (...statuses) => void answers.push(...statuses),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
