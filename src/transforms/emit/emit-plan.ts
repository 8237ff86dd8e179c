import type { Plan, PlanNode } from '../plan/plan-recipe.ts';
import type { Measure, NamedExpression, OrderKey, PlanOperation } from '../plan/relation.ts';
import { inlinedWeight, type ColumnWeights } from '../plan/inlined-weight.ts';
import { emitExpression, positionOf } from './emit-expression.ts';
import { emitFuzzyMatch } from './emit-fuzzy-match.ts';
import { emitSql } from './emit-sql.ts';
import type { SqlSyntax } from './sql-syntax.ts';
import { UnsupportedByDialect } from './unsupported-by-dialect.ts';

export interface EmitOptions {
  /** Schema of the tables; the connection's search path when absent. */
  readonly schema?: string | undefined;
  /** Leave the order of the result out: for counting, and for rows that a plain scan already returns in order. */
  readonly unordered?: boolean | undefined;
  /** A condition on the rows of the table that the plan begins with. */
  readonly scanWhere?: string | undefined;
  /** Only a part of that table: what follows its name. */
  readonly scanSample?: string | undefined;
}

export interface EmittedPlan {
  /** `WITH step_1_source AS (…), …` */
  readonly withClause: string;
  /** Name of the last CTE. */
  readonly from: string;
  /** One SELECT, the whole recipe. */
  readonly sql: string;
}

