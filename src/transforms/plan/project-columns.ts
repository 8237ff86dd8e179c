import { columnOf, type Expression } from './expression.ts';
import { hiddenItems, keepOrderKeys, type PlanColumn, type PlanOperation } from './relation.ts';
import type { StepContext, StepResult } from './step-context.ts';

export interface ProjectedColumn {
  readonly column: PlanColumn;
  /** The input's column of the same name when absent. */
  readonly expression?: Expression | undefined;
}

/** The same rows with these columns, in the order that they had, whatever becomes of the columns they were ordered by. */
export function projectColumns(context: StepContext, columns: readonly ProjectedColumn[]): StepResult {
  const { input } = context;
  const kept = new Set(
    columns
      .filter(
        ({ column, expression }) =>
          expression === undefined || (expression.kind === 'column' && expression.name === column.name),
      )
      .map(({ column }) => column.name),
  );
  const lost = new Set(input.columns.filter(({ name }) => !kept.has(name)).map(({ name }) => name));
  const { items, order, ties, hidden } = keepOrderKeys(input, lost, context.index);
  return {
    output: {
      columns: columns.map(({ column }) => column),
      hidden,
      order,
      ties,
      incomplete: input.incomplete,
    },
    operation: {
      kind: 'project',
      items: [
        ...columns.map(({ column, expression }) => ({
          name: column.name,
          expression: expression ?? columnOf(column),
        })),
        ...hiddenItems(input),
        ...items,
      ],
      distinct: false,
    },
  };
}

/** What a step that could not be planned leaves to the next one: columns as far as they are known. */
export function failed(context: StepContext, columns: readonly PlanColumn[]): StepResult {
  return { output: { ...context.input, columns, incomplete: true }, operation: null };
}

/** The columns that are meant, each once; undefined after reporting what is wrong. */
export function chosenColumns(
  field: string,
  references: readonly string[],
  context: StepContext,
): PlanColumn[] | undefined {
  const columns: PlanColumn[] = [];
  let broken = false;
  for (const [index, reference] of references.entries()) {
    const column = context.column(`${field}.${index}`, reference);
    if (column === undefined) broken = true;
    else if (columns.includes(column)) {
      context.report(`${field}.${index}`, `“${column.displayName}” is there twice.`);
      broken = true;
    } else columns.push(column);
  }
  return broken ? undefined : columns;
}

/** Adds one column behind the others. */
export function addColumn(
  context: StepContext,
  wish: { readonly field: string; readonly name: string; readonly type: PlanColumn['type'] },
  expression: Expression | undefined,
): StepResult {
  const { input } = context;
  const name = context.newName(wish.field, wish.name, input.columns);
  if (name === undefined) return { output: input, operation: null };
  const column = { name, displayName: wish.name, type: wish.type };
  return {
    output: { ...input, columns: [...input.columns, column] },
    operation: expression === undefined ? null : { kind: 'extend', items: [{ name, expression }] },
  };
}

/**
 * The columns of `context.input` after operations that added some to it: first those, then the projection. For steps
 * that need columns of their own in between.
 */
export function thenProject(
  before: readonly PlanOperation[],
  context: StepContext,
  columns: readonly ProjectedColumn[],
): StepResult {
  const { output, operation } = projectColumns(context, columns);
  if (operation === null) return { output, operation };
  return { output, operation: { kind: 'sequence', operations: [...before, operation] } };
}
