import type { Frequency, MissedPolicy, OverlapPolicy } from '#contracts/pipelines';
import { AppError } from '#platform/errors';
import type { ScheduleTimes } from './next-runs.ts';

export interface ScheduleInput {
  readonly frequency: Frequency;
  readonly run_at?: string | null | undefined;
  readonly day_of_week?: number | null | undefined;
  readonly day_of_month?: number | null | undefined;
  readonly every_minutes?: number | null | undefined;
  readonly cron?: string | null | undefined;
  readonly after_pipeline_id?: string | null | undefined;
  readonly timezone?: string | undefined;
  readonly is_active?: boolean | undefined;
  readonly missed?: MissedPolicy | undefined;
  readonly overlap?: OverlapPolicy | undefined;
}

/** Early enough that people find the result when they come, late enough that the day before is complete. */
const DEFAULT_TIME = '06:00';

function required(path: string, message: string): AppError {
  return new AppError('schedule_invalid', message, { errors: [{ path, message }] });
}

/** Keeps of the input what the frequency uses, so that a schedule says nothing that does not hold. */
export function timesOf(input: ScheduleInput, timezone: string): ScheduleTimes {
  const { frequency } = input;
  const timed = ['hourly', 'daily', 'weekly', 'monthly'].includes(frequency);
  if (frequency === 'cron' && (input.cron ?? '').trim() === '') {
    throw required('cron', 'Give the cron expression, for instance 0 6 * * mon-fri');
  }
  if (frequency === 'every' && input.every_minutes == null) {
    throw required('every_minutes', 'Say how many minutes lie between two runs.');
  }
  return {
    frequency,
    run_at: timed ? (input.run_at ?? (frequency === 'hourly' ? '00:00' : DEFAULT_TIME)) : null,
    day_of_week: frequency === 'weekly' ? (input.day_of_week ?? 0) : null,
    day_of_month: frequency === 'monthly' ? (input.day_of_month ?? 1) : null,
    every_minutes: frequency === 'every' ? (input.every_minutes ?? null) : null,
    cron: frequency === 'cron' ? (input.cron ?? '').trim() : null,
    timezone,
  };
}
