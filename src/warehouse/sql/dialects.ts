import { bigquery } from './bigquery-dialect.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './duckdb-dialect.ts';
import { postgres } from './postgres-dialect.ts';

export const dialects: Readonly<Record<Dialect['name'], Dialect>> = { postgres, duckdb, bigquery };
