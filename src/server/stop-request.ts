/** Why a process is asked to end, and the exit code that says so. */
export type StopReason = { readonly why: string; readonly exitCode: number };

export type StopRequest = {
  /** Aborts when the end is asked for. */
  readonly signal: AbortSignal;
  /** Resolves when the end is asked for. */
  readonly asked: Promise<StopReason>;
  /** Asks for it from inside. */
  ask(reason: StopReason): void;
};

/** A second Ctrl-C within this time is the same keypress, seen twice: by npm's process group and passed on by it. */
const samePressMs = 300;

/**
 * Listens for every way in which this process is asked to end: SIGINT, SIGTERM, SIGHUP, and the end of the process
 * that started it (its IPC channel closes, also by `kill -9`). A second Ctrl-C ends it at once.
 *
 * @param options.ignoreInterrupt for a child whose parent gets the same Ctrl-C and ends it in order.
 */
export function listenForStop(options: { readonly ignoreInterrupt?: boolean } = {}): StopRequest {
  const stopping = new AbortController();
  const { promise, resolve } = Promise.withResolvers<StopReason>();
  let askedAt = 0;
  const ask = (reason: StopReason): void => {
    if (askedAt > 0) return;
    askedAt = Date.now();
    resolve(reason);
    stopping.abort(new Error(reason.why));
  };
  process.on('SIGINT', () => {
    if (options.ignoreInterrupt === true) return;
    if (askedAt > 0 && Date.now() - askedAt > samePressMs) process.exit(130);
    ask({ why: 'Ctrl-C', exitCode: 0 }); // what the user wanted has happened: npm need not report a failure
  });
  process.on('SIGTERM', () => {
    ask({ why: 'SIGTERM', exitCode: 0 });
  });
  process.on('SIGHUP', () => {
    ask({ why: 'the terminal was closed', exitCode: 0 });
  });
  if (process.connected) {
    process.on('disconnect', () => {
      ask({ why: 'the process that started this one ended', exitCode: 0 });
    });
  }
  return { signal: stopping.signal, asked: promise, ask };
}

/** Releases `resource`, but does not wait for longer than `patienceMs`; says whether it was done by then. */
export async function releaseWithin(resource: AsyncDisposable, patienceMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, patienceMs, false);
  try {
    return await Promise.race([resource[Symbol.asyncDispose]().then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}
