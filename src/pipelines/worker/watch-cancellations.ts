import { Client } from 'pg';
import { AppError } from '#platform/errors';
import type { OrganizationId, RunId } from '#platform/ids';
import type { Services } from '#platform/services';

/** Wakes the worker that executes a run; the payload is the run's id. */
export const CANCEL_CHANNEL = 'dalgo_cancel';

/** Milliseconds after which a cancellation is seen when its notification was lost (a broken connection). */
const POLL_MS = 750;

export interface Cancellations {
  /** The signal aborts when the run is cancelled. Release it when the step has ended. */
  watch(run: { readonly organizationId: OrganizationId; readonly runId: RunId }): {
    readonly signal: AbortSignal;
    release(): void;
  };
  close(): Promise<void>;
}

/**
 * Turns a cancellation, which is a column of the run set by any process, into the abort signal of what this worker is
 * doing for it: by notification at once, by looking every 750 ms in any case.
 */
export function watchCancellations(services: Pick<Services, 'database' | 'log'>): Cancellations {
  const watched = new Map<RunId, Set<AbortController>>();
  let closed = false;
  let listener: Client | undefined;

  function abort(runId: RunId): void {
    for (const controller of watched.get(runId) ?? []) {
      controller.abort(new AppError('run_cancelled', 'The run was cancelled.'));
    }
  }

  async function look(): Promise<void> {
    const runs = [...watched.keys()];
    if (runs.length === 0) return;
    const cancelled = await services.database.withSystem((trx) =>
      trx
        .selectFrom('pipeline_runs')
        .select('id')
        .where('id', 'in', runs)
        .where((where) =>
          where.or([
            where('cancel_requested_at', 'is not', null),
            where('status', 'not in', ['queued', 'running']),
          ]),
        )
        .execute(),
    );
    for (const run of cancelled) abort(run.id);
  }

  async function listen(): Promise<void> {
    const client = new Client({
      connectionString: services.database.appUrl,
      application_name: 'dalgo-lite listener',
    });
    client.on('error', () => {
      if (listener === client) listener = undefined;
    });
    client.on('end', () => {
      if (listener === client) listener = undefined;
    });
    // The channel carries ids only.
    client.on('notification', (message) => abort((message.payload ?? '') as RunId));
    await client.connect();
    await client.query(`LISTEN ${CANCEL_CHANNEL}`);
    if (closed) await client.end();
    else listener = client;
  }

  let timer: NodeJS.Timeout | undefined;
  async function tick(): Promise<void> {
    try {
      if (listener === undefined) await listen();
      await look();
    } catch (error) {
      services.log.debug({ err: error }, 'looking for cancellations failed; it is tried again');
    }
    if (!closed) timer = setTimeout(() => void tick(), POLL_MS);
  }
  void tick();

  return {
    watch(run) {
      const controller = new AbortController();
      const controllers = watched.get(run.runId) ?? new Set();
      watched.set(run.runId, controllers.add(controller));
      return {
        signal: controller.signal,
        release() {
          controllers.delete(controller);
          if (controllers.size === 0) watched.delete(run.runId);
        },
      };
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await listener?.end();
    },
  };
}
