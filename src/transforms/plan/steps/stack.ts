import type { RecipeStep } from '#contracts/recipe';
import { foldIdentifier, shortenIdentifier } from '#warehouse';
import { visibleColumns, type CatalogTable } from '../catalog.ts';
import { commonType } from '../common-type.ts';
import { castTo, columnOf, emptyOf, integerLiteral, textLiteral, type Expression } from '../expression.ts';
import { failed } from '../project-columns.ts';
import type { NamedExpression, OrderKey, PlanColumn } from '../relation.ts';
import { PORTABLE_NAME_BYTES, type StepContext, type StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'stack' }>;

interface StackedColumn {
  column: PlanColumn;
  /** The column of each branch, the input first; undefined where it has none. */
  readonly parts: (PlanColumn | undefined)[];
}

/** When columns of two tables are one, the surest sign first: their names are the same to people, then to the database. */
const likenesses: readonly ((a: PlanColumn, b: PlanColumn) => boolean)[] = [
  (a, b) => a.displayName === b.displayName && a.name === b.name,
  (a, b) => a.displayName === b.displayName,
  (a, b) => a.name === b.name,
  (a, b) => foldIdentifier(a.displayName) === foldIdentifier(b.displayName),
  (a, b) => foldIdentifier(a.name) === foldIdentifier(b.name),
];

/** Which column of the stack each column of a table belongs to. */
function pairUp(
  stacked: readonly StackedColumn[],
  parts: readonly PlanColumn[],
): ReadonlyMap<PlanColumn, StackedColumn> {
  const pairs = new Map<PlanColumn, StackedColumn>();
  const taken = new Set<StackedColumn>();
  for (const isLike of likenesses) {
    for (const part of parts) {
      if (pairs.has(part)) continue;
      const match = stacked.find((each) => !taken.has(each) && isLike(each.column, part));
      if (match === undefined) continue;
      pairs.set(part, match);
      taken.add(match);
    }
  }
  return pairs;
}

function alignTable(
  stacked: StackedColumn[],
  table: CatalogTable,
  at: number,
  context: StepContext,
): boolean {
  let isBroken = false;
  const parts = visibleColumns(table);
  const pairs = pairUp(stacked, parts);
  for (const part of parts) {
    const match = pairs.get(part);
    if (match === undefined) {
      const names = new Set(stacked.map((each) => foldIdentifier(each.column.name)));
      const added: StackedColumn = {
        column: { ...part, name: shortenIdentifier(part.name, names, PORTABLE_NAME_BYTES) },
        parts: [],
      };
      added.parts[at] = part;
      stacked.push(added);
      continue;
    }
    const type = commonType(match.column.type, part.type);
    if (type === null) {
      context.report(
        `tables.${at - 1}`,
        `“${part.displayName}” holds ${typeWords[part.type]} in “${table.displayName}” and ${typeWords[match.column.type]} above. Change the type of one of them first.`,
      );
      isBroken = true;
      continue;
    }
    match.column = { ...match.column, type };
    match.parts[at] = part;
  }
  return !isBroken;
}

/** What orders the rows: which table they come from, then how they were ordered in it. */
function hiddenColumns(context: StepContext, tables: readonly CatalogTable[]) {
  const { input, settings, index } = context;
  const branch = `_dalgo_branch_${index + 1}`;
  const row = `_dalgo_row_${index + 1}`;
  const rows = settings.totalOrder && tables.some((table) => table.hasRowPosition) ? [row] : [];
  const visible = new Set(input.columns.map((column) => column.name));
  const keys = [...input.order, ...input.ties].filter((key) => !visible.has(key.name));
  const kept = [...new Map(keys.map((key) => [key.name, key])).values()];
  const position = (isNone: boolean): Expression => ({ kind: 'row_position', type: 'text', isNone });
  const before = (key: OrderKey, isInput: boolean): Expression => {
    if (isInput) return { kind: 'column', name: key.name, type: key.type ?? 'text' };
    return key.type === null ? position(true) : emptyOf(key.type);
  };
  const items = (at: number, table: CatalogTable | null): NamedExpression[] => [
    ...kept.map((key) => ({ name: key.name, expression: before(key, table === null) })),
    { name: branch, expression: castTo('integer', integerLiteral(at)) },
    ...rows.map((name) => ({ name, expression: position(table?.hasRowPosition !== true) })),
  ];
  const branchKey: OrderKey = { name: branch, type: 'integer', descending: false };
  return {
    items,
    names: [...kept.map((key) => key.name), branch, ...rows],
    branchKey,
    rowKeys: rows.map((name): OrderKey => ({ name, type: null, descending: false })),
  };
}

export function planStack(step: Step, context: StepContext): StepResult {
  const { input, settings } = context;
  const tables = step.tables.map((reference, index) => context.table(`tables.${index}`, reference));
  const known = tables.filter((table) => table !== undefined);
  const stacked: StackedColumn[] = input.columns.map((column) => ({ column, parts: [column] }));
  let isBroken = known.length < tables.length;
  for (const [index, table] of known.entries()) {
    if (!alignTable(stacked, table, index + 1, context)) isBroken = true;
  }
  const columns = stacked.map((each) => each.column);
  const origin =
    step.name_column === undefined ? null : context.newName('name_column', step.name_column, columns);
  if (origin === undefined || isBroken) return failed(context, columns);
  const originColumn: PlanColumn[] =
    origin === null ? [] : [{ name: origin, displayName: step.name_column ?? origin, type: 'text' }];

  const hidden = hiddenColumns(context, known);
  const itemsOf = (at: number, table: CatalogTable | null): NamedExpression[] => [
    ...stacked.map(({ column, parts }) => {
      const part = parts[at];
      const expression = part === undefined ? emptyOf(column.type) : castTo(column.type, columnOf(part));
      return { name: column.name, expression };
    }),
    ...(origin === null
      ? []
      : [{ name: origin, expression: castToText(table?.displayName ?? settings.sourceName) }]),
    ...hidden.items(at, table),
  ];
  return {
    output: {
      columns: [...columns, ...originColumn],
      hidden: hidden.names,
      // Pasted below, the rows of each table stay together; a Sort after it orders all of them.
      order: [hidden.branchKey, ...input.order],
      ties: settings.totalOrder
        ? [
            ...input.ties,
            ...hidden.rowKeys,
            ...columns.map(({ name, type }) => ({ name, type, descending: false })),
          ]
        : [],
      incomplete: input.incomplete,
    },
    operation: {
      kind: 'stack',
      items: itemsOf(0, null),
      branches: known.map((table, index) => ({ table: table.name, items: itemsOf(index + 1, table) })),
    },
  };
}

/** A name as a value; without the cast, an engine may take its length for the column's type. */
function castToText(name: string): Expression {
  return { kind: 'call', type: 'text', name: 'join_texts', operands: [textLiteral(name)] };
}
