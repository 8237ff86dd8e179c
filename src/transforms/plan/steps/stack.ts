import type { RecipeStep } from '#contracts/recipe';
import { foldIdentifier } from '#warehouse';
import { visibleColumns, type CatalogTable } from '../catalog.ts';
import { commonType } from '../common-type.ts';
import { castTo, columnOf, emptyOf, integerLiteral, textLiteral, type Expression } from '../expression.ts';
import { failed } from '../project-columns.ts';
import type { NamedExpression, OrderKey, PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'stack' }>;

interface StackedColumn {
  column: PlanColumn;
  /** The column of each branch, the input first; undefined where it has none. */
  readonly parts: (PlanColumn | undefined)[];
}

/** Columns of two tables are one when their names are the same, as people see them or as the database does. */
function isSame(a: PlanColumn, b: PlanColumn): boolean {
  return (
    foldIdentifier(a.displayName) === foldIdentifier(b.displayName) ||
    foldIdentifier(a.name) === foldIdentifier(b.name)
  );
}

function alignTable(
  stacked: StackedColumn[],
  table: CatalogTable,
  at: number,
  context: StepContext,
): boolean {
  let isBroken = false;
  const taken = new Set<StackedColumn>();
  for (const part of visibleColumns(table)) {
    const match =
      stacked.find((each) => !taken.has(each) && each.column.displayName === part.displayName) ??
      stacked.find((each) => !taken.has(each) && isSame(each.column, part));
    if (match === undefined) {
      const name = context.newName(
        `tables.${at - 1}`,
        part.displayName,
        stacked.map((each) => each.column),
      );
      if (name === undefined) {
        isBroken = true;
        continue;
      }
      const added = { column: { ...part, name }, parts: [] as (PlanColumn | undefined)[] };
      added.parts[at] = part;
      stacked.push(added);
      taken.add(added);
      continue;
    }
    taken.add(match);
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
