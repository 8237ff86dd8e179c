import type { FastifyInstance } from 'fastify';
import { registerAccountRoutes } from '#accounts';
import { systemClock, type Clock } from '#platform/clock';
import type { Config } from '#platform/config';
import { connectDatabase, type Database } from '#platform/database/database';
import type { RouteRegistrar } from '#platform/http-route';
import { newId } from '#platform/ids';
import { createLog } from '#platform/log';
import type { Services } from '#platform/services';
import { createTestDatabase, type TestDatabase } from '#testing/database';
import { createServer } from '../app.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined for an empty answer. */
  readonly body: unknown;
}

export interface TestApp extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly database: Database;
  readonly test: TestDatabase;
  /** Moves the clock of the server. */
  advance(milliseconds: number): void;
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly token?: string;
  readonly cookie?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on a database of its own, asked without a socket. The clock can be moved. */
export async function createTestApp(
  options: {
    readonly config?: Partial<Config>;
    readonly routes?: (route: RouteRegistrar, services: Services) => void;
    /** Instead of `routes`: registers everything itself, accounts too, after it has opened what that needs. */
    readonly prepare?: (services: Services, test: TestDatabase) => Promise<(route: RouteRegistrar) => void>;
    readonly outside?: (app: FastifyInstance) => void;
    readonly routeLimits?: boolean;
  } = {},
): Promise<TestApp> {
  const test = await createTestDatabase();
  const database = connectDatabase(test.appUrl, { maxConnections: 5 });
  let offset = 0;
  const clock: Clock = { now: () => systemClock.now() + offset };
  const config: Config = { ...test.config, ...options.config };
  const services: Services = {
    config,
    log: createLog(process.env['TEST_LOG'] ?? 'silent'),
    clock,
    newId,
    database,
  };
  const routes =
    (await options.prepare?.(services, test)) ??
    ((route: RouteRegistrar) => {
      registerAccountRoutes(route, services);
      options.routes?.(route, services);
    });
  const app = await createServer(services, {
    routes,
    ...(options.outside === undefined ? {} : { outside: options.outside }),
    web: false,
    routeLimits: options.routeLimits ?? false,
  });
  await app.ready();
  return {
    app,
    services,
    database,
    test,
    advance: (milliseconds) => {
      offset += milliseconds;
    },
    request: async (method, path, { body, token, cookie, headers } = {}) => {
      const answer = await app.inject({
        method,
        url: /^\/(?:api\/|webhooks\/|healthz$|readyz$|metrics$)/.test(path) ? path : `/api/v1${path}`,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(cookie === undefined ? {} : { cookie: `dalgo_refresh=${cookie}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      return {
        status: answer.statusCode,
        // One value each; the few headers that may repeat are not looked at through this.
        headers: answer.headers as Record<string, string | undefined>,
        body: answer.body === '' ? undefined : parseBody(answer.body),
      };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await database.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The refresh token that an answer sets; '' when it clears it, undefined when it leaves it. */
export function cookieOf(answer: Answer): string | undefined {
  const header: unknown = answer.headers['set-cookie'];
  const text = Array.isArray(header) ? header.join('\n') : typeof header === 'string' ? header : '';
  return /dalgo_refresh=([^;]*)/.exec(text)?.[1];
}
