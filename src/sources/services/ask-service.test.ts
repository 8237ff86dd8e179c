import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openOutboundHttp, type OutboundHttp } from '#platform/outbound/outbound-http';
import { type FakeService, type ServiceReply, startFakeService } from '#testing/fake-service';
import { testConfig } from '#testing/test-server';
import { askService } from './ask-service.ts';

let service: FakeService;
let http: OutboundHttp;
let replies: ServiceReply[];
/** When it was asked, in milliseconds. */
let asked: number[];

beforeAll(async () => {
  service = await startFakeService(() => {
    asked.push(performance.now());
    return replies.shift() ?? { json: { fine: true } };
  });
  http = openOutboundHttp({ outboundAllowedHosts: [service.host] });
});
afterAll(async () => {
  await http[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => {
  asked = [];
});

function ask(retryDelayMs: number, signal = new AbortController().signal) {
  const config = { ...testConfig('', ''), servicePatience: { timeoutMs: 20_000, retryDelayMs } };
  return askService({ config, http }, { url: `${service.origin}/people`, signal });
}
const pauses = () => asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
const refusal = (retryAfter?: string): ServiceReply => ({
  status: 429,
  json: {},
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
});

test('the pause that a service asks for is kept, in seconds and as a date, and a little more', async () => {
  replies = [refusal('0.2'), refusal(new Date(Date.now() + 2_000).toUTCString())];
  await ask(10_000);
  const [first = 0, second = 0] = pauses();
  expect(first).toBeGreaterThanOrEqual(200);
  // At most a quarter more, so that those who were refused together do not come back together.
  expect(first).toBeLessThan(450);
  // A date has whole seconds.
  expect(second).toBeGreaterThan(500);
  expect(second).toBeLessThan(3_500);
});

test('pauses of our own grow, and no two callers keep the same ones', async () => {
  const waited = async () => {
    asked = [];
    replies = [refusal(), refusal(), refusal()];
    await ask(40);
    return pauses();
  };
  const [one, other] = [await waited(), await waited()];
  for (const [index, pause] of one.entries())
    expect(pause).toBeGreaterThanOrEqual(40 * 2 ** index * 0.75 - 2);
  expect(one).not.toEqual(other);
});

test('who cancels waits no longer', async () => {
  replies = [refusal('60')];
  const stop = new AbortController();
  const waiting = ask(1, stop.signal);
  setTimeout(() => stop.abort(), 50);
  const began = performance.now();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(asked).toHaveLength(1);
});
