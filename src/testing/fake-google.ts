import { createHash, randomUUID } from 'node:crypto';
import { importSPKI, jwtVerify, UnsecuredJWT } from 'jose';
import { type FakeService, type ServiceCall, type ServiceReply, startFakeService } from './fake-service.ts';

export interface FakeSheet {
  sheetId: number;
  title: string;
  hidden?: boolean;
  rowCount: number;
  columnCount: number;
  values: unknown[][];
  /** Number formats by column, below the header. */
  formats: Record<number, string>;
  merges?: unknown[];
}

export interface FakeSpreadsheet {
  title: string;
  sheets: FakeSheet[];
  /** Accounts that may read it, and those that may edit it as well. */
  readers: string[];
  editors: string[];
}

export interface FakeGoogle extends FakeService {
  readonly spreadsheets: Map<string, FakeSpreadsheet>;
  /** Who presses Allow on the page of Google, and what they leave ticked of what is asked. */
  person: { email: string; allows: (scope: string) => boolean };
  /** Instead of an answer, where it gives one. */
  fault: ((call: ServiceCall) => ServiceReply | undefined) | undefined;
  /** What is sent when everything was done. */
  after: ((call: ServiceCall, reply: ServiceReply) => ServiceReply) | undefined;
  /** Refresh tokens that count. */
  readonly refreshTokens: Map<string, { email: string; scopes: string[] }>;
}

export const googleClient = { id: 'client-1.apps.googleusercontent.com', secret: 'GOCSPX-client-s3cret' };

/**
 * Google as far as we speak with it: consent, tokens (RFC 6749 with PKCE and JWT bearer), and the Sheets API v4 with
 * its batches that happen whole or not at all. Written after the public reference of both.
 *
 * @param serviceAccount public key (SPKI, PEM) of a service account, by its e-mail.
 */
export async function startFakeGoogle(
  serviceAccount: Readonly<Record<string, string>> = {},
): Promise<FakeGoogle> {
  const spreadsheets = new Map<string, FakeSpreadsheet>();
  const refreshTokens = new Map<string, { email: string; scopes: string[] }>();
  const accessTokens = new Map<string, { email: string; scopes: string[] }>();
  const codes = new Map<
    string,
    { challenge: string; redirectUri: string; email: string; scopes: string[] }
  >();
  const google: Pick<FakeGoogle, 'person' | 'fault' | 'after'> = {
    person: { email: 'asha@example.org', allows: () => true },
    fault: undefined,
    after: undefined,
  };

  function grant(email: string, scopes: string[]) {
    const token = `ya29.${randomUUID()}`;
    accessTokens.set(token, { email, scopes });
    return { access_token: token, expires_in: 3599, token_type: 'Bearer', scope: scopes.join(' ') };
  }

  function consent(url: URL): ServiceReply {
    const of = (name: string) => url.searchParams.get(name) ?? '';
    const isWhole =
      of('client_id') === googleClient.id &&
      of('response_type') === 'code' &&
      of('code_challenge_method') === 'S256' &&
      of('access_type') === 'offline' &&
      of('code_challenge').length === 43;
    if (!isWhole) return { status: 400, text: 'Error 400: invalid_request' };
    const code = `4/${randomUUID()}`;
    codes.set(code, {
      challenge: of('code_challenge'),
      redirectUri: of('redirect_uri'),
      email: google.person.email,
      scopes: of('scope').split(' ').filter(google.person.allows),
    });
    const back = new URL(of('redirect_uri'));
    back.search = new URLSearchParams({ state: of('state'), code }).toString();
    return { status: 302, text: '', headers: { location: back.href } };
  }

  async function token(form: URLSearchParams): Promise<ServiceReply> {
    const refused = (error: string): ServiceReply => ({ status: 400, json: { error } });
    if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      const assertion = form.get('assertion') ?? '';
      for (const [email, key] of Object.entries(serviceAccount)) {
        try {
          const { payload } = await jwtVerify(assertion, await importSPKI(key, 'RS256'), {
            issuer: email,
            audience: `${service.origin}/token`,
          });
          return { json: grant(email, String(payload['scope']).split(' ')) };
        } catch {
          // Of another account, or of nobody.
        }
      }
      return refused('invalid_grant');
    }
    if (form.get('client_id') !== googleClient.id || form.get('client_secret') !== googleClient.secret)
      return { status: 401, json: { error: 'invalid_client' } };
    if (form.get('grant_type') === 'refresh_token') {
      const known = refreshTokens.get(form.get('refresh_token') ?? '');
      return known === undefined ? refused('invalid_grant') : { json: grant(known.email, known.scopes) };
    }
    const code = form.get('code') ?? '';
    const begun = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (begun?.challenge !== challenge || begun.redirectUri !== form.get('redirect_uri'))
      return refused('invalid_grant');
    const refreshToken = `1//${randomUUID()}`;
    refreshTokens.set(refreshToken, { email: begun.email, scopes: begun.scopes });
    const idToken = new UnsecuredJWT({ email: begun.email }).setAudience(googleClient.id).encode();
    return {
      json: { ...grant(begun.email, begun.scopes), refresh_token: refreshToken, id_token: idToken },
    };
  }

  async function answer(call: ServiceCall): Promise<ServiceReply> {
    const { url } = call;
    if (url.pathname === '/o/oauth2/v2/auth') return consent(url);
    if (url.pathname === '/token') return token(new URLSearchParams(call.body));
    if (url.pathname === '/revoke') {
      refreshTokens.delete(new URLSearchParams(call.body).get('token') ?? '');
      return { json: {} };
    }
    const who = accessTokens.get(call.headers.authorization?.replace('Bearer ', '') ?? '');
    if (who === undefined) return { status: 401, json: { error: { status: 'UNAUTHENTICATED' } } };
    const mayWrite = who.scopes.includes('https://www.googleapis.com/auth/spreadsheets');
    const mayRead = mayWrite || who.scopes.includes('https://www.googleapis.com/auth/spreadsheets.readonly');
    const match = /^\/v4\/spreadsheets(?:\/([\w-]+))?(.*)$/.exec(url.pathname);
    if (match === null) return { status: 404, json: {} };
    if (call.method !== 'GET' && !mayWrite) return { status: 403, json: {} };
    if (match[1] === undefined) {
      const id = randomUUID().replaceAll('-', '');
      const title = (JSON.parse(call.body) as { properties: { title: string } }).properties.title;
      const sheets = [
        { sheetId: 0, title: 'Sheet1', rowCount: 1000, columnCount: 26, values: [], formats: {} },
      ];
      spreadsheets.set(id, { title, sheets, readers: [], editors: [who.email] });
      return { json: { spreadsheetId: id } };
    }
    const spreadsheet = spreadsheets.get(match[1]);
    if (spreadsheet === undefined) return { status: 404, json: {} };
    const isEditor = spreadsheet.editors.includes(who.email);
    const isReader = mayRead && (isEditor || spreadsheet.readers.includes(who.email));
    if (!isReader || (call.method !== 'GET' && !isEditor)) return { status: 403, json: {} };
    return onSpreadsheet(match[1], spreadsheet, decodeURIComponent(match[2] ?? ''), call);
  }

  const service = await startFakeService(async (call) => {
    const reply = google.fault?.(call) ?? (await answer(call));
    return google.after?.(call, reply) ?? reply;
  });
  return Object.assign(google, service, { spreadsheets, refreshTokens });
}

