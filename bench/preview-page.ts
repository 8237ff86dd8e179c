import { percentile, spread } from './median.ts';
import type { Figure } from './report.ts';
import type { SurveySite } from './survey-site.ts';

const REQUESTS = 100;
const WARM_UP = 10;

/** Milliseconds of each of many first pages, over HTTP, one after the other; every filter is another one. */
async function firstPages(site: SurveySite, stepsOf: (round: number) => object[]): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + REQUESTS; round += 1) {
    const started = performance.now();
    const answer = await fetch(`${site.baseUrl}/api/v1/transformations/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${site.accessToken}` },
      body: JSON.stringify({
        recipe: { steps: [{ type: 'source', table: site.table }, ...stepsOf(round)] },
        limit: 100,
      }),
    });
    // The API's own contract.
    const page = (await answer.json()) as { rows: unknown[] };
    if (page.rows.length !== 100)
      throw new Error(`a page of ${page.rows.length} rows: ${JSON.stringify(page).slice(0, 500)}`);
    if (round >= WARM_UP) times.push(performance.now() - started);
  }
  return times;
}

function figure(name: string, times: readonly number[], bar: number, rows: number): Figure {
  const { median, min, max } = spread(times);
  return {
    name,
    measured: `median ${median.toFixed(1)} ms (${min.toFixed(1)}–${max.toFixed(1)}), ${times.length} requests`,
    against: `a table of ${rows.toLocaleString('en')} rows`,
    value: percentile(times, 0.95),
    bar,
  };
}

/** How long a person waits for the first hundred rows of a filter on a large table. */
export async function previewPageBench(site: SurveySite): Promise<Figure[]> {
  const common = await firstPages(site, (round) => [
    { type: 'filter', column: 'age', operator: 'greater_than', value: 20 + (round % 60) },
  ]);
  const text = await firstPages(site, (round) => [
    { type: 'filter', column: 'block', operator: 'contains', value: `k ${round % 40}` },
  ]);
  return [
    figure('first page of a filter, p95 ms', common, 50, site.rows),
    figure('first page of a text filter, p95 ms', text, 50, site.rows),
  ];
}
