// `npm run bench [-- NAME …]`: what we claim about speed, measured against its floor in the same run.
import { compileBench } from './compile.ts';
import { ingestCsvBench } from './ingest-csv.ts';
import { materialiseBench } from './materialise.ts';
import { nestedJsonBench } from './nested-json.ts';
import { previewPageBench } from './preview-page.ts';
import { previewScrollBench } from './preview-scroll.ts';
import { printFigures, type Figure } from './report.ts';
import { startupBench } from './startup.ts';
import { openSurveySite } from './survey-site.ts';
import { xlsxBench } from './xlsx.ts';

async function onSurveySite(): Promise<Figure[]> {
  await using site = await openSurveySite();
  return [
    ...(await previewPageBench(site)),
    ...(await previewScrollBench(site)),
    ...(await materialiseBench(site)),
  ];
}

const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  startup: startupBench,
  'ingest-csv': ingestCsvBench,
  'nested-json': nestedJsonBench,
  xlsx: xlsxBench,
  transforms: onSurveySite,
  compile: compileBench,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(
    `There is no bench "${unknown.join('", "')}"; there are: ${Object.keys(benches).join(', ')}.`,
  );
  process.exit(2);
}
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`${name} …`);
  figures.push(...(await bench()));
}
printFigures(figures);
