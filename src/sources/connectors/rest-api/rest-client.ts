import { AppError } from '#platform/errors';
import type { ConnectorContext } from '../../port.ts';
import { askService, type ServiceAnswer } from '../../services/ask-service.ts';
import { type Credentials, credentialsOf } from './rest-auth.ts';
import type { RestSettings } from './rest-settings.ts';

/** One service, asked with one set of credentials, which are asked for when they are first needed. */
export interface RestClient {
  /** Of a path behind the address, with the parameters that go with every request. */
  readonly addressOf: (path: string) => URL;
  readonly ask: (url: URL) => Promise<ServiceAnswer>;
}

export function openRestClient(
  context: ConnectorContext,
  settings: RestSettings,
  signal: AbortSignal,
): RestClient {
  const base = settings.base_url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  let known: Promise<Credentials> | undefined;

  async function askWith(credentials: Credentials, url: URL): Promise<ServiceAnswer> {
    const asked = new URL(url);
    for (const [name, value] of Object.entries(credentials.params)) asked.searchParams.set(name, value);
    const headers = {
      ...Object.fromEntries((settings.headers ?? []).map((line) => split(line, ':'))),
      ...credentials.headers,
    };
    return askService(context, { url: asked.href, headers, signal });
  }

  return {
    addressOf(path) {
      // Without a path the address is whole, with what stands behind its question mark.
      const url = new URL(
        path === '' ? settings.base_url.replace(/#.*$/, '') : `${base}/${path.replace(/^\/+/, '')}`,
      );
      for (const line of settings.params ?? []) {
        const at = line.indexOf('=');
        url.searchParams.append(line.slice(0, at), line.slice(at + 1));
      }
      return url;
    },
    async ask(url) {
      const asked = (known ??= credentialsOf(context, settings, signal));
      try {
        return await askWith(await asked, url);
      } catch (error) {
        // A token that was granted runs out while a long list is read; several requests may see it together.
        const isOver =
          settings.auth.kind === 'oauth2' && error instanceof AppError && error.where?.['status'] === 401;
        if (!isOver) throw error;
        if (known === asked) known = credentialsOf(context, settings, signal);
        return askWith(await known, url);
      }
    },
  };
}

function split(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
