import type { Dialect } from '#warehouse';
import { bigquerySyntax } from './bigquery/bigquery-syntax.ts';
import { duckdbSyntax } from './duckdb/duckdb-syntax.ts';
import { postgresSyntax } from './postgres/postgres-syntax.ts';
import type { SqlSyntax } from './sql-syntax.ts';

/** A dialect that forgets its syntax does not compile. */
export const syntaxes: Readonly<Record<Dialect['name'], SqlSyntax>> = {
  postgres: postgresSyntax,
  duckdb: duckdbSyntax,
  bigquery: bigquerySyntax,
};
