import { type FakeService, type ServiceCall, type ServiceReply, startFakeService } from './fake-service.ts';

export interface OdkTestSubmission {
  readonly id: string;
  readonly submittedAt: string;
  updatedAt?: string;
  deletedAt?: string;
  readonly answers: Readonly<Record<string, unknown>>;
}

export interface OdkTestServer extends FakeService {
  /** Of the form `household` of project 1. */
  readonly submissions: OdkTestSubmission[];
  /** Of the list `people` of project 1; `updatedAt` and `deletedAt` as for submissions. */
  readonly entities: OdkTestSubmission[];
}

export const odkTestAccount = { email: 'asha@example.org', password: 'nine quiet lanes' };

const now = '2026-01-01T00:00:00.000Z';
const form = (projectId: number, xmlFormId: string, name: string, more: object = {}) => ({
  projectId,
  xmlFormId,
  name,
  version: '1.0',
  state: 'open',
  publishedAt: now,
  keyId: null,
  submissions: 0,
  ...more,
});

const forms = [
  form(1, 'household', 'परिवार सर्वे'),
  form(1, 'draft', 'Not published', { publishedAt: null }),
  form(1, 'secret', 'Safeguarding', { keyId: 3 }),
  form(2, 'water points', 'Water points'),
];

const field = (path: string, type: string, more: object = {}) => ({
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  type,
  binary: null,
  selectMultiple: null,
  ...more,
});

const fields = [
  field('/meta', 'structure'),
  field('/meta/instanceID', 'string'),
  field('/head', 'structure'),
  field('/head/full_name', 'string'),
  field('/head/age', 'int'),
  field('/crops', 'string', { selectMultiple: true }),
  field('/acres', 'decimal'),
  field('/visited', 'date'),
  field('/place', 'geopoint'),
  field('/photo', 'binary', { binary: true }),
  field('/children', 'repeat'),
  field('/children/name', 'string'),
  field('/children/age', 'int'),
  field('/children/doses', 'repeat'),
  field('/children/doses/on', 'date'),
];

