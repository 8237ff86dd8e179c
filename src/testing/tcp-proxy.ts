import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /**
   * What happens to connections once so many bytes came back through them: `cut` hangs up, `freeze` lets nothing
   * through any more, a function is waited for. Undefined: nothing.
   */
  trouble:
    | { readonly afterBytes: number; readonly does: 'cut' | 'freeze' | (() => Promise<unknown>) }
    | undefined;
}

/** A way to a port of this machine that can break: for tests of what speaks its own protocol over TCP. */
export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = keep(connect(port, host));
    keep(near).pipe(far);
    let bytes = 0;
    let isOver = false;
    far.on('data', (chunk) => {
      bytes += chunk.length;
      const { trouble } = proxy;
      if (trouble === undefined || isOver || bytes < trouble.afterBytes) {
        if (!isOver || typeof trouble?.does === 'function') near.write(chunk);
        return;
      }
      isOver = true;
      if (trouble.does === 'cut') {
        near.destroy();
        far.destroy();
      } else if (trouble.does !== 'freeze') {
        far.pause();
        void trouble.does().finally(() => {
          near.write(chunk);
          far.resume();
        });
      }
    });
    far.on('close', () => near.end());
    near.on('close', () => far.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const proxy: TcpProxy = {
    port: address.port,
    trouble: undefined,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
