/** More would only hold connections open; clients ask again. */
const MAX_SECONDS = 60;

/** Seconds that `Prefer: wait=N` (RFC 7240) asks for, at most 60; undefined without it. */
export function preferWait(header: string | readonly string[] | undefined): number | undefined {
  const text = typeof header === 'string' ? header : header?.join(',');
  for (const preference of text?.split(',') ?? []) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_SECONDS);
  }
  return undefined;
}
