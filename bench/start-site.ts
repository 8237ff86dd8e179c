import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SiteMessage } from './site.ts';

/** API and worker in a process of their own, on an embedded PostgreSQL in this directory. */
export async function startSite(dataDirectory: string, env: Readonly<Record<string, string>> = {}) {
  const child = fork(join(import.meta.dirname, 'site.ts'), {
    env: { ...process.env, ...env, DALGO_DATA_DIR: dataDirectory, DATABASE_URL: '', SUPABASE_DB_URL: '' },
  });
  const message = await nextMessage(child);
  if (message.kind !== 'ready') throw new Error('the site did not start');
  return {
    process: child,
    baseUrl: message.baseUrl,
    ownerUrl: message.ownerUrl,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<SiteMessage> {
  const stop = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: stop.signal }).then(() => {
      throw new Error('the site ended');
    });
    const [message] = await Promise.race([once(child, 'message', { signal: stop.signal }), ended]);
    return message as SiteMessage; // the site sends nothing else
  } finally {
    stop.abort();
  }
}

/** Bytes that the process has had at most. */
export async function peakMemory(child: ChildProcess): Promise<number> {
  const answer = nextMessage(child);
  child.send('memory');
  const message = await answer;
  return message.kind === 'memory' ? message.peakBytes : Number.NaN;
}

/** @returns a token of the first person of a new organization. */
export async function signUp(baseUrl: string): Promise<string> {
  const { access_token } = await call<{ access_token: string }>(`${baseUrl}/api/v1/auth/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: 'bench@example.org',
      password: 'four unrelated words here',
      name: 'Bench',
      organization_name: 'Bench',
    }),
  });
  return access_token;
}

/** The JSON that an address of the site answers with. */
export async function call<T>(url: string, init: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${body}`);
  return (body === '' ? undefined : JSON.parse(body)) as T; // the API's own contract
}
