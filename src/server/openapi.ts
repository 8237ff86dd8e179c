import { z } from 'zod';
import { endpoints } from '#contracts/all-endpoints';
import type { Endpoint } from '#contracts/endpoint';
import { problem } from '#contracts/primitives';
import { API_PREFIX } from './api-prefix.ts';

type JsonSchema = Record<string, unknown>;

const SCHEMAS = '#/components/schemas/';

/** Schemas by name, as JSON Schema that refers to one another below `#/components/schemas`. */
function componentsOf(
  schemas: ReadonlyMap<string, z.ZodType>,
  io: 'input' | 'output',
  shared: string,
): JsonSchema {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of schemas) registry.add(schema, { id: name });
  const { schemas: made } = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (name) => `${SCHEMAS}${name === '__shared' ? shared : name}`,
  });
  const text = JSON.stringify(made)
    // What several schemas share, or contain of themselves, is one component with its own definitions.
    .replaceAll(`${SCHEMAS}${shared}#/$defs/`, `${SCHEMAS}${shared}/$defs/`)
    .replaceAll('"__shared":', `"${shared}":`);
  const components = JSON.parse(text) as Record<string, JsonSchema>;
  for (const component of Object.values(components)) {
    delete component['$schema'];
    delete component['$id'];
    delete component['id'];
  }
  return components;
}

const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

const problemAnswer = (description: string): JsonSchema => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: `${SCHEMAS}Problem` } } },
});

function answersOf(name: string, endpoint: Endpoint): JsonSchema {
  const content =
    endpoint.raw === 'file-response'
      ? { '*/*': { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: { $ref: `${SCHEMAS}${pascal(name)}Response` } } };
  const status = endpoint.status ?? 200;
  const success =
    status === 204
      ? { '204': { description: 'Done' } }
      : endpoint.longRunning === true
        ? {
            '200': { description: 'Finished within the time that Prefer: wait=N allowed', content },
            '202': {
              description: 'Queued',
              headers: { Location: { description: 'Where to read the run', schema: { type: 'string' } } },
              content,
            },
          }
        : { [String(status)]: { description: 'Success', content } };
  return {
    ...success,
    ...(endpoint.public === true ? {} : { '403': problemAnswer('Your role may not do this') }),
    '401': problemAnswer('Not logged in'),
    ...(endpoint.params === undefined ? {} : { '404': problemAnswer('Not found in your organization') }),
    ...(endpoint.body === undefined && endpoint.query === undefined
      ? {}
      : { '422': problemAnswer('Some fields need a correction') }),
    '429': problemAnswer('Too many requests'),
    default: problemAnswer('Any other error'),
  };
}

function bodyOf(name: string, endpoint: Endpoint): JsonSchema {
  if (endpoint.raw === 'multipart-body') {
    const file = {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' } },
    };
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema: file } } } };
  }
  if (endpoint.body === undefined) return {};
  return {
    requestBody: {
      required: !endpoint.body.safeParse(undefined).success,
      content: { 'application/json': { schema: { $ref: `${SCHEMAS}${pascal(name)}Body` } } },
    },
  };
}

function operationOf(name: string, endpoint: Endpoint): JsonSchema {
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    ...(endpoint.public === true ? { security: [] } : {}),
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(endpoint.longRunning === true ? [{ $ref: '#/components/parameters/Prefer' }] : []),
      ...(endpoint.public === true ? [] : [{ $ref: '#/components/parameters/Organization' }]),
    ],
    ...bodyOf(name, endpoint),
    responses: answersOf(name, endpoint),
  };
}

/** The OpenAPI 3.1 document of every endpoint of the contracts. */
export function createOpenApiDocument(): Record<string, unknown> {
  const bodies = new Map<string, z.ZodType>();
  const answers = new Map<string, z.ZodType>([['Problem', problem]]);
  /** A schema can stand in a registry under one name only; endpoints that answer the same refer to the first. */
  const aliases = new Map<string, string>();
  const firstNames = new Map<z.ZodType, string>();
  const add = (into: Map<string, z.ZodType>, name: string, schema: z.ZodType): void => {
    const first = firstNames.get(schema);
    if (first !== undefined && into.has(first)) aliases.set(name, first);
    else {
      into.set(name, schema);
      firstNames.set(schema, name);
    }
  };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, endpoint] of endpoints) {
    if (endpoint.body !== undefined) add(bodies, `${pascal(name)}Body`, endpoint.body);
    if (endpoint.status !== 204 && endpoint.raw !== 'file-response') {
      add(answers, `${pascal(name)}Response`, endpoint.response);
    }
    const path = `${API_PREFIX}${endpoint.path.replaceAll(/:([a-z_]+)/g, '{$1}')}`;
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operationOf(name, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dalgo Lite',
      version: '1',
      description:
        'Errors are RFC 9457 problems; their codes are listed in docs/errors.md. Long work answers 202 with its run, or waits as `Prefer: wait=N` asks. `/api/v1/events` is a web socket with the events of the organization.',
    },
    servers: [{ url: '/' }],
    security: [{ accessToken: [] }],
    paths,
    components: {
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      parameters: {
        Organization: {
          name: 'X-Dalgo-Org',
          in: 'header',
          description: 'Organization to act in, for people who belong to several',
          schema: { type: 'string' },
        },
        Prefer: {
          name: 'Prefer',
          in: 'header',
          description: '`wait=N`: seconds, at most 60, to wait for the end of the run',
          schema: { type: 'string', examples: ['wait=30'] },
        },
      },
      schemas: {
        ...componentsOf(bodies, 'input', 'SharedInput'),
        ...componentsOf(answers, 'output', 'Shared'),
        ...Object.fromEntries([...aliases].map(([name, first]) => [name, { $ref: `${SCHEMAS}${first}` }])),
      },
    },
  };
}
