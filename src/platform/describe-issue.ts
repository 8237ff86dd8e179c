import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const units: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
  object: ['entry', 'entries'],
  record: ['entry', 'entries'],
};

function amount(count: number | bigint, of: string): string {
  const unit = units[of];
  return unit === undefined ? String(count) : `${count} ${Number(count) === 1 ? unit[0] : unit[1]}`;
}

const quoted = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value) ?? String(value)).join(', ');

/**
 * What is wrong with a value, as a sentence for whoever sent it; a schema's own message stands before it, and what is
 * not here is zod's.
 *
 * @example
 * schema.safeParse(value, { error: describeIssue })
 */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'This is needed';
      const kind = kinds[issue.expected];
      return kind === undefined ? undefined : `This must be ${kind}`;
    }
    case 'invalid_value':
      return issue.values.length === 1
        ? `This must be ${quoted(issue.values)}`
        : `Use one of ${quoted(issue.values)}`;
    case 'too_small':
      return `Use ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `Use ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'unrecognized_keys':
      return `There is no field ${quoted(issue.keys)} here`;
    default:
      return undefined;
  }
};
