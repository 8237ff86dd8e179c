import { describe, expect, test } from 'vitest';
import {
  chosenKey,
  initialValues,
  specErrors,
  specFields,
  toConfig,
  valuesOfConfig,
  withKeptSecrets,
} from './spec-fields.ts';

const spec = {
  type: 'object',
  required: ['host', 'auth'],
  properties: {
    port: { type: 'integer', title: 'Port', default: 5432, minimum: 1, maximum: 65_535, order: 2 },
    host: { type: 'string', 'x-order': 1, examples: ['db.example.org'], 'x-help': 'Where it runs' },
    token: { type: 'string', airbyte_secret: true, order: 3 },
    tags: { type: 'array', items: { type: 'string' }, order: 4 },
    auth: {
      title: 'Log in with',
      order: 5,
      oneOf: [
        { title: 'Nothing', properties: { kind: { const: 'none' } } },
        {
          title: 'Password',
          required: ['password'],
          properties: { kind: { const: 'password' }, password: { type: ['null', 'string'] } },
        },
      ],
    },
  },
};

describe('a form drawn from the spec of a connector', () => {
  const fields = specFields(spec);

  test('fields come in the order that the spec asks for, in words', () => {
    expect(fields.map((field) => [field.name, field.kind, field.title])).toEqual([
      ['host', 'text', 'Host'],
      ['port', 'number', 'Port'],
      ['token', 'secret', 'Token'],
      ['tags', 'list', 'Tags'],
      ['auth', 'choice', 'Log in with'],
    ]);
    expect(fields[0]).toMatchObject({ help: 'Where it runs', example: 'db.example.org', isRequired: true });
  });

  test('what is missing or out of range is said at its field', () => {
    const values = { ...initialValues(fields), port: '70000', auth: { [chosenKey]: '1', password: '' } };
    expect(specErrors(fields, values)).toEqual({
      host: 'Fill this in',
      port: 'At most 65535',
      'auth.password': 'Fill this in',
    });
  });

  test('the configuration has numbers as numbers, the constants of a choice, and nothing empty', () => {
    const values = {
      ...initialValues(fields),
      host: 'localhost',
      auth: { [chosenKey]: '1', password: 'secret' },
    };
    expect(toConfig(fields, values)).toEqual({
      host: 'localhost',
      port: 5432,
      auth: { kind: 'password', password: 'secret' },
    });
  });

  test('a saved configuration fills the form, and comes out of it again', () => {
    const kept = withKeptSecrets(fields);
    const saved = { host: 'db.example.org', port: 5433, tags: ['a'], auth: { kind: 'password' } };
    const values = valuesOfConfig(kept, saved);
    expect(values).toMatchObject({ port: '5433', token: '', auth: { [chosenKey]: '1', password: '' } });
    expect(toConfig(kept, values)).toEqual(saved);
  });

  test('choices of a list have names, and tables to load are picked', () => {
    const own = specFields({
      properties: {
        mode: { type: 'string', enum: ['a', 'b'], default: 'a', 'x-labels': { a: 'All' } },
        streams: { type: 'array', items: { type: 'string' }, 'x-streams': true },
      },
    });
    expect(own).toMatchObject([
      {
        kind: 'select',
        initial: 'a',
        options: [
          { value: 'a', label: 'All' },
          { value: 'b', label: 'b' },
        ],
      },
      { kind: 'streams' },
    ]);
    expect(toConfig(own, { mode: 'b', streams: ['x'] })).toEqual({ mode: 'b', streams: ['x'] });
  });
});
