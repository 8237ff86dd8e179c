import type { APIRequestContext } from '@playwright/test';
import type { Endpoint, EndpointInput, EndpointResponse } from '#contracts/endpoint';

/** The API with one person's access token: to prepare what a test does not show, and to check what it left. */
export interface Api {
  readonly call: <E extends Endpoint>(endpoint: E, input: EndpointInput<E>) => Promise<EndpointResponse<E>>;
  /** Sends a file to `POST /uploads`. */
  readonly upload: (file: {
    readonly name: string;
    readonly content: Buffer;
  }) => Promise<{ readonly id: string }>;
}

/** What an input holds, whichever of the parts its endpoint has. */
interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/**
 * @param request Playwright's, which shares its cookies with the pages of the same context
 * @param token answers the access token, or undefined before there is one
 */
export function apiOf(request: APIRequestContext, token: () => string | undefined): Api {
  const headers = (): Record<string, string> => {
    const value = token();
    return value === undefined ? {} : { authorization: `Bearer ${value}` };
  };
  return {
    call: async (endpoint, input) => {
      // Every input is made of these three; which of them an endpoint has is checked by the caller's types.
      const { params = {}, query = {}, body } = input as Parts;
      const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(params[name] ?? ''),
      );
      const search = new URLSearchParams(
        Object.entries(query).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)]],
        ),
      ).toString();
      const answer = await request.fetch(`/api/v1${path}${search === '' ? '' : `?${search}`}`, {
        method: endpoint.method,
        headers: { ...headers(), ...(endpoint.longRunning ? { prefer: 'wait=60' } : {}) },
        ...(body === undefined ? {} : { data: body }),
      });
      if (!answer.ok())
        throw new Error(`${endpoint.method} ${path}: ${answer.status()} ${await answer.text()}`);
      // The contract is what the server answers by; parsing it here proves it.
      return (
        endpoint.status === 204 ? undefined : endpoint.response.parse(await answer.json())
      ) as EndpointResponse<typeof endpoint>;
    },
    upload: async ({ name, content }) => {
      const answer = await request.post('/api/v1/uploads', {
        headers: headers(),
        multipart: { file: { name, mimeType: 'text/csv', buffer: content } },
      });
      if (!answer.ok()) throw new Error(`upload of ${name}: ${answer.status()} ${await answer.text()}`);
      const { id }: { id: string } = await answer.json();
      return { id };
    },
  };
}
