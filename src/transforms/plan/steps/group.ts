import type { ColumnType } from '#contracts/column-types';
import type { Aggregate, CalendarUnit, RecipeStep } from '#contracts/recipe';
import { isNumber } from '../common-type.ts';
import { and, columnOf, isNull, type Expression } from '../expression.ts';
import { planConditions } from '../plan-conditions.ts';
import { dayOf } from '../plan-relative-date.ts';
import {
  totalOrder,
  type AggregateKind,
  type Measure,
  type NamedExpression,
  type OrderKey,
  type PlanColumn,
} from '../relation.ts';
import { startOfUnit } from '../start-of-unit.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { planSortKeys } from './sort.ts';

function measureKind(aggregate: Aggregate): AggregateKind {
  switch (aggregate.function) {
    case 'avg':
    case 'average':
      return 'average';
    case 'count':
      return aggregate.column === undefined ? 'count_rows' : 'count';
    case 'median':
      return 'percentile';
    case 'last':
      return 'first';
    default:
      return aggregate.function;
  }
}

/** A sum of whole numbers may be longer than any of them, so sums and averages are decimals: exact and never too long. */
export function measureType(kind: AggregateKind, column: PlanColumn | undefined): ColumnType {
  switch (kind) {
    case 'count_rows':
    case 'count':
    case 'count_distinct':
      return 'integer';
    case 'sum':
    case 'average':
    case 'percentile':
      return 'decimal';
    case 'list':
      return 'text';
    case 'min':
    case 'max':
    case 'first':
      return column?.type ?? 'text';
  }
}

/** Why a column cannot be summarized in that way, or null. */
export function measureRefusal(kind: AggregateKind, column: PlanColumn): string | null {
  switch (kind) {
    case 'sum':
    case 'average':
    case 'percentile':
      return isNumber(column.type)
        ? null
        : `“${column.displayName}” holds ${typeWords[column.type]}, and only numbers can be added up. Count it instead, or correct its type where the data is loaded.`;
    case 'min':
    case 'max':
      return column.type === 'json' ? 'Nested data has no smallest or largest value.' : null;
    case 'list':
      return column.type === 'json' ? 'Nested data cannot be listed. Take its fields apart first.' : null;
    default:
      return null;
  }
}

/** The order in which the first and the last row of a group are found, or undefined after saying that there is none. */
function orderOf(aggregate: Aggregate, field: string, context: StepContext): OrderKey[] | undefined {
  const { input } = context;
  const known = new Set(input.columns.map((column) => column.name));
  const keys =
    aggregate.order === undefined || aggregate.order.length === 0
      ? input.order.filter((key) => known.has(key.name))
      : planSortKeys(aggregate.order, `${field}.order`, context);
  if (keys === undefined) return undefined;
  if (keys.length === 0) {
    context.report(
      `${field}.order`,
      'First and last need an order. Sort the rows before, or choose what to order by.',
    );
    return undefined;
  }
  const directed =
    aggregate.function === 'last' ? keys.map((key) => ({ ...key, descending: !key.descending })) : keys;
  return totalOrder(directed, input.columns);
}

function planMeasure(
  aggregate: Aggregate,
  index: number,
  context: StepContext,
): Omit<Measure, 'name' | 'type'> | undefined {
  const field = `aggregates.${index}`;
  const kind = measureKind(aggregate);
  const column =
    aggregate.column === undefined || kind === 'count_rows'
      ? undefined
      : context.column(`${field}.column`, aggregate.column);
  const filter =
    aggregate.filter === undefined ? null : planConditions(`${field}.filter.`, aggregate.filter, context);
  if (filter === undefined) return undefined;
  const only = filter === null ? {} : { filter };
  if (kind === 'count_rows') return { kind, argument: null, ...only };
  if (column === undefined) {
    if (aggregate.column === undefined) context.report(`${field}.column`, 'Choose a column.');
    return undefined;
  }
  const problem = measureRefusal(kind, column);
  if (problem !== null) {
    context.report(`${field}.function`, problem);
    return undefined;
  }
  const argument = columnOf(column);
  switch (kind) {
    case 'percentile': {
      const percent = aggregate.function === 'median' ? 50 : aggregate.percent;
      if (percent !== undefined) return { kind, argument, ...only, fraction: percent / 100 };
      context.report(`${field}.percent`, 'Give a number from 0 to 100; 50 is the middle.');
      return undefined;
    }
    case 'first': {
      const order = orderOf(aggregate, field, context);
      // Empty values are no first values.
      const present: Expression = isNull(argument, true);
      return order === undefined
        ? undefined
        : { kind, argument, order, filter: filter === null ? present : and(present, filter) };
    }
    case 'list':
      return { kind, argument, ...only, separator: aggregate.separator ?? ', ' };
    default:
      return { kind, argument, ...only };
  }
}

