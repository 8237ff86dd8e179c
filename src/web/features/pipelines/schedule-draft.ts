import type { EndpointInput } from '#contracts/endpoint';
import type { Frequency, MissedPolicy, OverlapPolicy, Schedule, setSchedule } from '#contracts/pipelines';

/** The schedule form while one edits: every field keeps its value when another frequency is tried. */
export interface ScheduleDraft {
  readonly frequency: Frequency;
  /** HH:MM of daily and weekly. */
  readonly time: string;
  /** 0–59, of hourly. */
  readonly minute: number;
  readonly dayOfWeek: number;
  /** 1–31; 31 is the last day of every month. */
  readonly dayOfMonth: number;
  readonly everyMinutes: number;
  /** '' while none is chosen. */
  readonly afterPipelineId: string;
  readonly missed: MissedPolicy;
  readonly overlap: OverlapPolicy;
  readonly cron: string;
  readonly timezone: string;
}

/** The form for a schedule; a pipeline without one starts at a time when nobody works and the data of the day is in. */
export function draftOf(schedule: Schedule | null, timezone: string): ScheduleDraft {
  const time = schedule?.run_at ?? schedule?.run_at_time ?? '06:00';
  return {
    frequency: schedule?.frequency ?? 'manual',
    time: schedule?.frequency === 'hourly' ? '06:00' : time,
    minute: schedule?.frequency === 'hourly' ? Number(time.slice(3)) : 0,
    dayOfWeek: schedule?.day_of_week ?? schedule?.run_at_day ?? 0,
    dayOfMonth: schedule?.day_of_month ?? 1,
    everyMinutes: schedule?.every_minutes ?? 15,
    afterPipelineId: schedule?.after_pipeline_id ?? '',
    missed: schedule?.missed ?? 'run_once',
    overlap: schedule?.overlap ?? 'queue',
    cron: schedule?.cron ?? '0 6 * * 1-5',
    timezone: schedule?.timezone ?? timezone,
  };
}

type ScheduleBody = EndpointInput<typeof setSchedule>['body'];

/** What to send: only the fields that the frequency has. */
export function bodyOf(draft: ScheduleDraft, isActive: boolean): ScheduleBody {
  const base = {
    frequency: draft.frequency,
    timezone: draft.timezone,
    is_active: isActive,
    missed: draft.missed,
    overlap: draft.overlap,
  };
  switch (draft.frequency) {
    case 'manual':
    case 'arrival':
      return base;
    case 'hourly':
      return { ...base, run_at: `00:${String(draft.minute).padStart(2, '0')}` };
    case 'daily':
      return { ...base, run_at: draft.time };
    case 'monthly':
      return { ...base, run_at: draft.time, day_of_month: draft.dayOfMonth };
    case 'every':
      return { ...base, every_minutes: draft.everyMinutes };
    case 'after':
      return { ...base, after_pipeline_id: draft.afterPipelineId };
    case 'weekly':
      return { ...base, run_at: draft.time, day_of_week: draft.dayOfWeek };
    case 'cron':
      return { ...base, cron: draft.cron.trim() };
    default:
      return draft.frequency satisfies never;
  }
}

/** What is wrong with the form, by field; empty when it can be sent. */
export function problemsOf(draft: ScheduleDraft): {
  readonly time?: string;
  readonly minute?: string;
  readonly cron?: string;
  readonly every?: string;
  readonly day?: string;
  readonly after?: string;
} {
  if (draft.frequency === 'cron' && draft.cron.trim().split(/\s+/).length !== 5) {
    return {
      cron: 'Five parts with spaces between: minute, hour, day, month, day of the week. For instance 0 6 * * 1-5',
    };
  }
  if (draft.frequency === 'every' && !isWhole(draft.everyMinutes, 1, 10_080)) {
    return { every: 'Enter a number of minutes from 1 to 10080 (a week)' };
  }
  if (draft.frequency === 'monthly' && !isWhole(draft.dayOfMonth, 1, 31)) {
    return { day: 'Enter a day from 1 to 31' };
  }
  if (draft.frequency === 'after' && draft.afterPipelineId === '') {
    return { after: 'Choose the pipeline after which this one runs' };
  }
  const needsTime = ['daily', 'weekly', 'monthly'].includes(draft.frequency);
  if (needsTime && !/^([01]\d|2[0-3]):[0-5]\d$/.test(draft.time))
    return { time: 'Enter a time, for instance 06:00' };
  if (draft.frequency === 'hourly' && !isWhole(draft.minute, 0, 59)) {
    return { minute: 'Enter a number from 0 to 59' };
  }
  return {};
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to;
}
