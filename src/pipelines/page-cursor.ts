import { AppError } from '#platform/errors';

/** Where a page ends: the values it is ordered by, of its last item. */
export function writeCursor(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws AppError invalid_input for a cursor that no list of ours gave. */
export function readCursor(cursor: string): readonly [string, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed)) {
      const [first, second]: unknown[] = parsed;
      if (typeof first === 'string' && typeof second === 'string') return [first, second];
    }
  } catch {
    // Not JSON: answered below like any other wrong cursor.
  }
  throw new AppError('invalid_input', 'This cursor is not one that a list gave.', {
    errors: [{ path: 'cursor', message: 'Leave it out to begin at the first page.' }],
  });
}
