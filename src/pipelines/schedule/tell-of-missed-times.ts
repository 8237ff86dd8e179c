import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, PipelineId } from '#platform/ids';
import { notify } from '../notifications/notify.ts';

/** Milliseconds after its time from which on a schedule counts as missed: nothing was there to fire it. */
export const MISSED_AFTER_MS = 5 * 60_000;

/** “Sun 1 Mar, 06:00 (Asia/Kolkata)”: in the schedule's own time, in which it is meant. */
export function scheduleTimeWords(time: number, timezone: string): string {
  const words = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
  });
  return `${words.format(time)} (${timezone})`;
}

const outcomes = {
  runs_now: {
    words: 'It runs now, once for all of them.',
    advice: 'Nothing to do, unless it happens again.',
  },
  skipped: {
    words: 'It was left out, as its schedule says, and runs at its next time.',
    advice: 'Run it now if its tables must be up to date before that.',
  },
  nobody: {
    words: 'Nothing fires schedules at the moment.',
    advice: 'Ask your administrator whether a worker is running (`npm run dalgo -- doctor`).',
  },
} as const;

/** Tells once that a pipeline did not run at its times, whoever notices it. */
export async function tellOfMissedTimes(
  trx: MetadataTransaction,
  organizationId: OrganizationId,
  missed: {
    readonly pipeline: { readonly id: PipelineId; readonly name: string };
    readonly timezone: string;
    /** In order; the first names the occurrence. */
    readonly times: readonly [number, ...number[]];
    readonly outcome: keyof typeof outcomes;
  },
): Promise<void> {
  const { pipeline, times, timezone } = missed;
  const [first] = times;
  const { words, advice } = outcomes[missed.outcome];
  const when =
    times.length === 1
      ? `It should have run on ${scheduleTimeWords(first, timezone)}, while nothing was there to run it.`
      : `It should have run ${times.length} times since ${scheduleTimeWords(first, timezone)}, while nothing was there to run it.`;
  await notify(trx, organizationId, {
    occurrence: `did_not_run ${pipeline.id} ${new Date(first).toISOString()}`,
    kind: 'did_not_run',
    severity: missed.outcome === 'runs_now' ? 'warning' : 'error',
    title: `“${pipeline.name}” did not run`,
    content: {
      reason: `${when} ${words}`,
      affected: missed.outcome === 'runs_now' ? [] : [pipeline.name],
      advice,
    },
    path: `/pipelines/${pipeline.id}`,
    pipelineId: pipeline.id,
    runId: null,
  });
}
