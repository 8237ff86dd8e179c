import type { ColumnType } from '#contracts/column-types';
import type { Aggregate, RecipeStep } from '#contracts/recipe';
import { columnOf } from '../expression.ts';
import type { AggregateKind, Measure, PlanColumn } from '../relation.ts';
import { type StepContext, type StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

const numbers: ReadonlySet<ColumnType> = new Set(['integer', 'decimal', 'float']);

function measureKind(aggregate: Aggregate): AggregateKind {
  switch (aggregate.function) {
    case 'avg':
    case 'average':
      return 'average';
    case 'count':
      return aggregate.column === undefined ? 'count_rows' : 'count';
    default:
      return aggregate.function;
  }
}

/** A sum of whole numbers may be longer than any of them, so sums and averages are decimals: exact and never too long. */
function measureType(kind: AggregateKind, column: PlanColumn | undefined): ColumnType {
  switch (kind) {
    case 'count_rows':
    case 'count':
    case 'count_distinct':
      return 'integer';
    case 'sum':
    case 'average':
      return 'decimal';
    case 'min':
    case 'max':
      return column?.type ?? 'text';
  }
}

function refusal(kind: AggregateKind, column: PlanColumn): string | null {
  if ((kind === 'sum' || kind === 'average') && !numbers.has(column.type)) {
    return `“${column.displayName}” holds ${typeWords[column.type]}, and only numbers can be added up. Count it instead, or correct its type where the data is loaded.`;
  }
  if ((kind === 'min' || kind === 'max') && column.type === 'json')
    return 'Nested data has no smallest or largest value.';
  return null;
}

export function planGroup(step: Extract<RecipeStep, { type: 'group' }>, context: StepContext): StepResult {
  const { input, settings } = context;
  let broken = false;
  const keys: PlanColumn[] = [];
  for (const [index, reference] of step.by.entries()) {
    const column = context.column(`by.${index}`, reference);
    if (column === undefined) broken = true;
    else if (keys.includes(column)) {
      context.report(`by.${index}`, `“${column.displayName}” is there twice.`);
      broken = true;
    } else keys.push(column);
  }
  if (step.by.length === 0 && step.aggregates.length === 0) {
    context.report('aggregates', 'Choose what to group by or what to calculate.');
    broken = true;
  }

  const columns = [...keys];
  const measures: Measure[] = [];
  for (const [index, aggregate] of step.aggregates.entries()) {
    const kind = measureKind(aggregate);
    const column =
      aggregate.column === undefined
        ? undefined
        : context.column(`aggregates.${index}.column`, aggregate.column);
    if (column === undefined && kind !== 'count_rows') {
      if (aggregate.column === undefined) context.report(`aggregates.${index}.column`, 'Choose a column.');
      broken = true;
    }
    const problem = column === undefined ? null : refusal(kind, column);
    if (problem !== null) {
      context.report(`aggregates.${index}.function`, problem);
      broken = true;
    }
    const wish =
      aggregate.alias ??
      (aggregate.column === undefined
        ? 'count'
        : `${aggregate.function}_${column?.displayName ?? aggregate.column}`);
    const name = context.newName(`aggregates.${index}.alias`, wish, columns);
    if (name === undefined) {
      broken = true;
      continue;
    }
    const type = measureType(kind, column);
    columns.push({ name, displayName: wish, type });
    measures.push({ name, kind, argument: column === undefined ? null : columnOf(column), type });
  }

  const keyNames = new Set(keys.map((key) => key.name));
  // Grouping keeps an order that is made of its keys.
  const firstLost = input.order.findIndex((key) => !keyNames.has(key.name));
  const order = firstLost === -1 ? input.order : input.order.slice(0, firstLost);
  const ties = settings.totalOrder ? keys.map(({ name, type }) => ({ name, type, descending: false })) : [];
  return {
    output: { columns, hidden: [], order, ties, incomplete: input.incomplete || broken },
    operation: broken ? null : { kind: 'aggregate', keys: keys.map((key) => key.name), measures },
  };
}