interface GroupKey {
  readonly column: PlanColumn;
  readonly expression: Expression;
}

function planKeys(
  step: Extract<RecipeStep, { type: 'group' }>,
  context: StepContext,
): { readonly keys: readonly GroupKey[]; readonly isBroken: boolean } {
  const keys: GroupKey[] = [];
  let isBroken = false;
  const columns = (): PlanColumn[] => keys.map((key) => key.column);
  for (const [index, reference] of step.by.entries()) {
    const column = context.column(`by.${index}`, reference);
    if (column === undefined) isBroken = true;
    else if (columns().includes(column)) {
      context.report(`by.${index}`, `“${column.displayName}” is there twice.`);
      isBroken = true;
    } else keys.push({ column, expression: columnOf(column) });
  }
  for (const [index, { column: reference, unit, alias }] of (step.by_date ?? []).entries()) {
    const field = `by_date.${index}`;
    const column = context.column(`${field}.column`, reference);
    if (column === undefined) {
      isBroken = true;
      continue;
    }
    if (column.type !== 'date' && column.type !== 'timestamp' && column.type !== 'timestamptz') {
      context.report(
        `${field}.column`,
        `“${column.displayName}” holds ${typeWords[column.type]}, and only dates lie in a ${unitWords[unit]}.`,
      );
      isBroken = true;
      continue;
    }
    const wish = alias ?? `${column.displayName} (${unitWords[unit]})`;
    const name = context.newName(`${field}.alias`, wish, columns());
    if (name === undefined) isBroken = true;
    else
      keys.push({
        column: { name, displayName: wish, type: 'date' },
        expression: startOfUnit(unit, dayOf(columnOf(column), context.settings.timeZone)),
      });
  }
  return { keys, isBroken };
}

const unitWords: Readonly<Record<CalendarUnit, string>> = {
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
  fiscal_year: 'fiscal year',
};

/** One row for each group. */
export function grouped(
  context: StepContext,
  keys: readonly GroupKey[],
  measures: readonly { readonly column: PlanColumn; readonly measure: Measure }[],
): StepResult {
  const { input, settings } = context;
  const items: NamedExpression[] = keys.map(({ column, expression }) => ({ name: column.name, expression }));
  const same = new Set(
    items
      .filter(({ name, expression }) => expression.kind === 'column' && expression.name === name)
      .map(({ name }) => name),
  );
  // Grouping keeps an order that is made of its keys.
  const firstLost = input.order.findIndex((key) => !same.has(key.name));
  const order = firstLost === -1 ? input.order : input.order.slice(0, firstLost);
  const ties = settings.totalOrder
    ? keys.map(({ column: { name, type } }) => ({ name, type, descending: false }))
    : [];
  return {
    output: {
      columns: [...keys.map((key) => key.column), ...measures.map((each) => each.column)],
      hidden: [],
      order,
      ties,
      incomplete: input.incomplete,
    },
    operation: { kind: 'aggregate', keys: items, measures: measures.map((each) => each.measure) },
  };
}

export function planGroup(step: Extract<RecipeStep, { type: 'group' }>, context: StepContext): StepResult {
  const { keys, isBroken } = planKeys(step, context);
  let broken = isBroken;
  if (step.by.length === 0 && (step.by_date ?? []).length === 0 && step.aggregates.length === 0) {
    context.report('aggregates', 'Choose what to group by or what to calculate.');
    broken = true;
  }
  const columns = keys.map((key) => key.column);
  const measures: { column: PlanColumn; measure: Measure }[] = [];
  for (const [index, aggregate] of step.aggregates.entries()) {
    const planned = planMeasure(aggregate, index, context);
    const of = aggregate.column === undefined ? undefined : nameOf(aggregate.column, context);
    const wish = aggregate.alias ?? (of === undefined ? 'count' : `${aggregate.function}_${of.displayName}`);
    const name = context.newName(`aggregates.${index}.alias`, wish, columns);
    if (planned === undefined || name === undefined) broken = true;
    if (name === undefined) continue;
    const type = measureType(measureKind(aggregate), of);
    const column: PlanColumn = { name, displayName: wish, type };
    columns.push(column);
    if (planned !== undefined) measures.push({ column, measure: { ...planned, name, type } });
  }
  const { output, operation } = grouped(context, keys, measures);
  if (!broken) return { output, operation };
  return { output: { ...output, columns, incomplete: true }, operation: null };
}

function nameOf(reference: string, context: StepContext): PlanColumn {
  const found = context.input.columns.find(
    (column) => column.name === reference || column.displayName === reference,
  );
  return found ?? { name: reference, displayName: reference, type: 'text' };
}
