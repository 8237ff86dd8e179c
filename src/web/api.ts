import useSWR, { mutate, type SWRConfiguration, type SWRResponse } from 'swr';
import { refresh as refreshEndpoint } from '#contracts/accounts';
import type { Endpoint, EndpointInput, EndpointResponse } from '#contracts/endpoint';
import type { Session } from '#contracts/accounts';
import { ApiError, apiErrorFrom } from './api-error.ts';
import { endSession, startSession, useSession } from './session.ts';

const base = '/api/v1';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Seconds that long work may take before it answers with a run that still goes on (`Prefer: wait`). */
  readonly wait?: number;
}

/** The loosely typed shape that every `EndpointInput` has at run time. */
interface AnyInput {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
}

/**
 * Calls one operation of the API, typed by its contract. An expired access token is renewed once, whatever number of
 * calls find it expired, and the call repeated.
 *
 * @example const source = await call(getSource, { params: { id } }, { signal });
 * @throws ApiError for every answer that is not a success; the signal's reason when it was aborted.
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: EndpointInput<E>,
  options: CallOptions = {},
): Promise<EndpointResponse<E>> {
  // The generic input is narrowed to its parts here once, instead of at each use.
  const { query, params, body } = input as AnyInput;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.wait !== undefined) headers['prefer'] = `wait=${options.wait}`;
  const deleted = endpoint.method === 'DELETE' ? params?.['id'] : undefined;
  if (deleted !== undefined) deletedIds.add(String(deleted));
  const response = await authorizedFetch(
    urlOf(endpoint.path, params, query),
    {
      method: endpoint.method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    },
    endpoint.public === true,
  ).catch((error: unknown) => {
    if (deleted !== undefined) deletedIds.delete(String(deleted));
    throw error;
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json();
  // The server proves its answers against the same contract; a second check here would only cost the phone time.
  return answer as EndpointResponse<E>;
}

/**
 * Fetches with the session's token and answers only successes; for what is not JSON, such as exports.
 * @throws ApiError
 */
export async function authorizedFetch(url: string, init: RequestInit, isPublic = false): Promise<Response> {
  const response = await send(url, init);
  if (response.ok) return response;
  if (response.status !== 401 || isPublic) throw await apiErrorFrom(response);
  await refreshSession();
  const second = await send(url, init);
  if (second.ok) return second;
  if (second.status === 401) endSession();
  throw await apiErrorFrom(second);
}

/** Headers that name who asks; the upload, which runs on XMLHttpRequest for its progress, uses them too. */
export function sessionHeaders(): Record<string, string> {
  const { accessToken, chosenOrganizationId } = useSession.getState();
  return {
    ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
    ...(chosenOrganizationId ? { 'x-dalgo-org': chosenOrganizationId } : {}),
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, headers: { ...sessionHeaders(), ...plainHeaders(init.headers) } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError({ status: 0 }, { cause: error });
  }
}

function plainHeaders(headers: HeadersInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

let refreshing: Promise<void> | undefined;

/** Renews the access token with the refresh cookie. Calls made while one is under way share it: the cookie rotates. */
export function refreshSession(): Promise<void> {
  refreshing ??= requestRefresh().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function requestRefresh(): Promise<void> {
  const ask = () => send(base + refreshEndpoint.path, { method: 'POST' });
  // Two tabs must not use the same cookie at the same time, or the second looks like a thief.
  const response = await (typeof navigator !== 'undefined' && navigator.locks
    ? navigator.locks.request('dalgo-refresh', ask)
    : ask());
  if (!response.ok) {
    const error = await apiErrorFrom(response);
    if (response.status < 500 && response.status !== 429) endSession();
    throw error;
  }
  // The contract says what a refresh answers.
  const session = (await response.json()) as Session;
  startSession(session);
}

/** `/api/v1` + the path with its parameters filled in + the query; absent values are left out. */
export function urlOf(
  path: string,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, string | number | boolean | null | undefined>> = {},
): string {
  const filled = path.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return base + filled + (text ? `?${text}` : '');
}

type ApiKey = readonly [method: string, path: string, input: AnyInput];

/**
 * Reads one operation and keeps it up to date in the cache; `null` as input waits. The same call in two components is
 * one request.
 *
 * @example const { data, error, isLoading, mutate } = useApi(getSource, { params: { id } });
 */
export function useApi<E extends Endpoint>(
  endpoint: E,
  input: EndpointInput<E> | null,
  options?: SWRConfiguration<EndpointResponse<E>, unknown>,
): SWRResponse<EndpointResponse<E>, unknown> {
  const organization = useSession((state) => state.chosenOrganizationId);
  // The organization is part of the key: after a switch nothing of the other one may be shown, not even for a moment.
  const key = input === null ? null : [endpoint.method, endpoint.path, input, organization];
  return useSWR<EndpointResponse<E>, unknown>(key, () => call(endpoint, input as EndpointInput<E>), options);
}

/**
 * Reads again whatever is on the page from these operations.
 * @example await refetch(listSources, listTables);
 */
export async function refetch(...endpoints: readonly Endpoint[]): Promise<void> {
  const paths = new Set(endpoints.map((endpoint) => endpoint.path));
  await mutate((key) => isApiKey(key) && paths.has(key[1]));
}

/** What this page deleted, from the moment it asks for it: the news of it must not make the page ask for it again. */
const deletedIds = new Set<string>();

/**
 * Reads again whatever is on the page from operations whose paths begin so, but not what this page has deleted.
 * @example await refetchUnder(['/sources', '/graph']);
 */
export async function refetchUnder(beginnings: readonly string[]): Promise<void> {
  await mutate(
    (key) =>
      isApiKey(key) && beginnings.some((beginning) => key[1].startsWith(beginning)) && !isOfDeleted(key[2]),
  );
}

/** Tables are named after what made them, so that a part of a parameter counts too. */
function isOfDeleted(input: AnyInput): boolean {
  const values = Object.values(input.params ?? {}).map(String);
  return [...deletedIds].some((id) => values.some((value) => value.includes(id)));
}

function isApiKey(key: unknown): key is ApiKey {
  return Array.isArray(key) && typeof key[1] === 'string';
}
