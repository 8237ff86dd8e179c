import { expect, test } from 'vitest';
import { nextRuns } from './next-runs.ts';
import { changesOf, expectedTimes, readOffsets, schedulesAround } from './testing/wall-clock-oracle.ts';

const HOUR = 3_600_000;

/** Every zone that the runtime knows. */
const all = Intl.supportedValuesOf('timeZone');
// ZONES=20: a sample of every so many, for a quick look.
const every = Math.max(1, Math.floor(all.length / Number(process.env['ZONES'] ?? all.length)));
const zones = all.filter((_, index) => index % every === 0);

test(`every form of schedule in all ${zones.length} zones through every clock change from 2000 to 2040`, () => {
  let changes = 0;
  let times = 0;
  const wrong: string[] = [];
  for (const zone of zones) {
    const offsets = readOffsets(zone, Date.UTC(2000, 0, 1), Date.UTC(2041, 0, 1));
    for (const change of changesOf(offsets)) {
      changes += 1;
      const after = Math.floor(change / HOUR) * HOUR - 27 * HOUR;
      const until = change + 27 * HOUR;
      for (const schedule of schedulesAround(offsets, change)) {
        const expected = expectedTimes(schedule, offsets, after, until);
        const actual = nextRuns(schedule, after, expected.length + 1).filter((time) => time <= until);
        times += expected.length;
        if (actual.join() !== expected.join()) {
          const say = (list: number[]) => list.map((time) => new Date(time).toISOString()).join(' ');
          wrong.push(
            `${JSON.stringify(schedule)} after ${new Date(after).toISOString()}: ${say(actual)} instead of ${say(expected)}`,
          );
        }
      }
    }
  }
  console.log(`${zones.length} zones, ${changes} clock changes, ${times} times compared`);
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(changes).toBeGreaterThan(zones.length * 10);
});
