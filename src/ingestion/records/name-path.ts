import { shortenFragments } from '../naming/dlt-naming.ts';
import { nameColumns } from '../naming/name-columns.ts';

const maxNameBytes = 63;

/**
 * The physical name of a nested field: its keys as column names, joined by `__` as dlt does, shortened as a whole and
 * made unique among `taken`. A key that contains `__` is nested by its own account.
 *
 * @example namePath(['address', 'Pin code'], new Set()) // address__pin_code
 */
export function namePath(path: readonly string[], taken: ReadonlySet<string>): string {
  const parts = path.flatMap((key) => {
    const nested = key.split('__').filter((part) => part !== '');
    return (nested.length === 0 ? [key] : nested).map((part) => nameColumns([part])[0]?.name ?? 'column_1');
  });
  return firstFree(shortenFragments(parts, maxNameBytes), taken);
}

/** The physical name of a table inside another. */
export function nameTable(parent: string, key: string, taken: ReadonlySet<string>): string {
  return firstFree(shortenFragments([parent, namePath([key], new Set())], maxNameBytes), taken);
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let count = 2; ; count += 1) {
    const suffix = `_${count}`;
    const candidate = name.slice(0, maxNameBytes - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}
