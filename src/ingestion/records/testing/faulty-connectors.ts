import { generateKeyPairSync } from 'node:crypto';
import type { Config } from '#platform/config';
import type { ServiceCall, ServiceReply } from '#testing/fake-service';

/**
 * A service of people and how it is asked, for the suite of faults: `connector-faults.test.ts` does the rest. Every
 * connector that asks a service over HTTP has an entry.
 */
export interface FaultyConnector {
  readonly type: string;
  /** What must never be seen outside: it is planted where the credentials are, and in what a broken service answers. */
  readonly secret: string;
  /** Of a source that loads one stream. */
  readonly config: (origin: string) => Readonly<Record<string, unknown>>;
  /** Settings that lead to the service instead of the real one. */
  readonly settings?: (origin: string) => Partial<Config>;
  /** What the service answers, with so many rows in it; at least 4, which take more than one answer. */
  readonly answer: (call: ServiceCall, rows: number) => ServiceReply;
  /** Whether a request asks for rows, and not for the first of them: what is read until then must not stay. */
  readonly isLate: (call: ServiceCall) => boolean;
  /** An answer to a late request that leads on for ever, where the service itself says how to go on. */
  readonly endless?: (call: ServiceCall) => ServiceReply;
  /** The column that numbers the rows from 1. */
  readonly key: string;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const rest: FaultyConnector = {
  type: 'rest_api',
  secret: 'rest-s3cret-token',
  key: 'id',
  config: (origin) => ({
    base_url: origin,
    path: 'people',
    auth: { kind: 'bearer', token: 'rest-s3cret-token' },
  }),
  answer: ({ url }, rows) => {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const page = numbers(rows).slice(from, from + 2);
    return {
      json: {
        items: page.map((id) => ({ id, name: `n${id}` })),
        next_cursor: from + 2 < rows ? from + 2 : null,
      },
    };
  },
  isLate: ({ url }) => url.searchParams.has('cursor'),
  endless: ({ url }) => ({
    json: {
      items: [{ id: 3, name: 'again' }],
      next_cursor: Number(url.searchParams.get('cursor')) + 1,
    },
  }),
};

const kobo: FaultyConnector = {
  type: 'kobo',
  secret: 'c3f1a0b9d8e7f6a5b4c3d2e1',
  key: '"_id"',
  config: (origin) => ({
    server: { kind: 'own', url: origin },
    token: 'c3f1a0b9d8e7f6a5b4c3d2e1',
    streams: ['aForm'],
  }),
  answer: ({ url }, rows) => {
    if (url.pathname === '/api/v2/assets/') {
      return {
        json: {
          next: null,
          results: [{ uid: 'aForm', name: 'Form', has_deployment: true, deployment__submission_count: rows }],
        },
      };
    }
    if (!url.pathname.endsWith('/data.json')) return { json: { uid: 'aForm', name: 'Form', content: {} } };
    const after = afterOf(url);
    const page = numbers(rows).filter((id) => id > after);
    return {
      json: {
        count: page.length,
        next: page.length > 2 ? 'more' : null,
        results: page.slice(0, 2).map((id) => ({ _id: id, name: `n${id}` })),
      },
    };
  },
  isLate: ({ url }) => url.pathname.endsWith('/data.json') && afterOf(url) > 0,
  endless: () => ({ json: { count: 9, next: 'more', results: [{ _id: 1 }] } }),
};

function afterOf(url: URL): number {
  const query = JSON.parse(url.searchParams.get('query') ?? '{}') as { _id?: { $gt?: number } };
  return query._id?.$gt ?? 0;
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** Two pieces: a sheet that is this wide is read by 100 rows. */
const sheetRows = 150;
const sheets: FaultyConnector = {
  type: 'google_sheets',
  secret: privateKey.split('\n')[3] ?? '',
  key: 'id',
  config: () => ({
    spreadsheet: '1AbCdEfGhIjKlMnOpQrStUv',
    streams: ['7'],
    credentials: JSON.stringify({
      type: 'service_account',
      client_email: 'reader@ngo.iam.gserviceaccount.com',
      private_key: privateKey,
    }),
  }),
  settings: (origin) => ({ googleSheetsUrl: origin, googleOauthUrl: origin }),
  answer: ({ url }, rows) => {
    if (url.pathname === '/token') return { json: { access_token: 'ya29.token', expires_in: 3599 } };
    if (url.pathname.endsWith('/values:batchGet')) {
      const [first = 1, last = 1] = (url.searchParams.get('ranges') ?? '')
        .split('!')[1]
        ?.split(':')
        .map(Number) ?? [1, 1];
      const all = [
        ['id', 'name'],
        ...Array.from({ length: sheetRows - 1 - rows }, () => []),
        ...numbers(rows).map((id) => [id, `n${id}`]),
      ];
      return { json: { valueRanges: [{ values: all.slice(first - 1, last) }] } };
    }
    if (url.searchParams.has('ranges')) return { json: { sheets: [{ data: [{}] }] } };
    return {
      json: {
        sheets: [
          {
            properties: {
              sheetId: 7,
              title: 'People',
              sheetType: 'GRID',
              gridProperties: { rowCount: sheetRows, columnCount: 600 },
            },
          },
        ],
      },
    };
  },
  isLate: ({ url }) => /!101:/.test(url.searchParams.get('ranges') ?? ''),
};

const odk: FaultyConnector = {
  type: 'odk_central',
  secret: 'odk-s3cret-password',
  key: 'number',
  config: (origin) => ({
    url: origin,
    email: 'asha@example.org',
    password: 'odk-s3cret-password',
    streams: ['1/people'],
    sync: 'full',
  }),
  answer: ({ url }, rows) => {
    switch (url.pathname) {
      case '/v1/sessions':
        return { json: { token: 'session' } };
      case '/v1/projects':
        return { json: [{ id: 1, name: 'Project' }] };
      case '/v1/projects/1/datasets':
        return { json: [] };
      case '/v1/projects/1/forms':
        return { json: [{ projectId: 1, xmlFormId: 'people', name: 'People', publishedAt: '2026-01-01' }] };
      case '/v1/projects/1/forms/people/fields':
        return { json: [{ path: '/number', name: 'number', type: 'int' }] };
      case '/v1/projects/1/forms/people.xml':
        return { text: '<h:html/>' };
      default: {
        const from = Number(url.searchParams.get('$skiptoken') ?? 0);
        return {
          json: {
            value: numbers(rows)
              .slice(from, from + 2)
              .map((number) => ({ __id: `uuid:${number}`, __system: {}, number })),
            ...(from + 2 < rows ? { '@odata.nextLink': `https://inside/?$skiptoken=${from + 2}` } : {}),
          },
        };
      }
    }
  },
  isLate: ({ url }) => url.searchParams.has('$skiptoken'),
  endless: ({ url }) => ({
    json: {
      value: [{ __id: 'uuid:3', __system: {}, number: 3 }],
      '@odata.nextLink': `/?$skiptoken=${Number(url.searchParams.get('$skiptoken')) + 1}`,
    },
  }),
};

const commcare: FaultyConnector = {
  type: 'commcare',
  secret: 'c0mmcarekey00000000',
  key: 'number',
  config: (origin) => ({
    server: { kind: 'own', url: origin },
    domain: 'water',
    username: 'asha@example.org',
    api_key: 'c0mmcarekey00000000',
    streams: ['form:http://people'],
    sync: 'full',
  }),
  answer: ({ url }, rows) => {
    if (url.pathname === '/a/water/api/v0.5/application/') {
      const questions = [{ value: '/data/number', type: 'Int', label: 'number' }];
      const forms = [{ xmlns: 'http://people', name: { en: 'People' }, questions }];
      return { json: { meta: { next: null }, objects: [{ name: 'App', modules: [{ forms }] }] } };
    }
    const from = Number(url.searchParams.get('indexed_on_start') ?? 1);
    const page = numbers(rows).filter((number) => number >= from);
    return {
      json: {
        meta: { next: page.length > 2 ? '?offset=2' : null },
        objects: page.slice(0, 2).map((number) => commcareForm(number)),
      },
    };
  },
  isLate: ({ url }) => url.searchParams.has('indexed_on_start'),
  endless: () => ({ json: { meta: { next: '?offset=2' }, objects: [commcareForm(2)] } }),
};

function commcareForm(number: number) {
  return { id: `f${number}`, indexed_on: String(number), form: { number: String(number) } };
}

/** All that was ever sent comes in one answer. */
const surveycto: FaultyConnector = {
  type: 'surveycto',
  secret: 'surveycto-s3cret',
  key: 'number',
  config: (origin) => ({
    server: { kind: 'own', url: origin },
    username: 'asha@example.org',
    password: 'surveycto-s3cret',
    streams: ['form:people'],
    sync: 'full',
  }),
  answer: ({ url }, rows) => {
    if (url.pathname === '/api/v2/forms/ids') return { json: { formIds: ['people'] } };
    if (url.pathname === '/api/v2/datasets') return { json: { data: [] } };
    return {
      json: numbers(url.searchParams.get('date') === '0' ? rows : 2).map((number) => ({
        KEY: `uuid:${number}`,
        number: String(number),
      })),
    };
  },
  isLate: ({ url }) => url.searchParams.get('date') === '0',
};

export const faultyConnectors: readonly FaultyConnector[] = [rest, kobo, sheets, odk, commcare, surveycto];
