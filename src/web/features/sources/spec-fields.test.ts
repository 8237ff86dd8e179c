import { describe, expect, test } from 'vitest';
import {
  chosenKey,
  initialValues,
  specErrors,
  specFields,
  toConfig,
  valuesOfConfig,
  withKeptSecrets,
  withSetting,
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

describe('lists of forms and fields that depend on others', () => {
  const fields = specFields({
    properties: {
      sync: { type: 'string', enum: ['full', 'new'], default: 'full', 'x-order': 1 },
      hours: { type: 'integer', 'x-order': 2, 'x-show-if': { sync: 'new' }, 'x-step': 'load' },
      children: {
        type: 'array',
        'x-order': 3,
        'x-item': 'list',
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, path: { type: 'string' } },
        },
      },
      account: { type: 'string', 'x-connection': 'google', 'x-order': 4 },
      forms: { type: 'array', 'x-streams': true, items: { type: 'string' }, 'x-order': 5 },
    },
  });

  test('are told apart, with the step at which they are asked', () => {
    expect(fields.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'select connect',
      'number load',
      'items connect',
      'connection connect',
      'streams load',
    ]);
  });

  test('go to the configuration and back, and what is hidden is not sent', () => {
    const config = { sync: 'full', children: [{ name: 'a', path: 'x/{id}' }, { name: 'b' }] };
    const values = valuesOfConfig(fields, { ...config, hours: 5 });
    expect(toConfig(fields, values)).toEqual(config);
    expect(specErrors(fields, { ...values, children: { 0: { name: '' } } })).toEqual({
      'children.0.name': 'Fill this in',
    });
    const changed = withSetting(fields, values, 'children.1.path', 'y');
    expect(toConfig(fields, changed)).toMatchObject({ children: [{ name: 'a' }, { name: 'b', path: 'y' }] });
    expect(toConfig(fields, withSetting(fields, values, 'sync', 'new'))).toMatchObject({ sync: 'new' });
    expect(toConfig(fields, { ...values, sync: 'new' })).toMatchObject({ hours: 5 });
  });
});
