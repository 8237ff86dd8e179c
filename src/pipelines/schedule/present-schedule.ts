import type { Schedule } from '#contracts/pipelines';
import { AppError } from '#platform/errors';
import type { RowOf } from '#platform/database/tables';
import { nextRuns, type ScheduleTimes } from './next-runs.ts';

/** How many of the coming times a schedule shows. */
const SHOWN = 5;

/** Coming times; none when the schedule is paused, manual, or can never fire. */
function comingTimes(schedule: ScheduleTimes & { readonly is_active: boolean }, now: number): number[] {
  if (!schedule.is_active) return [];
  try {
    return nextRuns(schedule, now, SHOWN);
  } catch (error) {
    if (error instanceof AppError && error.code === 'schedule_invalid') return [];
    throw error;
  }
}

export function presentSchedule(row: RowOf<'schedules'>, now: number): Schedule {
  return {
    frequency: row.frequency,
    run_at: row.run_at,
    run_at_time: row.run_at,
    day_of_week: row.day_of_week,
    run_at_day: row.day_of_week,
    day_of_month: row.day_of_month,
    every_minutes: row.every_minutes,
    after_pipeline_id: row.after_pipeline_id,
    missed: row.missed,
    overlap: row.overlap,
    cron: row.cron,
    timezone: row.timezone,
    is_active: row.is_active,
    next_run_at: row.next_run_at?.toISOString() ?? null,
    next_runs: comingTimes(row, now).map((time) => new Date(time).toISOString()),
  };
}
