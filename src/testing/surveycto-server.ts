import { type FakeService, type ServiceCall, type ServiceReply, startFakeService } from './fake-service.ts';

/** What was answered, with the moment in which it was completed. */
export interface SurveyctoTestSubmission {
  readonly KEY: string;
  readonly completedAt: Date;
  readonly answers: Record<string, string>;
}
export interface SurveyctoTestServer extends FakeService {
  /** Of the form `household`. */
  readonly submissions: SurveyctoTestSubmission[];
  /** Of the dataset `cases`. */
  readonly records: { readonly id: string; readonly modifiedAt: string; readonly name: string }[];
  /** How often everything was given; the next time within five minutes is refused. */
  full: number;
}

export const surveyctoTestAccount = { username: 'asha@example.org', password: 'nine quiet lanes' };

/** SurveyCTO as its REST API is documented (developer.surveycto.com), with pages of two records at most. */
export async function startSurveyctoServer(): Promise<SurveyctoTestServer> {
  const service = await startFakeService((call) => answer(call, server));
  const server: SurveyctoTestServer = { ...service, submissions: [], records: [], full: 0 };
  return server;
}

function answer({ url, headers }: ServiceCall, server: SurveyctoTestServer): ServiceReply {
  const { username, password } = surveyctoTestAccount;
  if (headers.authorization !== `Basic ${btoa(`${username}:${password}`)}`) {
    return refusal(401, 'Invalid username or password.');
  }
  switch (url.pathname) {
    case '/api/v2/forms/ids':
      return { json: { formIds: ['household', 'locked'] } };
    case '/api/v2/forms/data/wide/json/household':
      return submissionsSince(url, server);
    case '/api/v2/forms/data/wide/json/locked':
      return refusal(500, 'The form is encrypted. Please provide the private key.');
    case '/api/v2/datasets': {
      const first = !url.searchParams.has('cursor');
      const dataset = (id: string, uniqueRecordField: string | null) => ({
        id,
        title: `${id} of the field`,
        totalRecords: server.records.length,
        uniqueRecordField,
      });
      return {
        json: {
          data: first ? [dataset('cases', 'id')] : [dataset('loose', null)],
          nextCursor: first ? 'cases' : null,
          total: 2,
          limit: 1,
        },
      };
    }
    case '/api/v2/datasets/cases/records': {
      const since = url.searchParams.get('modifiedAt.gte') ?? '';
      const found = server.records
        .filter(({ modifiedAt }) => modifiedAt >= since)
        .toSorted((a, b) => a.modifiedAt.localeCompare(b.modifiedAt));
      const start = found.findIndex(({ id }) => id === url.searchParams.get('cursor')) + 1;
      const page = found.slice(start, start + 2);
      return {
        json: {
          data: page.map(({ id, modifiedAt, name }) => ({ recordId: id, modifiedAt, values: { id, name } })),
          nextCursor: start + page.length < found.length ? page.at(-1)?.id : null,
          total: found.length,
          limit: 2,
        },
      };
    }
    default:
      return refusal(404, 'Not found.');
  }
}

function submissionsSince(url: URL, server: SurveyctoTestServer): ServiceReply {
  const since = Number(url.searchParams.get('date'));
  if (since === 0) {
    server.full += 1;
    if (server.full % 2 === 0) {
      return refusal(417, 'You can only request all data every 300 seconds. Please wait 0 seconds.');
    }
  }
  return {
    json: server.submissions
      .filter(({ completedAt }) => completedAt.getTime() >= since * 1000)
      .map(({ KEY, completedAt, answers }) => ({
        CompletionDate: written(completedAt),
        SubmissionDate: written(completedAt),
        starttime: '',
        deviceid: '99000211023220',
        ...answers,
        instanceID: KEY,
        formdef_version: '1411121011',
        review_status: 'APPROVED',
        KEY,
      })),
  };
}

/** "Oct 10, 2015 6:26:24 PM", in UTC. */
function written(at: Date): string {
  return new Intl.DateTimeFormat('en-US', {
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZone: 'UTC',
  })
    .format(at)
    .replace(/(\d{4}), /, '$1 ');
}

function refusal(status: number, message: string): ServiceReply {
  return { status, json: { error: { code: status, message } } };
}
