import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';

export interface ReceivedMail {
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly source: string;
}

export interface MailServer extends AsyncDisposable {
  /** For SMTP_URL. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** The next messages are refused with these codes (451: later, 550: never). */
  refuseNext(...codes: readonly number[]): void;
}

/** A mail server as far as RFC 5321 needs one to take mail, that keeps what it gets. */
export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const refusals: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let to: string[] = [];
    let data: string | undefined;
    let pending = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 mail.test ready');
    socket.on('data', (chunk: string) => {
      pending += chunk;
      for (;;) {
        if (data !== undefined) {
          const end = pending.indexOf('\r\n.\r\n');
          if (end < 0) return;
          data = pending.slice(0, end);
          pending = pending.slice(end + 5);
          const refusal = refusals.shift();
          if (refusal === undefined) {
            mails.push({ to, source: data.replaceAll('\r\n..', '\r\n.') });
            say('250 kept');
          } else say(`${refusal} not this one`);
          to = [];
          data = undefined;
          continue;
        }
        const end = pending.indexOf('\r\n');
        if (end < 0) return;
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        const command = line.slice(0, 4).toUpperCase();
        if (command === 'EHLO') say('250-mail.test\r\n250 8BITMIME');
        else if (command === 'RCPT') {
          to.push(/<([^>]*)>/.exec(line)?.[1] ?? '');
          say('250 ok');
        } else if (command === 'DATA') {
          data = '';
          say('354 go on');
        } else if (command === 'QUIT') {
          say('221 bye');
          socket.end();
        } else say('250 ok');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    refuseNext: (...codes) => void refusals.push(...codes),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
