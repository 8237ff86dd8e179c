import { createServer } from 'node:net';
import { AppError } from '#platform/errors';

/** Tries the address before anything slow begins. Throws `port_in_use`, or `configuration_invalid` for a host that is not ours. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return; // any free one
  const probe = createServer();
  const error = await new Promise<unknown>((resolve) => {
    probe.once('error', resolve);
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(undefined);
      });
    });
  });
  if (error !== undefined) throw await asListenError(error, host, port);
}

/** What to say when the server cannot listen. */
export async function asListenError(error: unknown, host: string, port: number): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
    const ours = await isDalgoLite(url);
    return new AppError(
      'port_in_use',
      ours
        ? `Something answers at ${url} already, probably Dalgo Lite itself.`
        : `Port ${port} is taken by another program.`,
      {
        hint: ours
          ? `Open ${url}, stop that one first, or choose another port: PORT=${port + 1} npm start`
          : `Stop that program, or choose another port: PORT=${port + 1} npm start`,
        cause: error,
      },
    );
  }
  if (code === 'EACCES') {
    return new AppError('port_in_use', `This user may not listen on port ${port}.`, {
      hint: 'Ports below 1024 belong to root: choose another with PORT, for example PORT=3001 npm start.',
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new AppError('configuration_invalid', `HOST=${host} is not an address of this machine.`, {
      hint: 'Use HOST=127.0.0.1 for this machine alone, or HOST=0.0.0.0 for the network.',
      cause: error,
    });
  }
  return error;
}

async function isDalgoLite(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(500) })).ok;
  } catch {
    return false; // no web server, or none that answers in time
  }
}