const invalid = (message: string): ServiceReply => ({ status: 400, json: { error: { message } } });

function onSpreadsheet(
  id: string,
  spreadsheet: FakeSpreadsheet,
  path: string,
  { method, url, body }: ServiceCall,
): ServiceReply {
  if (method === 'GET' && path === '/values:batchGet') {
    const range = rangeOf(spreadsheet, url.searchParams.get('ranges') ?? '');
    if (range === undefined || range.last > range.sheet.rowCount) return invalid('Unable to parse range');
    const values = range.sheet.values.slice(range.first - 1, range.last);
    while (values.at(-1)?.length === 0) values.pop();
    return { json: { valueRanges: [values.length > 0 ? { values } : {}] } };
  }
  if (method === 'GET') {
    const range = rangeOf(spreadsheet, url.searchParams.get('ranges') ?? '');
    if (range !== undefined) {
      const values = Array.from({ length: range.sheet.columnCount }, (_, index) => {
        const type = range.sheet.formats[index];
        return type === undefined ? {} : { effectiveFormat: { numberFormat: { type } } };
      });
      return { json: { sheets: [{ data: [{ rowData: [{ values }] }] }] } };
    }
    return { json: describe(id, spreadsheet) };
  }
  if (method === 'PUT' && path.startsWith('/values/')) {
    if (url.searchParams.get('valueInputOption') !== 'RAW') return invalid('only RAW is faithful here');
    const range = rangeOf(spreadsheet, path.slice('/values/'.length));
    const { values } = JSON.parse(body) as { values: unknown[][] };
    if (range === undefined) return invalid('Unable to parse range');
    if (range.first - 1 + values.length > range.sheet.rowCount) return invalid('exceeds grid limits');
    for (const [index, row] of values.entries()) {
      if (row.length > range.sheet.columnCount) return invalid('exceeds grid limits');
      range.sheet.values[range.first - 1 + index] = row;
    }
    return { json: { updatedRows: values.length } };
  }
  if (method === 'POST' && path === ':batchUpdate') {
    // On a copy: a batch with one refused request does nothing.
    const copy = structuredClone(spreadsheet.sheets);
    const { requests } = JSON.parse(body) as { requests: Record<string, Record<string, unknown>>[] };
    for (const request of requests) {
      const problem = apply(copy, request);
      if (problem !== undefined) return invalid(problem);
    }
    spreadsheet.sheets = copy;
    return { json: { spreadsheetId: id } };
  }
  return { status: 404, json: {} };
}

