import type { PlanOperation } from '../plan/relation.ts';
import { emitExpression } from './emit-expression.ts';
import type { EmitOptions } from './emit-plan.ts';
import type { SqlSyntax } from './sql-syntax.ts';

type Operation = Extract<PlanOperation, { kind: 'fuzzy_match' }>;

/**
 * Similarity by trigrams, as pg_trgm defines it for one word: the runs of three letters of a text with two spaces in
 * front and one behind; what both have, of all that either has. Counted in plain SQL, so it needs no extension and is
 * the same number on every engine; texts meet over the trigrams that they share, so not every text is compared with
 * every other.
 */
export function emitFuzzyMatch(
  { left, own, other, threshold, name, score }: Operation,
  source: string,
  input: string,
  syntax: SqlSyntax,
  options: EmitOptions,
): string {
  const { dialect } = syntax;
  const quote = dialect.quoteIdentifier;
  const leftSql = emitExpression(left, syntax);
  const [from, key, found] =
    other === null
      ? [input, leftSql, emitExpression(own, syntax)]
      : [
          dialect.quoteTable({ schema: options.schema, name: other.table }),
          emitExpression(other.right, syntax),
          emitExpression(other.found, syntax),
        ];
  const least = syntax.aggregate('min', { sql: found, type: 'text' });
  const grams = (of: string): string =>
    `SELECT DISTINCT v, ${syntax.functions.substring(
      { sql: `concat('  ', v, ' ')`, type: 'text', literal: null },
      { sql: 'n', type: 'integer', literal: null },
      { sql: '3', type: 'integer', literal: '3' },
    )} AS g FROM ${of} CROSS JOIN ${syntax.series(`${syntax.functions.length({ sql: 'v', type: 'text', literal: null })} + 1`, 'n')}`;
  const quotient = syntax.arithmetic(
    '/',
    { sql: 'common', type: 'integer' },
    { sql: '(wanted_grams.n + other_grams.n - common)', type: 'integer' },
  );
  const limit = syntax.literal({ type: 'decimal', value: threshold }, 'decimal');
  const orderKey = (column: string, type: 'text' | 'integer' | 'decimal', descending: boolean): string =>
    syntax.orderKey(column, type, descending);
  // In the same column, a spelling gives way to one that more rows have: never the other way round as well.
  const best =
    other === null
      ? [orderKey('times', 'integer', true), orderKey('other', 'text', false)]
      : [orderKey('score', 'decimal', true), orderKey('found', 'text', false)];
  return `  SELECT
    l.*,
    m.found AS ${quote(name)},
    m.score AS ${quote(score)}
  FROM ${source} AS l
  LEFT JOIN (
    WITH wanted AS (SELECT DISTINCT ${leftSql} AS v FROM ${input} WHERE ${leftSql} <> ''),
    others AS (SELECT ${key} AS v, ${least} AS found, count(*) AS times FROM ${from} WHERE ${key} <> '' GROUP BY ${key}),
    wanted_trigrams AS (${grams('wanted')}),
    other_trigrams AS (${grams('others')}),
    wanted_grams AS (SELECT v, count(*) AS n FROM wanted_trigrams GROUP BY v),
    other_grams AS (SELECT v, count(*) AS n FROM other_trigrams GROUP BY v),
    pairs AS (
      SELECT w.v AS wanted, o.v AS other, count(*) AS common
      FROM wanted_trigrams AS w
      JOIN other_trigrams AS o ON w.g = o.g
      GROUP BY w.v, o.v
    ),
    scored AS (
      SELECT pairs.wanted, pairs.other, others.found, others.times, ${quotient} AS score
      FROM pairs
      JOIN wanted_grams ON wanted_grams.v = pairs.wanted
      JOIN other_grams ON other_grams.v = pairs.other
      JOIN others ON others.v = pairs.other
    )
    SELECT wanted, found, score
    FROM (SELECT *, row_number() OVER (PARTITION BY wanted ORDER BY ${best.join(', ')}) AS place FROM scored WHERE score >= ${limit}) AS ranked
    WHERE place = 1
  ) AS m ON m.wanted = ${emitExpression(left, syntax, 'l')}`;
}
