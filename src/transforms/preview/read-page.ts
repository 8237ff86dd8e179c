import type { Row } from '#contracts/warehouse';
import type { WarehouseSession } from '#warehouse';
import { emitPlan } from '../emit/emit-plan.ts';
import type { ResultKeeping, SqlSyntax } from '../emit/sql-syntax.ts';
import {
  contentKey,
  keepsEveryRow,
  POSITION_COLUMN,
  scanOf,
  wantedOrder,
  type PositionedBase,
  type Reading,
  type ReadingScope,
} from './choose-reading.ts';
import { ANCHOR_ROWS, forgetAnchors, knownAnchors, rowAnchors } from './row-anchors.ts';

/** Rows that are skipped one by one; beyond, the place is looked up. */
const NEAR_ROWS = 2 * ANCHOR_ROWS;
/** A preview that takes longer is better run as a table. Milliseconds. */
const PREVIEW_TIMEOUT_MS = 30_000;

/** What was remembered about a relation is no longer so: it was replaced, or emptied by a crash of the server. */
export class RelationChanged extends Error {}

export interface PageQuestion {
  readonly limit: number;
  readonly offset: number;
  readonly signal: AbortSignal;
}

export interface ReadPage {
  readonly rows: readonly Row[];
  /** Exact number of rows in all, when reading has told it. */
  readonly total: number | null;
}

type KeepingSyntax = SqlSyntax & { readonly keeping: ResultKeeping };

function keeps(syntax: SqlSyntax): syntax is KeepingSyntax {
  return syntax.keeping !== null;
}

/**
 * A page of a reading. Row 900,000 costs what row 0 costs: a result in the order of its relation is read from near that
 * row on, one in another order through the kept list of its rows' positions.
 *
 * @throws RelationChanged when it must be read in another way
 */
export async function readPage(scope: ReadingScope, reading: Reading, page: PageQuestion): Promise<ReadPage> {
  const { syntax } = scope;
  if (reading.base === null || !keeps(syntax)) return readByOffset(scope, reading, page);
  if (reading.isInScanOrder) return readInScanOrder(scope, syntax, reading, reading.base, page);
  return readThroughOrder(scope, syntax, reading, reading.base, page);
}

function run<T>(
  scope: ReadingScope,
  reading: Reading,
  signal: AbortSignal,
  fn: (session: WarehouseSession) => Promise<T>,
): Promise<T> {
  const { warehouse, syntax } = scope;
  return warehouse.transaction(
    async (session) => {
      const kept = reading.kept?.result;
      if (kept !== undefined && kept.rows > 0) {
        const table = syntax.dialect.quoteTable({ schema: warehouse.schema, name: kept.table });
        const { rows } = await session.query(`SELECT EXISTS (SELECT FROM ${table}) AS is_there`);
        if (rows[0]?.['is_there'] !== true) throw new RelationChanged();
      }
      return fn(session);
    },
    { signal, timeoutMs: PREVIEW_TIMEOUT_MS, readOnly: true },
  );
}

/** By skipping rows: for the first of them, and where nothing better is at hand. */
async function readByOffset(
  scope: ReadingScope,
  reading: Reading,
  { limit, offset, signal }: PageQuestion,
): Promise<ReadPage> {
  const { syntax, warehouse } = scope;
  const { sql } = emitPlan(reading.plan, syntax, {
    schema: warehouse.schema,
    unordered: reading.isInScanOrder,
  });
  const rows = await run(scope, reading, signal, async (session) => {
    if (reading.isInScanOrder && syntax.inScanOrder !== null) await session.query(syntax.inScanOrder);
    return (await session.query(`${sql}\nLIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(offset)}`)).rows;
  });
  return { rows, total: null };
}

