import type { Plan, PlanNode } from '../plan/plan-recipe.ts';
import type { Measure, NamedExpression, OrderKey, PlanOperation } from '../plan/relation.ts';
import { emitExpression } from './emit-expression.ts';
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

const joinWords = {
  left: 'LEFT JOIN',
  inner: 'INNER JOIN',
  right: 'RIGHT JOIN',
  outer: 'FULL JOIN',
} as const;

const list = (items: readonly string[]): string => items.map((item) => `\n    ${item}`).join(',');

function emitOperation(
  operation: PlanOperation,
  input: string,
  syntax: SqlSyntax,
  options: EmitOptions,
): string {
  const { dialect } = syntax;
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
      if (operation.rowPosition !== null) columns.push(alias(syntax.rowPosition, operation.rowPosition));
      const where = options.scanWhere === undefined ? '' : `\n  WHERE ${options.scanWhere}`;
      return `  SELECT${list(columns)}\n  FROM ${table(operation.table)}${where}`;
    }
    case 'filter':
      return `  SELECT *\n  FROM ${input}\n  WHERE ${emitExpression(operation.predicate, syntax)}`;
    case 'project':
      return `  SELECT${operation.distinct ? ' DISTINCT' : ''}${list(operation.items.map(named))}\n  FROM ${input}`;
    case 'extend':
      return `  SELECT${list(['*', ...operation.items.map(named)])}\n  FROM ${input}`;
    case 'join': {
      const brought = operation.bring.map(({ from, to }) => `r.${quote(from)} AS ${quote(to)}`);
      if (operation.rowPosition !== null)
        brought.push(`r.${syntax.rowPosition} AS ${quote(operation.rowPosition)}`);
      const on = operation.on
        .map(
          ({ left, right }) => `${emitExpression(left, syntax, 'l')} = ${emitExpression(right, syntax, 'r')}`,
        )
        .join(' AND ');
      const { joinType } = operation;
      if (joinType === 'semi' || joinType === 'anti') {
        return `  SELECT l.*\n  FROM ${input} AS l\n  WHERE ${joinType === 'anti' ? 'NOT ' : ''}EXISTS (SELECT 1 FROM ${table(operation.table)} AS r WHERE ${on})`;
      }
      const keys = operation.on.map(({ right }) => emitExpression(right, syntax)).join(', ');
      const other = operation.onlyFirst
        ? `(\n    SELECT *\n    FROM (SELECT *, row_number() OVER (PARTITION BY ${keys} ORDER BY ${orderKeys(operation.bring.map(({ from, type }) => ({ name: from, type, descending: false })))}) AS _dalgo_first FROM ${table(operation.table)}) AS t\n    WHERE _dalgo_first = 1\n  )`
        : table(operation.table);
      return `  SELECT${list(['l.*', ...brought])}\n  FROM ${input} AS l\n  ${joinWords[joinType]} ${other} AS r ON ${on}`;
    }
    case 'aggregate': {
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
      const names = operation.columns.map(
        ({ label }, index) => `(${index + 1}, ${dialect.quoteLiteral({ type: 'text', value: label })})`,
      );
      const values = operation.columns.map(
        ({ value }, index) => `\n      WHEN ${index + 1} THEN ${emitExpression(value, syntax, 'l')}`,
      );
      const made = [
        `n.label AS ${quote(operation.name)}`,
        `CASE n.n${values.join('')}\n    END AS ${quote(operation.value)}`,
        `n.n AS ${quote(operation.position)}`,
      ];
      return `  SELECT${list(['l.*', ...made])}\n  FROM ${input} AS l\n  CROSS JOIN (VALUES ${names.join(', ')}) AS n(n, label)`;
    }
    case 'unnest': {
      const parts = syntax.parts(emitExpression(operation.list, syntax, 'l'), operation.separator);
      const made = [`p.value AS ${quote(operation.name)}`];
      if (operation.position !== null) made.push(`p.n AS ${quote(operation.position)}`);
      return `  SELECT${list(['l.*', ...made])}\n  FROM ${input} AS l\n  LEFT JOIN LATERAL (${parts}) AS p ON TRUE`;
    }
    case 'sequence':
      return operation.operations.reduce((inner, next, index) => {
        if (index === 0) return emitOperation(next, inner, syntax, options);
        const end = operation.operations[index - 1]?.kind === 'extend' ? syntax.computedOnce : '';
        return emitOperation(next, `(\n${inner}${end}\n  ) AS part_${index}`, syntax, options);
      }, input);
    case 'sql':
      return emitSql(operation, input, syntax, options);
    case 'sort':
      return `  SELECT *\n  FROM ${input} -- its order is that of the last SELECT`;
  }
}

/** @throws UnsupportedByDialect saying which step it is */
function emitNode(node: PlanNode, input: string, syntax: SqlSyntax, options: EmitOptions): string {
  try {
    return emitOperation(node.operation, input, syntax, options);
  } catch (error) {
    if (error instanceof UnsupportedByDialect) throw new UnsupportedByDialect(error.message, node.index);
    throw error;
  }
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
  const ctes: string[] = [];
  let input = '';
  for (const node of plan.nodes) {
    const name = cteName(node);
    ctes.push(`${name} AS (\n${emitNode(node, input, syntax, options)}\n)`);
    input = name;
  }
  const { quoteIdentifier } = syntax.dialect;
  const columns =
    plan.hidden.length === 0
      ? '*'
      : plan.columns.map((column) => `\n  ${quoteIdentifier(column.name)}`).join(',');
  const withClause = `WITH ${ctes.join(',\n')}`;
  const order = options.unordered === true ? '' : orderBy(plan.order, syntax);
  return {
    withClause,
    from: input,
    sql: `${withClause}\nSELECT ${columns}\nFROM ${input}${order}`.replace('SELECT \n', 'SELECT\n'),
  };
}
