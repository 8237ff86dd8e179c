import type { ScheduleTimes } from '../next-runs.ts';

// What a schedule means, worked out from nothing but `Intl.DateTimeFormat`: which offset a zone has at an instant. The
// program uses Temporal and its arithmetic; here every minute of a span is looked at by itself.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Minutes by which the clocks of a zone are ahead of UTC. */
function offsetReader(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (time) => {
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = format
      .format(time)
      .split(/[/,: ]+/)
      .map(Number);
    return Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - time) / MINUTE);
  };
}

/** A zone's offsets over a span: each holds from its time until the next one's. */
export interface Offsets {
  readonly zone: string;
  readonly pieces: readonly { readonly from: number; readonly offset: number }[];
}

/** Finds the clock changes of a zone, looking at each day and then closer. */
export function readOffsets(zone: string, from: number, to: number): Offsets {
  const offsetAt = offsetReader(zone);
  let before = offsetAt(from);
  const pieces = [{ from, offset: before }];
  for (let time = from; time < to; time += DAY) {
    const offset = offsetAt(time + DAY);
    if (offset === before) continue;
    let low = time;
    let high = time + DAY;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    pieces.push({ from: high, offset });
    before = offset;
  }
  return { zone, pieces };
}

/** The instants at which the clocks change. */
export function changesOf({ pieces }: Offsets): readonly number[] {
  return pieces.slice(1).map((piece) => piece.from);
}

/** Whether a wall-clock minute, told in milliseconds as if it were UTC, is one of the schedule's. */
function isWanted(schedule: ScheduleTimes, wall: number): boolean {
  const date = new Date(wall);
  const minute = date.getUTCMinutes();
  const hour = date.getUTCHours();
  const [atHour, atMinute] = (schedule.run_at ?? '0:0').split(':').map(Number);
  if (schedule.frequency === 'cron') return cronWants(schedule.cron ?? '', date);
  if (minute !== atMinute) return false;
  if (schedule.frequency === 'hourly') return true;
  if (hour !== atHour) return false;
  if (schedule.frequency === 'daily') return true;
  if (schedule.frequency === 'weekly') return (date.getUTCDay() + 6) % 7 === schedule.day_of_week;
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(schedule.day_of_month ?? 1, last);
}

/** Fields of numbers, ranges and steps. Days of month and of week are not given together. */
function cronWants(cron: string, date: Date): boolean {
  let fields = parsedCrons.get(cron);
  if (fields === undefined) {
    fields = cron.split(' ').map(valuesOf);
    parsedCrons.set(cron, fields);
  }
  const [minutes, hours, days, months, weekdays] = fields;
  return (
    minutes?.has(date.getUTCMinutes()) === true &&
    hours?.has(date.getUTCHours()) === true &&
    days?.has(date.getUTCDate()) === true &&
    months?.has(date.getUTCMonth() + 1) === true &&
    weekdays?.has(date.getUTCDay()) === true
  );
}
const parsedCrons = new Map<string, readonly ReadonlySet<number>[]>();

function valuesOf(field: string, index: number): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '*', step = '1'] = part.split('/');
    const least = index === 2 || index === 3 ? 1 : 0;
    const [low = 0, high = low] = range === '*' ? [least, 59] : range.split('-').map(Number);
    for (let value = low; value <= high; value += Number(step)) values.add(value);
  }
  return values;
}

/** The times in (after, until] at which a schedule of wall-clock times fires. */
export function expectedTimes(
  schedule: ScheduleTimes,
  offsets: Offsets,
  after: number,
  until: number,
): number[] {
  const near = offsets.pieces.filter((piece, index) => {
    const next = offsets.pieces[index + 1]?.from ?? Infinity;
    return piece.from <= until + 3 * DAY && next >= after - 3 * DAY;
  });
  const holds = (index: number, time: number) =>
    time >= (near[index]?.from ?? 0) && time < (near[index + 1]?.from ?? Infinity);
  const fired = new Set<number>();
  // All but cron have one minute of the hour.
  const isCron = schedule.frequency === 'cron';
  const first = Math.floor((after - 2 * DAY) / HOUR) * HOUR;
  const minute = isCron ? 0 : Number(schedule.run_at?.split(':')[1] ?? 0);
  for (let wall = first + minute * MINUTE; wall <= until + 2 * DAY; wall += isCron ? MINUTE : HOUR) {
    if (!isWanted(schedule, wall)) continue;
    const times = near.map(({ offset }) => wall - offset * MINUTE);
    const seen = times.filter((time, index) => holds(index, time));
    if (seen.length > 0) {
      // Seen twice: the first time counts.
      fired.add(Math.min(...seen));
      continue;
    }
    // Left out: it moves on by as much as the clock did, so it is told by the offset from before.
    const gap = near.findIndex(
      (piece, index) =>
        index > 0 && wall - piece.offset * MINUTE < piece.from && (times[index - 1] ?? 0) >= piece.from,
    );
    if (gap > 0) fired.add(times[gap - 1] ?? 0);
  }
  return [...fired].filter((time) => time > after && time <= until).toSorted((a, b) => a - b);
}

const nothing = {
  run_at: null,
  day_of_week: null,
  day_of_month: null,
  every_minutes: null,
  cron: null,
} as const;

/** Schedules of each form that have times around a clock change at this instant. */
export function schedulesAround({ zone, pieces }: Offsets, change: number): readonly ScheduleTimes[] {
  const before = pieces.findLast((piece) => piece.from < change)?.offset ?? 0;
  const wall = new Date(change + before * MINUTE);
  const clock = (minutes: number) => new Date(wall.getTime() + minutes * MINUTE).toISOString().slice(11, 16);
  const timezone = zone;
  return [
    ...[-30, 0, 20, 59, 90].map((minutes) => ({
      ...nothing,
      frequency: 'daily' as const,
      run_at: clock(minutes),
      timezone,
    })),
    { ...nothing, frequency: 'hourly', run_at: clock(15), timezone },
    {
      ...nothing,
      frequency: 'weekly',
      run_at: clock(10),
      day_of_week: (wall.getUTCDay() + 6) % 7,
      timezone,
    },
    { ...nothing, frequency: 'monthly', run_at: clock(5), day_of_month: wall.getUTCDate(), timezone },
    { ...nothing, frequency: 'monthly', run_at: '00:00', day_of_month: 31, timezone },
    { ...nothing, frequency: 'cron', cron: '*/20 * * * *', timezone },
    { ...nothing, frequency: 'cron', cron: '7,37 0-4/2,22-23 * * *', timezone },
    { ...nothing, frequency: 'cron', cron: '30 1-3 * * 0', timezone },
  ];
}
