import type { Frequency } from '#contracts/pipelines';
import { AppError } from '#platform/errors';
import { parseCron, type Cron } from './parse-cron.ts';

/** When a pipeline runs by itself, in the wall-clock time of a place. */
export interface ScheduleTimes {
  readonly frequency: Frequency;
  /** HH:MM; for hourly only the minutes count. */
  readonly run_at: string | null;
  /** 0 = Monday … 6 = Sunday. */
  readonly day_of_week: number | null;
  /** 1–31, of monthly. */
  readonly day_of_month: number | null;
  /** Of every. */
  readonly every_minutes: number | null;
  readonly cron: string | null;
  /** IANA name. */
  readonly timezone: string;
}

/** 29 February can be eight years away (1896–1904, 2096–2104). */
const HORIZON_DAYS = 8 * 366 + 2;

const everything = (from: number, to: number): ReadonlySet<number> =>
  new Set(Array.from({ length: to - from + 1 }, (_, index) => from + index));
const anyDay = { daysOfMonth: everything(1, 31), months: everything(1, 12), eitherDay: false } as const;

/** A cron that may mean the last day of a month by a day that the month does not have. */
interface WallClock extends Cron {
  readonly orLastDay?: boolean;
}

/** Every frequency of wall-clock times is a special case of cron; null = it has none. */
function asCron(schedule: ScheduleTimes): WallClock | null {
  const [hour = 0, minute = 0] = (schedule.run_at ?? '00:00').split(':').map(Number);
  const daysOfWeek = everything(0, 6);
  switch (schedule.frequency) {
    case 'manual':
    case 'after':
    case 'arrival':
    case 'every':
      return null;
    case 'hourly':
      return { ...anyDay, daysOfWeek, hours: everything(0, 23), minutes: new Set([minute]) };
    case 'daily':
      return { ...anyDay, daysOfWeek, hours: new Set([hour]), minutes: new Set([minute]) };
    case 'weekly':
      return {
        ...anyDay,
        // Ours begins on Monday, cron's on Sunday.
        daysOfWeek: new Set([((schedule.day_of_week ?? 0) + 1) % 7]),
        hours: new Set([hour]),
        minutes: new Set([minute]),
      };
    case 'monthly':
      return {
        ...anyDay,
        daysOfMonth: new Set([schedule.day_of_month ?? 1]),
        orLastDay: true,
        daysOfWeek,
        hours: new Set([hour]),
        minutes: new Set([minute]),
      };
    case 'cron':
      return parseCron(schedule.cron ?? '');
    default:
      return schedule.frequency satisfies never;
  }
}

function firesOn(cron: WallClock, date: Temporal.PlainDate): boolean {
  if (!cron.months.has(date.month)) return false;
  const isLastDay = date.day === date.daysInMonth;
  const dayOfMonth =
    cron.daysOfMonth.has(date.day) ||
    (cron.orLastDay === true && isLastDay && [...cron.daysOfMonth].some((day) => day > date.day));
  const dayOfWeek = cron.daysOfWeek.has(date.dayOfWeek % 7);
  return cron.eitherDay ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
}

/** A name that the runtime's time zone database knows; offsets like +05:30 have no daylight saving and are refused. */
export function isTimezone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Times at even distances, also through clock changes, counted from a midnight of the place: every 15 minutes is at :00,
 * :15, :30 and :45 by its clock, every 120 minutes at even hours (but for daylight saving).
 */
function everyMinutes(schedule: ScheduleTimes, after: number, count: number): number[] {
  const step = (schedule.every_minutes ?? 0) * 60_000;
  if (!(step > 0)) {
    const message = 'Say how many minutes lie between two runs.';
    throw new AppError('schedule_invalid', message, { errors: [{ path: 'every_minutes', message }] });
  }
  // A winter midnight that every zone had; any fixed one would do.
  const anchor = Temporal.PlainDate.from('2000-01-03').toZonedDateTime(schedule.timezone).epochMilliseconds;
  const first = anchor + (Math.floor((after - anchor) / step) + 1) * step;
  return Array.from({ length: count }, (_, index) => first + index * step);
}

/**
 * The next times at which a schedule fires, strictly after `after` (milliseconds since 1970), in order.
 *
 * Each wall-clock time fires once. One that a clock change leaves out moves on by as much as the clock did; one that
 * occurs twice fires the first time. Empty for a schedule without times (manual, after).
 *
 * @throws AppError schedule_invalid when it can never fire.
 * @example nextRuns({ frequency: 'daily', run_at: '06:00', day_of_week: null, cron: null, timezone: 'Asia/Kolkata' }, Date.now(), 5)
 */
export function nextRuns(schedule: ScheduleTimes, after: number, count: number): number[] {
  const cron = asCron(schedule);
  if (cron === null && schedule.frequency !== 'every') return [];
  if (!isTimezone(schedule.timezone)) {
    const message = `“${schedule.timezone}” is not a known timezone; use a name like Asia/Kolkata.`;
    throw new AppError('schedule_invalid', message, { errors: [{ path: 'timezone', message }] });
  }
  if (cron === null) return everyMinutes(schedule, after, count);
  const hours = [...cron.hours].toSorted((a, b) => a - b);
  const minutes = [...cron.minutes].toSorted((a, b) => a - b);
  const found: number[] = [];
  // Times may still move behind those of the next day, where a clock change begins just before midnight.
  let waiting: number[] = [];
  // One day back: a time of yesterday that a clock change left out can be later than `after`.
  let date = Temporal.Instant.fromEpochMilliseconds(after)
    .toZonedDateTimeISO(schedule.timezone)
    .toPlainDate()
    .subtract({ days: 1 });
  for (let day = 0; day <= HORIZON_DAYS + 1 && found.length < count; day += 1) {
    if (firesOn(cron, date)) {
      for (const hour of hours) {
        for (const minute of minutes) {
          const time = date.toPlainDateTime({ hour, minute });
          // 'compatible': a time in a gap moves on by the gap, one in an overlap is the first of the two.
          waiting.push(
            time.toZonedDateTime(schedule.timezone, { disambiguation: 'compatible' }).epochMilliseconds,
          );
        }
      }
    }
    date = date.add({ days: 1 });
    if (waiting.length > 0) {
      const settled = date.toZonedDateTime(schedule.timezone).epochMilliseconds;
      waiting.sort((a, b) => a - b);
      const later: number[] = [];
      for (const time of waiting) {
        if (time >= settled) later.push(time);
        else if (time > (found.at(-1) ?? after) && found.length < count) found.push(time);
      }
      waiting = later;
    }
  }
  if (found.length === 0) {
    const message = 'This schedule never fires: there is no such day.';
    throw new AppError('schedule_invalid', message, { errors: [{ path: 'cron', message }] });
  }
  return found;
}
