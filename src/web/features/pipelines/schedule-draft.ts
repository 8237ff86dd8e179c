import type { EndpointInput } from '#contracts/endpoint';
import type { Frequency, Schedule, setSchedule } from '#contracts/pipelines';

/** The schedule form while one edits: every field keeps its value when another frequency is tried. */
export interface ScheduleDraft {
  readonly frequency: Frequency;
  /** HH:MM of daily and weekly. */
  readonly time: string;
  /** 0–59, of hourly. */
  readonly minute: number;
  readonly dayOfWeek: number;
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
    cron: schedule?.cron ?? '0 6 * * 1-5',
    timezone: schedule?.timezone ?? timezone,
  };
}

type ScheduleBody = EndpointInput<typeof setSchedule>['body'];

/** What to send: only the fields that the frequency has. */
export function bodyOf(draft: ScheduleDraft, isActive: boolean): ScheduleBody {
  const base = { frequency: draft.frequency, timezone: draft.timezone, is_active: isActive };
  switch (draft.frequency) {
    case 'manual':
      return base;
    case 'hourly':
      return { ...base, run_at: `00:${String(draft.minute).padStart(2, '0')}` };
    case 'daily':
      return { ...base, run_at: draft.time };
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
} {
  if (draft.frequency === 'cron' && draft.cron.trim().split(/\s+/).length !== 5) {
    return {
      cron: 'Five parts with spaces between: minute, hour, day, month, day of the week. For instance 0 6 * * 1-5',
    };
  }
  const needsTime = draft.frequency === 'daily' || draft.frequency === 'weekly';
  if (needsTime && !/^([01]\d|2[0-3]):[0-5]\d$/.test(draft.time))
    return { time: 'Enter a time, for instance 06:00' };
  if (
    draft.frequency === 'hourly' &&
    !(Number.isInteger(draft.minute) && draft.minute >= 0 && draft.minute <= 59)
  ) {
    return { minute: 'Enter a number from 0 to 59' };
  }
  return {};
}