/** As pyxform writes it: texts in translations, choices in a list of their own, a name that OData has to change. */
const xform = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>परिवार सर्वे</h:title><model>
<itext>
<translation lang="English (en)" default="true()">
<text id="/data/head/full-name:label"><value>&lt;b&gt;Name&lt;/b&gt; of the head</value></text>
<text id="/data/crops:label"><value>Crops of <output value=" /data/head/full-name "/></value></text>
<text id="crops-0"><value>Rice</value></text><text id="crops-1"><value>Wheat</value></text>
</translation>
<translation lang="Hindi (hi)">
<text id="/data/head/full-name:label"><value>मुखिया का नाम</value></text>
<text id="/data/crops:label"><value>फ़सलें</value></text>
<text id="crops-0"><value>धान</value></text><text id="crops-1"><value>गेहूँ</value></text>
</translation>
</itext>
<instance><data id="household"><head><full-name/><age/></head></data></instance>
<instance id="crops"><root><item><itextId>crops-0</itextId><name>rice</name></item><item><itextId>crops-1</itextId><name>wheat</name></item></root></instance>
<bind nodeset="/data/head/age" type="int"/></model></h:head>
<h:body>
<group ref="/data/head"><label>Head of household</label>
<input ref="/data/head/full-name"><label ref="jr:itext('/data/head/full-name:label')"/></input>
<input ref="/data/head/age"><label>Age</label></input></group>
<select ref="/data/crops"><label ref="jr:itext('/data/crops:label')"/>
<itemset nodeset="instance('crops')/root/item"><value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select>
<input ref="/data/acres"><label>Land &amp; water</label></input>
<input ref="/data/visited"><label>Date of visit</label></input>
<input ref="/data/place"><label>Place</label></input>
<upload ref="/data/photo" mediatype="image/*"><label>Photo</label></upload>
<group ref="/data/children"><label>Children</label><repeat nodeset="/data/children">
<input ref="/data/children/name"><label>Name</label></input>
<input ref="/data/children/age"><label>Age</label></input>
<group ref="/data/children/doses"><label>Doses</label><repeat nodeset="/data/children/doses">
<input ref="/data/children/doses/on"><label>On</label></input></repeat></group>
</repeat></group>
</h:body></h:html>`;

/** ODK Central as its API is documented (docs.getodk.org/central-api), with pages of two rows at most. */
export async function startOdkServer(): Promise<OdkTestServer> {
  const submissions: OdkTestSubmission[] = [];
  const entities: OdkTestSubmission[] = [];
  const service = await startFakeService((call) => answer(call, submissions, entities));
  return { ...service, submissions, entities };
}

function answer(
  call: ServiceCall,
  submissions: readonly OdkTestSubmission[],
  entities: readonly OdkTestSubmission[],
): ServiceReply {
  const { pathname } = call.url;
  if (pathname === '/v1/sessions') {
    const given = JSON.parse(call.body) as { email?: string; password?: string };
    return given.email === odkTestAccount.email && given.password === odkTestAccount.password
      ? { json: { token: 'session-of-asha', expiresAt: '2026-12-01T00:00:00.000Z', createdAt: now } }
      : problem(401, 401.2, 'Could not authenticate with the provided credentials.');
  }
  if (call.headers.authorization !== 'Bearer session-of-asha')
    return problem(401, 401.2, 'Could not authenticate with the provided credentials.');
  if (pathname === '/v1/projects') {
    return {
      json: [
        { id: 1, name: 'Nutrition', archived: null },
        { id: 2, name: 'Water', archived: false },
        { id: 3, name: 'Old', archived: true },
      ],
    };
  }
  const listed = /^\/v1\/projects\/(\d+)\/forms$/.exec(pathname);
  if (listed !== null) {
    const live = submissions.filter(({ deletedAt }) => deletedAt === undefined).length;
    return {
      json: forms
        .filter(({ projectId }) => projectId === Number(listed[1]))
        .map((one) => ({ ...one, submissions: one.xmlFormId === 'household' ? live : 0 })),
    };
  }
  if (pathname === '/v1/projects/1/datasets') {
    return {
      json: [
        { name: 'people', createdAt: now, projectId: 1, approvalRequired: false, entities: entities.length },
      ],
    };
  }
  // The role may see the forms of this project only.
  if (pathname === '/v1/projects/2/datasets')
    return problem(403, 403.1, 'The authenticated actor does not have rights to perform that action.');
  if (pathname === '/v1/projects/1/datasets/people') {
    return {
      json: {
        name: 'people',
        properties: [
          { name: 'full-name', odataName: 'full_name', publishedAt: now, forms: [] },
          { name: 'age', odataName: 'age', publishedAt: now, forms: [] },
          { name: 'ration_card', odataName: 'ration_card', publishedAt: now, forms: [] },
        ],
        linkedForms: [],
        sourceForms: [],
      },
    };
  }
  if (pathname === '/v1/projects/1/datasets/people.svc/Entities') {
    // Not of submissions: it has no repeats.
    return call.url.searchParams.has('$expand')
      ? problem(501, 501.7, 'The given OData parameter is not supported.')
      : data(call.url, entities, entityOf);
  }
  if (/^\/v1\/projects\/1\/forms\/household\/fields$/.test(pathname)) return { json: fields };
  if (pathname === '/v1/projects/1/forms/household.xml') {
    return { text: xform, headers: { 'content-type': 'application/xml' } };
  }
  if (pathname === '/v1/projects/1/forms/household.svc/Submissions')
    return data(call.url, submissions, submissionOf);
  if (pathname === '/v1/projects/2/forms/water%20points/fields') return { json: [] };
  if (pathname === '/v1/projects/2/forms/water%20points.xml') return { text: '<h:html/>' };
  if (pathname === '/v1/projects/2/forms/water%20points.svc/Submissions')
    return data(call.url, [], submissionOf);
  return problem(404, 404.1, 'Could not find the resource you were looking for.');
}

function submissionOf(one: OdkTestSubmission) {
  return {
    __id: one.id,
    __system: {
      submissionDate: one.submittedAt,
      updatedAt: one.updatedAt ?? null,
      deletedAt: one.deletedAt ?? null,
      submitterId: '5',
      submitterName: 'Tablet 7',
      attachmentsPresent: 0,
      attachmentsExpected: 0,
      status: null,
      reviewState: one.updatedAt === undefined ? null : 'edited',
      deviceId: null,
      edits: one.updatedAt === undefined ? 0 : 1,
      formVersion: '1.0',
    },
    meta: { instanceID: one.id, instanceName: null },
    ...one.answers,
  };
}

function entityOf(one: OdkTestSubmission) {
  return {
    __id: one.id,
    __system: {
      createdAt: one.submittedAt,
      creatorId: '5',
      creatorName: 'Tablet 7',
      updates: one.updatedAt === undefined ? 0 : 1,
      updatedAt: one.updatedAt ?? null,
      deletedAt: one.deletedAt ?? null,
      version: one.updatedAt === undefined ? 1 : 2,
      conflict: null,
    },
    ...one.answers,
  };
}

function data(
  url: URL,
  submissions: readonly OdkTestSubmission[],
  written: (one: OdkTestSubmission) => object,
): ServiceReply {
  const filter = url.searchParams.get('$filter') ?? '';
  const terms =
    filter === '' ? [] : filter.split(' or ').map((term) => /^__system\/(\w+) ge (\S+)$/.exec(term));
  if (terms.some((term) => term === null))
    return problem(501, 501.4, 'The given OData filter is not supported.');
  const found = submissions
    // Deleted ones are only there for those who ask for them.
    .filter(({ deletedAt }) => filter.includes('deletedAt') === (deletedAt !== undefined))
    .filter((one) => terms.length === 0 || terms.some((term) => isLater(one, term?.[1], term?.[2])))
    .toSorted((a, b) => b.submittedAt.localeCompare(a.submittedAt));
  const token = url.searchParams.get('$skiptoken');
  const start = token === null ? 0 : found.findIndex(({ id }) => `01${btoa(id)}` === token) + 1;
  const page = found.slice(start, start + Math.min(2, Number(url.searchParams.get('$top'))));
  const next = new URL(url);
  next.searchParams.set('$skiptoken', `01${btoa(page.at(-1)?.id ?? '')}`);
  return {
    json: {
      value: page.map(written),
      '@odata.context': `${url.origin}/v1/projects/1/forms/household.svc/$metadata#Submissions`,
      '@odata.count': found.length,
      // Behind its proxy the server may not know its own name.
      ...(start + page.length < found.length
        ? { '@odata.nextLink': next.href.replace(/^http:\/\/[^/]+/, 'https://central.internal') }
        : {}),
    },
  };
}

function isLater(one: OdkTestSubmission, name: string | undefined, moment: string | undefined): boolean {
  const at = {
    submissionDate: one.submittedAt,
    createdAt: one.submittedAt,
    updatedAt: one.updatedAt,
    deletedAt: one.deletedAt,
  }[name ?? ''];
  return at !== undefined && Date.parse(at) >= Date.parse(moment ?? '');
}

function problem(status: number, code: number, message: string): ServiceReply {
  return { status, json: { code, message } };
}
