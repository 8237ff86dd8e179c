import { hasSqlDetails, loadModule, parseSync, scanSync } from 'libpg-query';

/*
 * PostgreSQL's own parser, compiled to WebAssembly, of the version that we ship (18): what it takes for one SELECT, the
 * server takes for one SELECT. It loads in 30 ms, once; after that it works without waiting, so that planning stays a
 * pure function.
 */
await loadModule();

/**
 * Longer texts could nest so deeply that the parser runs out of its stack, after which it cannot be used again: it was
 * seen at 20,000 levels, never at 4,000 tokens, whatever they were.
 */
const MAX_SQL_TOKENS = 4000;

/** What is wrong with an SQL text, and where: an index into it. */
export interface SqlProblem {
  readonly message: string;
  readonly position: number;
}

export type ParsedSql =
  | { readonly statements: readonly unknown[]; readonly problem: null }
  | { readonly problem: SqlProblem };

/** Index in a text of what is `bytes` into its UTF-8. */
export function indexOfByte(text: string, bytes: number): number {
  return Buffer.from(text, 'utf8').subarray(0, Math.max(0, bytes)).toString('utf8').length;
}

function problemOf(error: unknown, sql: string): SqlProblem {
  if (!hasSqlDetails(error)) throw error;
  const details = error.sqlDetails;
  // It counts characters, not bytes.
  const before = Array.from(sql).slice(0, Math.max(0, details?.cursorPosition ?? 0));
  return { message: details?.message ?? error.message, position: before.join('').length };
}

function countTokens(sql: string): number {
  try {
    return scanSync(sql).tokens.length;
  } catch (error) {
    // A text that is not even made of tokens; the parser says where, before it nests anything.
    if (error instanceof SyntaxError) return 0;
    throw error;
  }
}

/** The raw statements of an SQL text. */
export function parseSql(sql: string): ParsedSql {
  if (sql.trim() === '') return { statements: [], problem: null };
  try {
    if (countTokens(sql) > MAX_SQL_TOKENS)
      return { problem: { message: 'This SQL is too long. Make it two steps.', position: 0 } };
    return { statements: parseSync(sql).stmts ?? [], problem: null };
  } catch (error) {
    return { problem: problemOf(error, sql) };
  }
}
