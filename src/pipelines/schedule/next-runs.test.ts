import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRuns, type ScheduleTimes } from './next-runs.ts';
import { parseCron } from './parse-cron.ts';

const base: ScheduleTimes = {
  frequency: 'daily',
  run_at: '06:00',
  day_of_week: null,
  day_of_month: null,
  every_minutes: null,
  cron: null,
  timezone: 'UTC',
};
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;
const local = (time: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' });

function next(schedule: Partial<ScheduleTimes>, after: string, count = 3): string[] {
  const full = { ...base, ...schedule };
  return nextRuns(full, at(after), count).map((time) => local(time, full.timezone));
}

test('a daily schedule keeps its wall-clock time through both clock changes', () => {
  expect(next({ timezone: 'Europe/Berlin' }, '2026-03-27T12:00Z')).toEqual([
    '2026-03-28T06:00:00+01:00',
    '2026-03-29T06:00:00+02:00',
    '2026-03-30T06:00:00+02:00',
  ]);
  expect(next({ timezone: 'America/New_York', run_at: '01:30' }, '2026-10-31T12:00Z', 2)).toEqual([
    '2026-11-01T01:30:00-04:00', // 01:30 comes twice; only the first fires
    '2026-11-02T01:30:00-05:00',
  ]);
});

test('a time that the clock leaves out moves on by the gap, for that day only', () => {
  expect(next({ timezone: 'America/New_York', run_at: '02:30' }, '2026-03-07T12:00Z', 2)).toEqual([
    '2026-03-08T03:30:00-04:00',
    '2026-03-09T02:30:00-04:00',
  ]);
  expect(next({ timezone: 'Australia/Lord_Howe', run_at: '02:15' }, '2026-10-03T12:00Z', 1)).toEqual([
    '2026-10-04T02:45:00+11:00',
  ]);
});

test('a day that a place never had does not fire twice on the next', () => {
  expect(next({ timezone: 'Pacific/Apia' }, '2011-12-29T12:00Z', 3)).toEqual([
    '2011-12-29T06:00:00-10:00',
    '2011-12-31T06:00:00+14:00',
    '2012-01-01T06:00:00+14:00',
  ]);
});

test('hourly uses the minutes, weekly counts days from Monday', () => {
  expect(
    next({ frequency: 'hourly', run_at: '13:20', timezone: 'Asia/Kathmandu' }, '2026-01-01T00:00Z', 2),
  ).toEqual(['2026-01-01T06:20:00+05:45', '2026-01-01T07:20:00+05:45']);
  expect(
    next({ frequency: 'weekly', day_of_week: 6, timezone: 'Asia/Kolkata' }, '2026-01-01T00:00Z', 2),
  ).toEqual(['2026-01-04T06:00:00+05:30', '2026-01-11T06:00:00+05:30']);
});

test('monthly fires on its day, and on the last of a month that does not have it', () => {
  expect(
    next({ frequency: 'monthly', day_of_month: 31, timezone: 'Asia/Kolkata' }, '2027-12-31T12:00Z', 4),
  ).toEqual([
    '2028-01-31T06:00:00+05:30',
    '2028-02-29T06:00:00+05:30',
    '2028-03-31T06:00:00+05:30',
    '2028-04-30T06:00:00+05:30',
  ]);
  expect(next({ frequency: 'monthly', day_of_month: 30 }, '2027-02-01T00:00Z', 2)).toEqual([
    '2027-02-28T06:00:00+00:00',
    '2027-03-30T06:00:00+00:00',
  ]);
  for (let year = 2000; year <= 2040; year += 1) {
    const after =
      Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime('UTC').epochMilliseconds - 1;
    for (const day_of_month of [1, 28, 29, 30, 31]) {
      const days = nextRuns({ ...base, frequency: 'monthly', day_of_month }, after, 12).map((time) =>
        local(time, 'UTC').slice(0, 10),
      );
      const expected = Array.from({ length: 12 }, (_, month) => {
        const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        return new Date(Date.UTC(year, month, Math.min(day_of_month, last))).toISOString().slice(0, 10);
      });
      expect(days).toEqual(expected);
    }
  }
});

test('every N minutes keeps its distance through clock changes, from midnight of the place', () => {
  expect(
    next({ frequency: 'every', every_minutes: 15, timezone: 'Asia/Kathmandu' }, '2026-01-01T00:01Z', 2),
  ).toEqual(['2026-01-01T06:00:00+05:45', '2026-01-01T06:15:00+05:45']);
  expect(
    next({ frequency: 'every', every_minutes: 120, timezone: 'Asia/Kolkata' }, '2026-01-01T00:00Z', 2),
  ).toEqual(['2026-01-01T06:00:00+05:30', '2026-01-01T08:00:00+05:30']);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_080 }),
      fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2040-01-01T00:00Z') }),
      fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Nuuk'),
      (every_minutes, after, timezone) => {
        const times = nextRuns({ ...base, frequency: 'every', every_minutes, timezone }, after, 20);
        expect(times[0]).toBeGreaterThan(after);
        expect((times[0] ?? 0) - after).toBeLessThanOrEqual(every_minutes * 60_000);
        const distances = times.slice(1).map((time, index) => time - (times[index] ?? 0));
        expect(new Set(distances)).toEqual(new Set([every_minutes * 60_000]));
        // Whenever one asks, the times are the same ones.
        expect(nextRuns({ ...base, frequency: 'every', every_minutes, timezone }, times[3] ?? 0, 1)).toEqual([
          times[4],
        ]);
      },
    ),
    { numRuns: 100 },
  );
});

