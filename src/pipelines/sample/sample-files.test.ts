import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sampleFiles } from './sample-files.ts';

const files = new Map(sampleFiles().map((file) => [file.name, file.csv]));
const lines = (name: string) => (files.get(name) ?? '').trimEnd().split('\n').slice(1);

test('the sample is the same every time', () => {
  const digest = (csv: string) => createHash('sha256').update(csv).digest('hex');
  expect(sampleFiles().map((file) => digest(file.csv))).toEqual([...files.values()].map(digest));
});

test('the sample is the size of a small organization', () => {
  expect(lines('Beneficiaries')).toHaveLength(2000);
  expect(lines('Programmes')).toHaveLength(8);
  expect(lines('Donations')).toHaveLength(800);
  // Some notes have a line break.
  expect(lines('Visits').filter((line) => /^V\d{6},/.test(line))).toHaveLength(6000);
});

test('the sample is messy in the ways that files of the field are', () => {
  const beneficiaries = lines('Beneficiaries');
  expect(new Set(beneficiaries).size).toBeLessThan(beneficiaries.length);
  expect(beneficiaries.some((line) => line.includes('सुनीता'))).toBe(true);
  const districts = new Set(beneficiaries.map((line) => line.split(',')[4]));
  for (const district of ['Pune', 'PUNE', 'pune', 'Pune ', '']) expect(districts).toContain(district);
  expect(beneficiaries.every((line) => /,\d\d\/\d\d\/\d{4}$/.test(line))).toBe(true);
  expect(lines('Donations')[0]).toMatch(/^000001,/);
});
