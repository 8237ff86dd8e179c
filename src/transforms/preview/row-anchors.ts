import type { OrganizationWarehouse } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import type { SqlSyntax } from '../emit/sql-syntax.ts';
import type { Plan } from '../plan/plan-recipe.ts';

/** Positions of every thousandth row of a relation that is read in its own order, so that any row is found from near by. */
export interface RowAnchors {
  /** Position of row 0, 1,000, 2,000, … */
  readonly positions: readonly string[];
  /** Rows in all. */
  readonly total: number;
  /** Of the relation that the positions are of; see ResultKeeping. */
  readonly identity: string;
}

/** Rows between two anchors: skipping so many takes less than a millisecond, and a million rows have a thousand. */
export const ANCHOR_ROWS = 1000;
/** Relations whose anchors are remembered, of some 20 kB for a million rows each. */
const MAX_REMEMBERED = 200;
const TIMEOUT_MS = 60_000;

const remembered = new Map<string, Promise<RowAnchors>>();

/** Anchors that have been read already. */
export function knownAnchors(key: string): Promise<RowAnchors> | undefined {
  return remembered.get(key);
}

/** Forgets anchors whose relation turned out to be another one. */
export function forgetAnchors(key: string): void {
  remembered.delete(key);
}

/**
 * The anchors of a plan whose rows come in the order of the relation that it begins with: one scan, the first time.
 * It also counts the rows, exactly.
 *
 * @param key what is read, and which content it has
 * @param position hidden column of the plan with the position of the row
 */
export function rowAnchors(
  warehouse: OrganizationWarehouse,
  syntax: SqlSyntax & { readonly keeping: NonNullable<SqlSyntax['keeping']> },
  { key, plan, table, position }: { key: string; plan: Plan; table: string; position: string },
): Promise<RowAnchors> {
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const result = readAnchors(warehouse, syntax, plan, table, position);
  remembered.set(key, result);
  result.catch(() => remembered.delete(key));
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
  }
  return result;
}

async function readAnchors(
  warehouse: OrganizationWarehouse,
  syntax: SqlSyntax & { readonly keeping: NonNullable<SqlSyntax['keeping']> },
  plan: Plan,
  table: string,
  position: string,
): Promise<RowAnchors> {
  const { keeping, dialect } = syntax;
  const { schema } = warehouse;
  const quoted = dialect.quoteIdentifier(position);
  const options = { timeoutMs: TIMEOUT_MS, readOnly: true };
  return warehouse.transaction(async (session) => {
    if (syntax.inScanOrder !== null) await session.query(syntax.inScanOrder);
    const identity = String(
      (await session.query(keeping.identity(dialect.quoteTable({ schema, name: table })))).rows[0]?.[
        'identity'
      ],
    );
    const whole = emitPlan(plan, syntax, { schema, unordered: true });
    const { rows } = await session.query(
      `${whole.withClause}\nSELECT ${keeping.positionText('position')} AS position FROM (SELECT ${quoted} AS position, row_number() OVER () AS n FROM ${whole.from}) AS numbered WHERE n % ${ANCHOR_ROWS} = 1`,
    );
    const positions = rows.map((row) => String(row['position']));
    const last = positions.at(-1);
    if (last === undefined) return { positions, total: 0, identity };
    const tail = emitPlan(plan, syntax, { schema, unordered: true, scanWhere: keeping.from(last) });
    const counted = await session.query(`${tail.withClause}\nSELECT count(*) AS n FROM ${tail.from}`);
    return {
      positions,
      total: (positions.length - 1) * ANCHOR_ROWS + Number(counted.rows[0]?.['n'] ?? 0),
      identity,
    };
  }, options);
}
