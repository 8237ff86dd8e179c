import type { Schedule } from '#contracts/pipelines';

/** 0 = Monday, as the API counts. */
export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

type ScheduleFields = Pick<
  Schedule,
  | 'frequency'
  | 'run_at'
  | 'run_at_time'
  | 'day_of_week'
  | 'run_at_day'
  | 'day_of_month'
  | 'every_minutes'
  | 'cron'
  | 'timezone'
  | 'is_active'
>;

/**
 * When a pipeline runs by itself, as one would say it.
 * @param timezone of the organization; another one is named.
 * @example scheduleWords(schedule, 'Asia/Kolkata') // "Every day at 06:00"
 */
export function scheduleWords(schedule: ScheduleFields | null, timezone: string): string {
  if (schedule === null || schedule.frequency === 'manual') return 'Only when you run it';
  const words = rhythmWords(schedule);
  const place =
    ['every', 'after', 'arrival'].includes(schedule.frequency) || schedule.timezone === timezone
      ? ''
      : ` (${schedule.timezone.replaceAll('_', ' ')})`;
  return schedule.is_active ? words + place : `Paused — ${lowerFirst(words)}${place}`;
}

function rhythmWords(schedule: ScheduleFields): string {
  const time = schedule.run_at ?? schedule.run_at_time ?? '00:00';
  switch (schedule.frequency) {
    case 'manual':
      return 'Only when you run it';
    case 'hourly':
      return hourlyWords(Number(time.slice(3)));
    case 'daily':
      return `Every day at ${time}`;
    case 'every':
      return everyWords(schedule.every_minutes ?? 0);
    case 'monthly':
      return `${dayOfMonthWords(schedule.day_of_month ?? 1)} at ${time}`;
    case 'after':
      return 'After another pipeline has succeeded';
    case 'arrival':
      return 'Whenever new data comes into one of its sources';
    case 'weekly':
      return `Every ${weekdays[schedule.day_of_week ?? schedule.run_at_day ?? 0] ?? 'week'} at ${time}`;
    case 'cron':
      return cronWords(schedule.cron ?? '');
    default:
      return schedule.frequency satisfies never;
  }
}

/** "Every 15 minutes", "Every 2 hours". */
export function everyWords(minutes: number): string {
  if (minutes === 1) return 'Every minute';
  if (minutes === 60) return 'Every hour';
  return minutes % 60 === 0 ? `Every ${minutes / 60} hours` : `Every ${minutes} minutes`;
}

/** 31 is the last day, whatever its number; 29 and 30 are too in a month that has fewer. */
export function dayOfMonthWords(day: number): string {
  if (day >= 31) return 'On the last day of every month';
  return `On day ${day} of every month${day > 28 ? ' (or its last)' : ''}`;
}

function hourlyWords(minute: number): string {
  return minute === 0 ? 'Every hour, on the hour' : `Every hour at ${String(minute).padStart(2, '0')} past`;
}

/** The usual shapes of a cron expression in words; the others as they are. 0 and 7 are Sunday there. */
export function cronWords(cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.trim().split(/\s+/);
  if (month === '*' && day === '*' && weekday === '*') {
    const minutes = /^\*\/(\d{1,2})$/.exec(minute)?.[1];
    if (minutes !== undefined && hour === '*') return `Every ${minutes} minutes`;
    const hours = /^\*\/(\d{1,2})$/.exec(hour)?.[1];
    if (hours !== undefined && isNumber(minute))
      return `Every ${hours} hours, at ${minute.padStart(2, '0')} past`;
    if (hour === '*' && isNumber(minute)) return hourlyWords(Number(minute));
  }
  if (!isNumber(minute) || !isNumber(hour) || month !== '*') return `Custom times (${cron})`;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (day === '*') {
    const days = weekdayWords(weekday);
    if (days !== undefined) return `Every ${days} at ${time}`;
  }
  if (isNumber(day) && weekday === '*') return `On day ${Number(day)} of every month at ${time}`;
  return `Custom times (${cron})`;
}

function weekdayWords(field: string): string | undefined {
  if (field === '*') return 'day';
  if (field === '1-5') return 'weekday';
  const numbers = field.split(',').map((part) => (/^[0-7]$/.test(part) ? (Number(part) + 6) % 7 : -1));
  const names = numbers.map((number) => weekdays[number]);
  if (names.some((name) => name === undefined)) return undefined;
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(
    names.filter((name) => name !== undefined),
  );
}

function isNumber(text: string): boolean {
  return /^\d{1,2}$/.test(text);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