test('a manual schedule never fires by itself', () => {
  expect(nextRuns({ ...base, frequency: 'manual' }, 0, 5)).toEqual([]);
});

describe('cron', () => {
  test.each([
    ['*/15 9-17 * * mon-fri', '2026-01-02T17:50Z', '2026-01-05T09:00:00+00:00'],
    ['0 0 29 2 *', '2096-03-01T00:00Z', '2104-02-29T00:00:00+00:00'],
    ['0 12 13 * 5', '2026-01-01T00:00Z', '2026-01-02T12:00:00+00:00'], // either the 13th or a Friday
    ['5/20 3 * * *', '2026-01-01T03:06Z', '2026-01-01T03:25:00+00:00'],
    ['0 6 * * 7', '2026-01-01T00:00Z', '2026-01-04T06:00:00+00:00'],
    ['@monthly', '2026-01-15T00:00Z', '2026-02-01T00:00:00+00:00'],
    ['0 6 1 JAN,Jul *', '2026-01-15T00:00Z', '2026-07-01T06:00:00+00:00'],
  ])('%s after %s fires at %s', (cron, after, expected) => {
    expect(next({ frequency: 'cron', cron }, after, 1)).toEqual([expected]);
  });

  test.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '*/0 * * * *',
    '5-1 * * * *',
    'a * * * *',
    '1-2-3 * * * *',
    '1/2/3 * * * *',
    '-1 * * * *',
  ])('“%s” is refused with the field that is wrong', (cron) => {
    expect(() => parseCron(cron)).toThrow(expect.objectContaining({ code: 'schedule_invalid' }));
  });

  test('a day that no year has is refused', () => {
    expect(() =>
      nextRuns({ ...base, frequency: 'cron', cron: '0 0 30 2 *' }, at('2026-01-01T00:00Z'), 1),
    ).toThrow('never fires');
  });
});

test('an unknown timezone is refused', () => {
  expect(() => nextRuns({ ...base, timezone: 'Asia/Atlantis' }, 0, 1)).toThrow('Asia/Atlantis');
  expect(() => nextRuns({ ...base, timezone: '+05:30' }, 0, 1)).toThrow('+05:30');
});

/**
 * The same by brute force: walk through real time in steps of five minutes, note when each wall-clock time is seen
 * first, and place the ones that are never seen by the offset that held before the gap.
 */
function bruteForce(schedule: ScheduleTimes, after: number, until: number): number[] {
  const [hour = 0, minute = 0] = (schedule.run_at ?? '').split(':').map(Number);
  const wanted = (wall: Temporal.PlainDateTime) =>
    wall.minute === minute &&
    (schedule.frequency === 'hourly' || wall.hour === hour) &&
    (schedule.frequency !== 'weekly' || wall.dayOfWeek === (schedule.day_of_week ?? 0) + 1);
  const fired = new Set<number>();
  const seen = new Set<string>();
  const from = after - 3 * 86_400_000;
  let wallBefore: Temporal.PlainDateTime | undefined;
  for (let time = from; time <= until; time += 300_000) {
    const wall = Temporal.Instant.fromEpochMilliseconds(time)
      .toZonedDateTimeISO(schedule.timezone)
      .toPlainDateTime();
    if (wallBefore !== undefined) {
      // Wall-clock times between the tick before and this one were left out.
      let missing = wallBefore.add({ minutes: 5 });
      const gapStart = missing;
      while (Temporal.PlainDateTime.compare(missing, wall) < 0) {
        if (wanted(missing)) fired.add(time + missing.since(gapStart).total('milliseconds'));
        missing = missing.add({ minutes: 5 });
      }
    }
    const key = wall.toString();
    if (!seen.has(key) && wanted(wall)) fired.add(time);
    seen.add(key);
    wallBefore = wall;
  }
  return [...fired].filter((time) => time > after && time <= until).toSorted((a, b) => a - b);
}

test('equals brute force through the clock changes of many zones and years', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'Asia/Beirut',
    'Atlantic/Azores',
    'America/Nuuk',
    'Asia/Kolkata',
    'Pacific/Chatham',
    'Africa/Casablanca',
    'America/Havana',
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 2000, max: 2040 }),
      fc.nat(2),
      fc.constantFrom('hourly', 'daily', 'weekly' as const),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 6 }),
      (timezone, year, whichChange, frequency, hour, fives, day_of_week) => {
        // Begin a day before a clock change, where the trouble is.
        let around = Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime(timezone);
        for (let skip = 0; skip <= whichChange; skip += 1) {
          around = around.getTimeZoneTransition('next') ?? around.add({ days: 30 });
        }
        const after = Math.round(around.subtract({ hours: 30 }).epochMilliseconds / 300_000) * 300_000;
        const schedule: ScheduleTimes = {
          frequency,
          run_at: `${String(hour).padStart(2, '0')}:${String(fives * 5).padStart(2, '0')}`,
          day_of_week,
          day_of_month: null,
          every_minutes: null,
          cron: null,
          timezone,
        };
        const until = after + 3 * 86_400_000;
        const expected = bruteForce(schedule, after, until);
        const actual = nextRuns(schedule, after, 80).filter((time) => time <= until);
        expect(actual.map((time) => local(time, timezone))).toEqual(
          expected.map((time) => local(time, timezone)),
        );
      },
    ),
    { numRuns: 80 },
  );
});