/** `step_2_keep_adults` for a step labelled “Keep adults”, else `step_2_filter`: plain lower-case Latin, at most 48 letters. */
export function cteName(node: Pick<PlanNode, 'index' | 'type' | 'label'>): string {
  const slug = (node.label ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  return `step_${node.index + 1}_${/[a-z]/.test(slug) ? slug : node.type}`;
}

/**
 * Pieces that one expression may grow to by what it is made of before its operands are computed once. Without, 50 steps
 * that replace two values in one column are 3^50 pieces: PostgreSQL 18 planned until its memory was gone.
 */
const MAX_INLINED_WEIGHT = 400;
/**
 * Steps that a planner merges into one: its work grows with their third power. A longer recipe is planned in parts,
 * whose rows stand in memory in between, which is little against what so many steps do to them.
 */
const MAX_MERGED_STEPS = 25;

const joinWords = {
  left: 'LEFT JOIN',
  inner: 'INNER JOIN',
  right: 'RIGHT JOIN',
  outer: 'FULL JOIN',
} as const;

const list = (items: readonly string[]): string => items.map((item) => `\n    ${item}`).join(',');

/** What an operation reads: a step before, or a part of its own. */
interface Input {
  readonly sql: string;
  /** A subquery needs a name. */
  readonly alias: string | null;
}

const plainInput = ({ sql, alias }: Input): string => (alias === null ? sql : `${sql} AS ${alias}`);

/** The rows of a step with every column computed once, however often it is named. */
function computedInput(name: string, syntax: SqlSyntax): Input {
  return { sql: `(\n    SELECT *\n    FROM ${name}${syntax.computedOnce}\n  )`, alias: name };
}

/** @throws UnsupportedByDialect where equal nested data cannot be found */
function refuseNestedKeys(items: readonly NamedExpression[], syntax: SqlSyntax): void {
  if (!syntax.groupsNestedData && items.some(({ expression }) => expression.type === 'json'))
    throw new UnsupportedByDialect(
      'This engine cannot compare nested data, so it finds no equal rows. Take its fields apart first.',
    );
}

function emitOperation(
  operation: PlanOperation,
  source: Input,
  syntax: SqlSyntax,
  options: EmitOptions,
): string {
  const { dialect } = syntax;
  const input = plainInput(source);
  const quote = dialect.quoteIdentifier;
  const alias = (sql: string, name: string): string =>
    sql === quote(name) ? sql : `${sql} AS ${quote(name)}`;
  const named = ({ name, expression }: NamedExpression): string =>
    alias(emitExpression(expression, syntax), name);
  const table = (name: string): string => dialect.quoteTable({ schema: options.schema, name });
  const orderKeys = (keys: readonly OrderKey[]): string =>
    keys.map((key) => syntax.orderKey(quote(key.name), key.type, key.descending)).join(', ');
  const measure = ({ name, kind, argument, filter, fraction, separator, order }: Measure): string =>
    alias(
      syntax.aggregate(
        kind,
        argument === null ? null : { sql: emitExpression(argument, syntax), type: argument.type },
        {
          filter: filter === undefined ? '' : ` FILTER (WHERE ${emitExpression(filter, syntax)})`,
          condition: filter === undefined ? undefined : emitExpression(filter, syntax),
          order: orderKeys(order ?? []),
          fraction,
          separator,
        },
      ),
      name,
    );
  switch (operation.kind) {
    case 'scan': {
      const columns = operation.columns.map(({ from, to }) => alias(quote(from), to));
      if (operation.rowPosition !== null)
        columns.push(alias(positionOf(syntax.rowPosition), operation.rowPosition));
      const where = options.scanWhere === undefined ? '' : `\n  WHERE ${options.scanWhere}`;
      return `  SELECT${list(columns)}\n  FROM ${table(operation.table)}${options.scanSample ?? ''}${where}`;
    }
    case 'filter':
      return `  SELECT *\n  FROM ${input}\n  WHERE ${emitExpression(operation.predicate, syntax)}`;
    case 'project':
      if (operation.distinct) refuseNestedKeys(operation.items, syntax);
      return `  SELECT${operation.distinct ? ' DISTINCT' : ''}${list(operation.items.map(named))}\n  FROM ${input}`;
    case 'extend':
      return `  SELECT${list(['*', ...operation.items.map(named)])}\n  FROM ${input}`;
    case 'join': {
      const brought = operation.bring.map(({ from, to }) => `r.${quote(from)} AS ${quote(to)}`);
      if (operation.rowPosition !== null)
        brought.push(`r.${positionOf(syntax.rowPosition)} AS ${quote(operation.rowPosition)}`);
      const on = operation.on
        .map(
          ({ left, right }) => `${emitExpression(left, syntax, 'l')} = ${emitExpression(right, syntax, 'r')}`,
        )
        .join(' AND ');
      const { joinType } = operation;
      if (joinType === 'semi' || joinType === 'anti') {
        return `  SELECT l.*\n  FROM ${source.sql} AS l\n  WHERE ${joinType === 'anti' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${table(operation.table)} AS r WHERE ${on})`;
      }
      const keys = operation.on.map(({ right }) => emitExpression(right, syntax)).join(', ');
      const other = operation.onlyFirst
        ? `(\n    SELECT *\n    FROM (SELECT *, row_number() OVER (PARTITION BY ${keys} ORDER BY ${orderKeys(operation.bring.map(({ from, type }) => ({ name: from, type, descending: false })))}) AS _dalgo_first FROM ${table(operation.table)}) AS t\n    WHERE _dalgo_first = 1\n  )`
        : table(operation.table);
      return `  SELECT${list(['l.*', ...brought])}\n  FROM ${source.sql} AS l\n  ${joinWords[joinType]} ${other} AS r ON ${on}`;
    }
    case 'aggregate': {
      refuseNestedKeys(operation.keys, syntax);
      const columns = [...operation.keys.map(named), ...operation.measures.map(measure)];
      const by =
        operation.keys.length === 0
          ? ''
          : `\n  GROUP BY ${operation.keys.map(({ expression }) => emitExpression(expression, syntax)).join(', ')}`;
      return `  SELECT${list(columns)}\n  FROM ${input}${by}`;
    }
    case 'stack':
      return [
        `  SELECT${list(operation.items.map(named))}\n  FROM ${input}`,
        ...operation.branches.map(
          (branch) => `  SELECT${list(branch.items.map(named))}\n  FROM ${table(branch.table)}`,
        ),
      ].join('\n  UNION ALL\n');
    case 'unpivot': {
      const names = operation.columns.map(({ label }) =>
        dialect.quoteLiteral({ type: 'text', value: label }),
      );
      const values = operation.columns.map(
        ({ value }, index) => `\n      WHEN ${index + 1} THEN ${emitExpression(value, syntax, 'l')}`,
      );
      const made = [
        `n.label AS ${quote(operation.name)}`,
        `CASE n.n${values.join('')}\n    END AS ${quote(operation.value)}`,
        `n.n AS ${quote(operation.position)}`,
      ];
      return `  SELECT${list(['l.*', ...made])}\n  FROM ${source.sql} AS l\n  CROSS JOIN ${syntax.numbered(names, 'n')}`;
    }
    case 'unnest': {
      const parts = syntax.parts(emitExpression(operation.list, syntax, 'l'), operation.separator);
      const made = [`p.value AS ${quote(operation.name)}`];
      if (operation.position !== null) made.push(`p.n AS ${quote(operation.position)}`);
      return `  SELECT${list(['l.*', ...made])}\n  FROM ${source.sql} AS l\n  ${syntax.lateral(parts, 'p')}`;
    }
    case 'sequence':
      return emitSequence(operation.operations, source, syntax, options);
    case 'fuzzy_match':
      return emitFuzzyMatch(operation, source.sql, input, syntax, options);
    case 'sql':
      return emitSql(operation, input, syntax, options);
    case 'sort':
      return `  SELECT *\n  FROM ${input} -- its order is that of the last SELECT`;
  }
}

/** @throws UnsupportedByDialect saying which step it is */
function emitNode(node: PlanNode, input: Input, syntax: SqlSyntax, options: EmitOptions): string {
  try {
    return emitOperation(node.operation, input, syntax, options);
  } catch (error) {
    if (error instanceof UnsupportedByDialect) throw new UnsupportedByDialect(error.message, node.index);
    throw error;
  }
}

/** Each operation in a subquery of the next one. */
function emitSequence(
  operations: readonly PlanOperation[],
  source: Input,
  syntax: SqlSyntax,
  options: EmitOptions,
): string {
  let input = source;
  let sql = '';
  for (const [index, operation] of operations.entries()) {
    sql = emitOperation(operation, input, syntax, options);
    const end = operation.kind === 'extend' ? syntax.computedOnce : '';
    input = { sql: `(\n${sql}${end}\n  )`, alias: `part_${index + 1}` };
  }
  return sql;
}

function orderBy(keys: readonly OrderKey[], syntax: SqlSyntax): string {
  if (keys.length === 0) return '';
  const { quoteIdentifier } = syntax.dialect;
  return `\nORDER BY ${keys.map((key) => syntax.orderKey(quoteIdentifier(key.name), key.type, key.descending)).join(', ')}`;
}

/**
 * One CTE for each step, named after it, and a last SELECT with the result's order. The same plan gives the same bytes.
 *
 * @example emitPlan(plan, postgresSyntax, {schema: 'org_x'}).sql
 */
export function emitPlan(plan: Plan, syntax: SqlSyntax, options: EmitOptions = {}): EmittedPlan {
  const parts: string[] = [];
  let ctes: string[] = [];
  let from = '';
  let weights: ColumnWeights = new Map();
  let merged = 0;
  for (const node of plan.nodes) {
    let input: Input = { sql: from, alias: null };
    let weight = inlinedWeight(node.operation, weights);
    const isHeavy = weight.heaviest > MAX_INLINED_WEIGHT && weights.size > 0;
    merged += 1;
    if (merged > MAX_MERGED_STEPS && syntax.plannedApart !== null) {
      const before = `steps_to_${node.index}`;
      parts.push(
        `${before} AS ${syntax.plannedApart} (\nWITH ${ctes.join(',\n')}\nSELECT *\nFROM ${from}\n)`,
      );
      ctes = [];
      input = { sql: before, alias: null };
      merged = 1;
    } else if (isHeavy && syntax.computedOnce !== '') input = computedInput(from, syntax);
    if (input.sql !== from) weight = inlinedWeight(node.operation, new Map());
    weights = weight.columns;
    from = cteName(node);
    ctes.push(`${from} AS (\n${emitNode(node, input, syntax, options)}\n)`);
  }
  const { quoteIdentifier } = syntax.dialect;
  const columns =
    plan.hidden.length === 0
      ? '*'
      : plan.columns.map((column) => `\n  ${quoteIdentifier(column.name)}`).join(',');
  const withClause = `WITH ${[...parts, ...ctes].join(',\n')}`;
  const order = options.unordered === true ? '' : orderBy(plan.order, syntax);
  return {
    withClause,
    from,
    sql: `${withClause}\nSELECT ${columns}\nFROM ${from}${order}`.replace('SELECT \n', 'SELECT\n'),
  };
}
