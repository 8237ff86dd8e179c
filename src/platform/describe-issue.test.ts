import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeIssue } from './describe-issue.ts';

test('what is wrong with a value is said as a sentence, not as the words of a schema', () => {
  const schema = z.strictObject({
    name: z.string().max(3),
    count: z.coerce.number().int().min(1).max(6),
    kind: z.enum(['a', 'b']),
    type: z.literal('csv'),
    list: z.array(z.string()).min(1),
    flag: z.boolean(),
    own: z.string().min(1, 'Give it a name'),
  });
  const parsed = schema.safeParse(
    { name: 'long', count: 7, kind: 'c', type: 'x', list: [], flag: 'no', own: '', more: 1 },
    { error: describeIssue },
  );
  expect(parsed.error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['name', 'Use at most 3 characters'],
    ['count', 'Use at most 6'],
    ['kind', 'Use one of "a", "b"'],
    ['type', 'This must be "csv"'],
    ['list', 'Use at least 1 entry'],
    ['flag', 'This must be true or false'],
    ['own', 'Give it a name'],
    ['', 'There is no field "more" here'],
  ]);
  const missing = z.object({ name: z.string() }).safeParse({}, { error: describeIssue });
  expect(missing.error?.issues[0]?.message).toBe('This is needed');
  const number = z.coerce.number().safeParse('abc', { error: describeIssue });
  expect(number.error?.issues[0]?.message).toBe('This must be a number');
});
