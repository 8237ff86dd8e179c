import { expect, test } from 'vitest';
import { dataTestRule } from '#contracts/data-tests';
import type { TableColumn } from '#contracts/warehouse';
import { boundOf, newRule, ruleKinds, textForms } from './test-rules.ts';

const columns: TableColumn[] = [
  { name: 'name', display_name: 'Name', type: 'text' },
  { name: 'age', display_name: 'Age', type: 'integer' },
  { name: 'seen', display_name: 'Seen', type: 'date' },
];

test('a new rule is about a column of the right kind', () => {
  expect(newRule('between', columns)).toMatchObject({ column: 'age' });
  expect(newRule('freshness', columns)).toMatchObject({ column: 'seen' });
  expect(newRule('matches', columns)).toMatchObject({ column: 'name' });
  // Those that need nothing more from a person are whole at once.
  for (const kind of ['not_empty', 'unique', 'matches', 'row_count', 'freshness'] as const)
    expect(dataTestRule.safeParse(newRule(kind, columns)).success, kind).toBe(true);
  expect(ruleKinds.map((each) => newRule(each.value, []).kind)).toEqual(ruleKinds.map((each) => each.value));
});

test('a limit is a number where it looks like one', () => {
  expect(['', ' 12 ', '-1.5', '2026-01-31'].map(boundOf)).toEqual([null, 12, -1.5, '2026-01-31']);
});

test('the offered forms of text match what they are called after', () => {
  const [mail, phone, digits, code] = textForms.map((form) => new RegExp(`^(${form.value})$`));
  expect(mail?.test('asha@example.org')).toBe(true);
  expect(mail?.test('asha@example')).toBe(false);
  expect(phone?.test('+91 98765 43210')).toBe(true);
  expect(digits?.test('12a')).toBe(false);
  expect(code?.test('AB-123')).toBe(true);
});
