import { type FakeService, type ServiceCall, type ServiceReply, startFakeService } from './fake-service.ts';

export interface CommcareTestForm {
  readonly id: string;
  indexed_on: string;
  archived?: boolean;
  readonly form: Readonly<Record<string, unknown>>;
}
export interface CommcareTestCase {
  readonly case_id: string;
  indexed_on: string;
  readonly properties: Record<string, string>;
}
export interface CommcareTestServer extends FakeService {
  readonly forms: CommcareTestForm[];
  readonly cases: CommcareTestCase[];
}

export const commcareTestAccount = {
  domain: 'clean-water',
  username: 'asha@example.org',
  api_key: 'b1946ac92492d2347c6235b4d2611184',
};
export const visitForm = 'http://openrosa.org/formdesigner/4281EB62';

const question = (value: string, type: string, label: string, more: object = {}) => ({
  value,
  type,
  label,
  tag: 'input',
  relevant: null,
  repeat: null,
  group: null,
  required: false,
  options: null,
  translations: { en: label },
  ...more,
});

const applications = [
  {
    id: 'app1',
    name: 'Nutrition',
    modules: [
      {
        case_type: 'household',
        case_properties: [{ key: 'village' }, { key: 'members' }, { key: 'parent/name' }],
        forms: [
          {
            xmlns: visitForm,
            name: { en: 'Home visit', hin: 'घर का दौरा' },
            questions: [
              question('/data/head', 'Group', 'Head'),
              question('/data/head/full_name', 'Text', 'Name of the head', {
                translations: { en: 'Name of the head', hin: 'मुखिया का नाम' },
              }),
              question('/data/head/age', 'Int', 'Age'),
              question('/data/crops', 'MSelect', 'Crops', {
                options: [
                  { value: 'rice', label: 'Rice' },
                  { value: 'wheat', label: 'Wheat' },
                ],
              }),
              question('/data/place', 'Geopoint', 'Place'),
              question('/data/photo', 'Image', 'Photo'),
              question('/data/hint', 'Trigger', 'Read this aloud'),
              question('/data/children', 'Repeat', 'Children'),
              question('/data/children/name', 'Text', 'Name', { repeat: '/data/children' }),
              question('/data/children/age', 'Int', 'Age', { repeat: '/data/children' }),
            ],
          },
        ],
      },
    ],
  },
  { id: 'app2', name: 'Stock', modules: [{ case_type: 'supply', case_properties: [], forms: [] }] },
];

/** CommCare HQ as its APIs are documented (commcare-hq.readthedocs.io/api), with pages of two rows at most. */
export async function startCommcareServer(): Promise<CommcareTestServer> {
  const forms: CommcareTestForm[] = [];
  const cases: CommcareTestCase[] = [];
  const service = await startFakeService((call) => answer(call, forms, cases));
  return { ...service, forms, cases };
}

function answer(
  { url, headers }: ServiceCall,
  forms: readonly CommcareTestForm[],
  cases: readonly CommcareTestCase[],
): ServiceReply {
  const { username, api_key: key, domain } = commcareTestAccount;
  if (headers.authorization !== `ApiKey ${username}:${key}`) return { status: 401, text: '' };
  const { searchParams: query } = url;
  const limit = Math.min(2, Number(query.get('limit')));
  const offset = Number(query.get('offset') ?? 0);
  switch (url.pathname) {
    case `/a/${domain}/api/v0.5/application/`:
      // One a page.
      return { json: paged(url, applications, offset, 1) };
    case `/a/${domain}/api/v0.5/form/`: {
      const start = query.get('indexed_on_start');
      const found = forms
        .filter(({ archived }) => archived !== true || query.get('include_archived') === 'true')
        .filter(({ indexed_on: at }) => start === null || at >= start)
        .filter(() => query.get('xmlns') === visitForm && query.get('order_by') === 'indexed_on')
        .toSorted((a, b) => a.indexed_on.localeCompare(b.indexed_on));
      return { json: paged(url, found.map(formRecord), offset, limit) };
    }
    case `/a/${domain}/api/case/v2/`: {
      const since = query.get('indexed_on.gte');
      const found = cases
        .filter(() => query.get('case_type') === 'household')
        .filter(({ indexed_on: at }) => since === null || at >= since)
        .toSorted((a, b) => a.indexed_on.localeCompare(b.indexed_on));
      const from = Number(atob(query.get('cursor') ?? btoa('0')));
      const next = `https://www.inside.example/a/${domain}/api/case/v2/?${new URLSearchParams({
        case_type: 'household',
        limit: String(limit),
        ...(since === null ? {} : { 'indexed_on.gte': since }),
        cursor: btoa(String(from + limit)),
      }).toString()}`;
      return {
        json: {
          matching_records: found.length,
          cases: found.slice(from, from + limit).map(caseRecord),
          ...(from + limit < found.length ? { next } : {}),
        },
      };
    }
    default:
      return { status: 404, text: '<html>Not found</html>' };
  }
}

function paged(url: URL, all: readonly unknown[], offset: number, limit: number) {
  const next = new URL(url);
  next.searchParams.set('offset', String(offset + limit));
  return {
    meta: {
      limit,
      next: offset + limit < all.length ? next.search : null,
      offset,
      previous: null,
      total_count: all.length,
    },
    objects: all.slice(offset, offset + limit),
  };
}

function formRecord({ id, indexed_on: at, archived = false, form }: CommcareTestForm) {
  return {
    id,
    app_id: 'app1',
    archived,
    attachments: {
      'form.xml': {
        content_type: 'text/xml',
        length: 1103,
        url: `/a/clean-water/api/form/attachment/${id}/form.xml`,
      },
      ...(typeof form['photo'] === 'string'
        ? { [form['photo']]: { content_type: 'image/jpeg', length: 2048, url: '' } }
        : {}),
    },
    domain: 'clean-water',
    edited_on: null,
    form: {
      '#type': 'data',
      '@name': 'Home visit',
      '@xmlns': visitForm,
      case: { '@case_id': `case-of-${id}`, '@user_id': 'u1', update: { village: 'Wai' } },
      meta: { '@xmlns': 'http://openrosa.org/jr/xforms', username: 'ravi' },
      ...form,
    },
    indexed_on: at,
    metadata: {
      username: 'ravi',
      userID: 'u1',
      deviceID: 'd1',
      timeStart: '2026-01-01T04:00:00.000000',
      timeEnd: null,
    },
    received_on: at,
    version: '18',
  };
}

function caseRecord({ case_id: id, indexed_on: at, properties }: CommcareTestCase) {
  return {
    domain: 'clean-water',
    case_id: id,
    case_type: 'household',
    case_name: `House ${id}`,
    external_id: null,
    owner_id: 'u1',
    date_opened: '2026-01-01T00:00:00.000000Z',
    last_modified: at,
    server_last_modified: at,
    indexed_on: at,
    closed: false,
    date_closed: null,
    properties,
    indices: { parent: { case_id: 'village-1', case_type: 'village', relationship: 'child' } },
  };
}