function describe(id: string, { title, sheets }: FakeSpreadsheet): unknown {
  return {
    spreadsheetId: id,
    spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${id}/edit`,
    properties: { title, timeZone: 'Asia/Kolkata' },
    sheets: sheets.map(({ sheetId, title: name, hidden, rowCount, columnCount, merges }) => ({
      properties: {
        sheetId,
        title: name,
        sheetType: 'GRID',
        ...(hidden === true ? { hidden } : {}),
        gridProperties: { rowCount, columnCount },
      },
      ...(merges === undefined ? {} : { merges }),
    })),
  };
}

function rangeOf({ sheets }: FakeSpreadsheet, range: string) {
  const match = /^'((?:[^']|'')*)'!(?:A)?(\d+)(?::(\d+))?$/.exec(range);
  const sheet = sheets.find(({ title }) => title === match?.[1]?.replaceAll("''", "'"));
  if (match === null || sheet === undefined) return undefined;
  return { sheet, first: Number(match[2]), last: Number(match[3] ?? match[2]) };
}

interface GridRange {
  readonly sheetId: number;
  readonly startRowIndex?: number;
  readonly endRowIndex?: number;
  readonly startColumnIndex?: number;
  readonly endColumnIndex?: number;
}

/** @returns what Google would complain of. */
function apply(sheets: FakeSheet[], request: Record<string, Record<string, unknown>>): string | undefined {
  const [[kind, options] = ['', {}]] = Object.entries(request);
  const byId = (sheetId: unknown) => sheets.find((sheet) => sheet.sheetId === sheetId);
  switch (kind) {
    case 'addSheet': {
      const {
        sheetId,
        title,
        hidden,
        gridProperties: grid,
      } = options['properties'] as {
        sheetId: number;
        title: string;
        hidden?: boolean;
        gridProperties: { rowCount: number; columnCount: number };
      };
      if (byId(sheetId) !== undefined || sheets.some((sheet) => sheet.title === title))
        return 'A sheet with this name or id already exists';
      sheets.push({
        sheetId,
        title,
        hidden: hidden === true,
        rowCount: grid.rowCount,
        columnCount: grid.columnCount,
        values: [],
        formats: {},
      });
      return undefined;
    }
    case 'deleteSheet': {
      const sheet = byId(options['sheetId']);
      if (sheet === undefined) return 'No sheet with this id';
      if (!sheets.some((other) => other !== sheet && other.hidden !== true))
        return 'You can’t remove all the sheets';
      sheets.splice(sheets.indexOf(sheet), 1);
      return undefined;
    }
    case 'updateSheetProperties': {
      const {
        sheetId,
        gridProperties: grid,
        ...rest
      } = options['properties'] as {
        sheetId: number;
        gridProperties?: { rowCount: number; columnCount: number };
      };
      const sheet = byId(sheetId);
      if (sheet === undefined) return 'No sheet with this id';
      Object.assign(sheet, rest, grid);
      return undefined;
    }
    case 'appendDimension': {
      const sheet = byId(options['sheetId']);
      if (sheet === undefined) return 'No sheet with this id';
      sheet.rowCount += Number(options['length']);
      return undefined;
    }
    case 'unmergeCells': {
      const sheet = byId((options['range'] as GridRange).sheetId);
      if (sheet === undefined) return 'No sheet with this id';
      delete sheet.merges;
      return undefined;
    }
    case 'updateCells': {
      const sheet = byId((options['range'] as GridRange).sheetId);
      if (sheet === undefined) return 'No sheet with this id';
      sheet.values = [];
      return undefined;
    }
    case 'repeatCell': {
      const range = options['range'] as GridRange;
      const sheet = byId(range.sheetId);
      if (sheet === undefined) return 'No sheet with this id';
      const cell = options['cell'] as { userEnteredFormat: { numberFormat: { type: string } } };
      sheet.formats[range.startColumnIndex ?? 0] = cell.userEnteredFormat.numberFormat.type;
      return undefined;
    }
    case 'copyPaste': {
      const source = options['source'] as GridRange;
      const destination = options['destination'] as GridRange;
      const [from, to] = [byId(source.sheetId), byId(destination.sheetId)];
      if (from === undefined || to === undefined) return 'No sheet with this id';
      const rows = (source.endRowIndex ?? 0) - (source.startRowIndex ?? 0);
      if (rows > from.rowCount || rows > to.rowCount) return 'exceeds grid limits';
      to.values = structuredClone(from.values.slice(0, rows));
      return undefined;
    }
    default:
      return `Unknown request ${kind}`;
  }
}
