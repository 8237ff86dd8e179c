import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, spread } from './median.ts';
import type { Figure } from './report.ts';
import type { SurveySite } from './survey-site.ts';

const ROUNDS = 40;
const DEEP = 900_000;

interface Page {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

async function ask(site: SurveySite, body: object): Promise<{ ms: number; page: Page }> {
  const started = performance.now();
  const answer = await fetch(`${site.baseUrl}/api/v1/transformations/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${site.accessToken}` },
    body: JSON.stringify({ limit: 100, ...body }),
  });
  // The API's own contract.
  const page = (await answer.json()) as Page;
  if (page.rows.length !== 100)
    throw new Error(`a page of ${page.rows.length}: ${JSON.stringify(page).slice(0, 400)}`);
  return { ms: performance.now() - started, page };
}

const show = (times: readonly number[]): string => {
  const { median, min, max } = spread(times);
  return `${median.toFixed(1)} ms (${min.toFixed(1)}–${max.toFixed(1)})`;
};

/** Row 900,000 against row 0, in turns, and against the OFFSET that it replaces. */
async function scroll(site: SurveySite, name: string, body: object, offsetSql: string): Promise<Figure> {
  await ask(site, { ...body, offset: 0 });
  await ask(site, { ...body, offset: DEEP });
  await ask(site, { ...body, offset: 0 });
  const first: number[] = [];
  const deep: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    first.push((await ask(site, { ...body, offset: round % 10 })).ms);
    deep.push((await ask(site, { ...body, offset: DEEP + ((round * 997) % 50_000) })).ms);
  }
  const skipped: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    await site.warehouse.read(offsetSql);
    skipped.push(performance.now() - started);
  }
  return {
    name,
    measured: `row 900,000: ${show(deep)}; row 0: ${show(first)}`,
    against: `row 0 in the same run; OFFSET 900000 alone takes ${show(skipped)}`,
    value: spread(deep).median / spread(first).median,
    bar: 2,
  };
}

/** How deep pages and edits of a last step feel on a large table. */
export async function previewScrollBench(site: SurveySite): Promise<Figure[]> {
  const source = { type: 'source', table: site.table };
  const table = `"${site.warehouse.schema}"."${site.table}"`;
  const filtered = {
    recipe: { steps: [source, { type: 'filter', column: 'age', operator: 'greater_or_equal', value: 3 }] },
  };
  const sorted = { recipe: { steps: [source] }, sort: [{ column: 'income_inr', descending: true }] };
  const figures = [
    await scroll(
      site,
      'scroll, filtered: deep / first page',
      filtered,
      `SELECT * FROM ${table} WHERE age >= 3 LIMIT 100 OFFSET ${DEEP}`,
    ),
    await scroll(
      site,
      'scroll, sorted: deep / first page',
      sorted,
      `SELECT * FROM ${table} ORDER BY income_inr DESC NULLS LAST, ctid LIMIT 100 OFFSET ${DEEP}`,
    ),
  ];

  const edited = (value: number) => ({
    recipe: {
      steps: [
        source,
        {
          type: 'window',
          function: 'running_total',
          name: 'so far',
          column: 'age',
          by: ['district'],
          order: ['_id'],
        },
        { type: 'filter', column: 'age', operator: 'greater_than', value },
      ],
    },
  });
  const computed = (await ask(site, edited(10))).ms;
  // What a preview keeps is made a moment after its answer; then the steps before the last are only read.
  for (let tries = 0; tries < 100 && (await ask(site, edited(10))).ms > computed / 5; tries += 1)
    await sleep(300);
  const times: number[] = [];
  for (let round = 0; round < 100; round += 1) times.push((await ask(site, edited(11 + (round % 70)))).ms);
  figures.push({
    name: 'edit after a window step, p95 ms',
    measured: `${show(times)}, 100 edits; computed anew ${computed.toFixed(0)} ms`,
    against: `the 25 ms of the target, ${site.rows.toLocaleString('en')} rows`,
    value: percentile(times, 0.95),
    bar: 25,
  });
  return figures;
}
