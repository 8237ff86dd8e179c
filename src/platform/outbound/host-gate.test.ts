import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHostGate } from './host-gate.ts';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('never are more requests under way to one host than allowed, and each gets its turn in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom('a', 'b'), { maxLength: 30 }),
      async (atOnce, asked) => {
        const gate = createHostGate({ atOnce, perMinute: 1e9 });
        const inside = new Map<string, number>();
        const entered: Record<string, number[]> = { a: [], b: [] };
        let most = 0;
        await Promise.all(
          asked.map(async (host, index) => {
            const leave = await gate.enter(host, never);
            entered[host]?.push(index);
            inside.set(host, (inside.get(host) ?? 0) + 1);
            most = Math.max(most, inside.get(host) ?? 0);
            await turn();
            inside.set(host, (inside.get(host) ?? 0) - 1);
            leave();
            leave();
          }),
        );
        expect(most).toBeLessThanOrEqual(atOnce);
        for (const host of ['a', 'b']) {
          expect(entered[host]).toEqual(asked.flatMap((one, index) => (one === host ? [index] : [])));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('one who stops waiting takes no place from the others', async () => {
  const gate = createHostGate({ atOnce: 1, perMinute: 1e9 });
  const leave = await gate.enter('a', never);
  const stop = new AbortController();
  const given = gate.enter('a', stop.signal);
  const next = gate.enter('a', never);
  stop.abort(new Error('stopped'));
  await expect(given).rejects.toThrow('stopped');
  leave();
  (await next)();
  (await gate.enter('a', never))();
});

test('requests beyond the rate wait, and a host that rested may begin some together', async () => {
  let at = 0;
  // 600 a minute: 60 together, then one every 100 ms.
  const gate = createHostGate({ atOnce: 1000, perMinute: 600 }, () => at);
  const stop = new AbortController();
  const begun = { count: 0 };
  const ask = async () => {
    const leave = await gate.enter('a', stop.signal);
    begun.count += 1;
    leave();
  };
  const asked = Array.from({ length: 62 }, ask);
  await turn();
  expect(begun.count).toBe(60);
  stop.abort();
  const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(2);
  at = 60_000;
  const later = createHostGate({ atOnce: 1, perMinute: 600 }, () => at);
  const started = performance.now();
  for (let count = 0; count < 61; count += 1) (await later.enter('b', never))();
  // The clock of the gate stands still, so the 61st waits for a whole tenth of a second.
  expect(performance.now() - started).toBeGreaterThan(90);
});
