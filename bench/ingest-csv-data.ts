import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

/** Column types of the generated file, as a person would declare the table by hand. */
export const surveyColumns: readonly (readonly [name: string, type: string])[] = [
  ['_id', 'bigint'],
  ['_uuid', 'text'],
  ['submission_time', 'timestamp'],
  ['district', 'text'],
  ['block', 'text'],
  ['enumerator', 'text'],
  ['age', 'bigint'],
  ['gender', 'text'],
  ['household_size', 'bigint'],
  ['income_inr', 'numeric'],
  ['weight_kg', 'numeric'],
  ['consent', 'boolean'],
  ['remarks', 'text'],
];

const districts = [
  'Pune',
  'Nashik',
  'Nagpur',
  'Thane',
  'Satara',
  'Wardha',
  'Latur',
  'Beed',
  'Kolhapur',
  'Sangli',
];
const genders = ['female', 'male', 'other'];
const remarks = [
  '',
  'visited, will return',
  'ok',
  'सर्वेक्षण पूर्ण झाले, पुन्हा भेट द्या',
  'said "not now", call later',
  'house locked',
];

/** Writes a survey export of `rows` × 13 mixed columns; the same seed gives the same bytes. */
export async function writeSurveyCsv(file: string, rows: number, seed = 1): Promise<void> {
  const out = createWriteStream(file, { highWaterMark: 1 << 20 });
  const next = mulberry32(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T; // index is in range
  let text = `${surveyColumns.map(([name]) => name).join(',')}\n`;
  const start = Date.UTC(2024, 0, 1);
  for (let row = 1; row <= rows; row += 1) {
    const time = new Date(start + Math.floor(next() * 63_000_000) * 1000).toISOString().slice(0, 19);
    const income = next() < 0.05 ? '' : (next() * 90_000).toFixed(2);
    const remark = pick(remarks);
    text += `${row},${uuid(next)},${time},${pick(districts)},Block ${Math.floor(next() * 400)},enum_${Math.floor(next() * 250)},`;
    text += `${Math.floor(next() * 95)},${pick(genders)},${1 + Math.floor(next() * 11)},${income},${(3 + next() * 90).toFixed(1)},`;
    text += `${next() < 0.9 ? 'true' : 'false'},${/[",]/.test(remark) ? `"${remark.replaceAll('"', '""')}"` : remark}\n`;
    if (text.length > 1 << 20) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await finished(out);
}

function uuid(next: () => number): string {
  const part = () =>
    Math.floor(next() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  const hex = part() + part() + part() + part();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Small seeded generator: good enough for data, and the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
