import { WHITE_SPACE } from '../../plan/white-space.ts';

/** A concatenation of chr(): DuckDB's strings know no escape for code points, and invisible characters help nobody. */
export const DUCKDB_SPACES = WHITE_SPACE.map((code) => `chr(${code})`).join(' || ');