/** From the remembered position nearest before the page. */
async function readInScanOrder(
  scope: ReadingScope,
  syntax: KeepingSyntax,
  reading: Reading,
  base: PositionedBase,
  page: PageQuestion,
): Promise<ReadPage> {
  const { keeping } = syntax;
  const { plan } = reading;
  const { limit, offset, signal } = page;
  // Without a filter, the positions are the relation's own, whatever is computed on its rows.
  const scanned = keepsEveryRow(plan) ? scanOf(base.table, base.position, []) : plan;
  const { withClause } = emitPlan(scanned, syntax, { unordered: true });
  const key = contentKey(scope.warehouse.schema, base.content, withClause);
  if (offset < NEAR_ROWS && knownAnchors(key) === undefined) return readByOffset(scope, reading, page);
  const anchors = await rowAnchors(scope.warehouse, syntax, {
    key,
    plan: scanned,
    table: base.table,
    position: base.position,
  });
  signal.throwIfAborted();
  const at = Math.min(Math.floor(offset / ANCHOR_ROWS), anchors.positions.length - 1);
  const position = anchors.positions[at];
  if (position === undefined || offset >= anchors.total) return { rows: [], total: anchors.total };
  const { sql } = emitPlan(plan, syntax, {
    schema: scope.warehouse.schema,
    unordered: true,
    scanWhere: `${keeping.isOf(anchors.identity)} AND ${keeping.from(position)}`,
  });
  const rows = await run(scope, reading, signal, async (session) => {
    if (syntax.inScanOrder !== null) await session.query(syntax.inScanOrder);
    return (await session.query(`${sql}\nLIMIT ${limit} OFFSET ${offset - at * ANCHOR_ROWS}`)).rows;
  });
  if (rows.length !== Math.min(limit, anchors.total - offset)) {
    forgetAnchors(key);
    throw new RelationChanged();
  }
  return { rows, total: anchors.total };
}

/** The rows whose positions are on this page of the kept order. */
async function readThroughOrder(
  scope: ReadingScope,
  syntax: KeepingSyntax,
  reading: Reading,
  base: PositionedBase,
  page: PageQuestion,
): Promise<ReadPage> {
  const { keeping, dialect } = syntax;
  const { limit, offset, signal } = page;
  const wanted = scope.kept === null ? null : wantedOrder(scope, reading, null);
  const order =
    wanted === null
      ? null
      : (scope.kept?.ready(wanted.key) ??
        (offset < NEAR_ROWS ? null : ((await scope.kept?.make(wanted, signal)) ?? null)));
  if (wanted === null || order === null || order.ofIdentity === null)
    return readByOffset(scope, reading, page);
  if (offset >= order.rows) return { rows: [], total: order.rows };
  const { schema } = scope.warehouse;
  const scan = scanOf(order.table, '_dalgo_at_0', []);
  const key = contentKey(schema, order.table);
  const anchors = await rowAnchors(scope.warehouse, syntax, {
    key,
    plan: scan,
    table: order.table,
    position: '_dalgo_at_0',
  });
  const at = Math.floor(offset / ANCHOR_ROWS);
  const from = anchors.positions[at];
  const lose = async (): Promise<never> => {
    forgetAnchors(key);
    await scope.kept?.forget(wanted.key);
    throw new RelationChanged();
  };
  if (from === undefined || anchors.total !== order.rows) return lose();
  const positions = `SELECT ${dialect.quoteIdentifier(POSITION_COLUMN)} FROM ${dialect.quoteTable({ schema, name: order.table })} WHERE ${keeping.isOf(order.identity)} AND ${keeping.from(from)} LIMIT ${limit} OFFSET ${offset - at * ANCHOR_ROWS}`;
  const { sql } = emitPlan(reading.plan, syntax, {
    schema,
    scanWhere: `${keeping.isOf(order.ofIdentity)} AND ${keeping.among(positions)}`,
  });
  const rows = await run(scope, reading, signal, async (session) => {
    if (syntax.inScanOrder !== null) await session.query(syntax.inScanOrder);
    return (await session.query(sql)).rows;
  });
  if (rows.length !== Math.min(limit, order.rows - offset)) return lose();
  return { rows, total: order.rows };
}
