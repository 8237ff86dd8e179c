import type { RecipeStep } from '#contracts/recipe';
import { coerceValue } from '../coerce-value.ts';
import { call, castTo, literalOf, type Expression } from '../expression.ts';
import { failed, thenProject } from '../project-columns.ts';
import type { PlanOperation } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { columnsOfTable, matchingKeys } from './join.ts';

export function planLookup(step: Extract<RecipeStep, { type: 'lookup' }>, context: StepContext): StepResult {
  const { input, index } = context;
  const column = context.column('column', step.column);
  const table = context.table('table', step.table);
  if (table === undefined) return failed(context, input.columns);
  const onTable = columnsOfTable(table, context);
  const [key, value] = [onTable('key', step.key), onTable('value', step.value)];
  const name = context.newName('name', step.name, input.columns);
  if (column === undefined || key === undefined || value === undefined || name === undefined)
    return failed(context, input.columns);
  const on = matchingKeys('key', column, key, step, context);
  const added = { name, displayName: step.name, type: value.type };
  const found: Expression = { kind: 'column', name: `_dalgo_found_${index + 1}`, type: value.type };
  let expression: Expression = found;
  if (step.default !== undefined && step.default !== null) {
    const otherwise = coerceValue(step.default, value.type);
    if ('message' in otherwise) {
      context.report('default', otherwise.message);
      return failed(context, [...input.columns, added]);
    }
    expression = call(value.type, 'coalesce', found, castTo(value.type, literalOf(otherwise.literal)));
  }
  if (on === undefined) return failed(context, [...input.columns, added]);
  const join: PlanOperation = {
    kind: 'join',
    joinType: 'left',
    table: table.name,
    on: [on],
    onlyFirst: true,
    bring: [{ from: value.name, to: found.name, type: value.type }],
    rowPosition: null,
  };
  return thenProject([join], context, [
    ...input.columns.map((each) => ({ column: each })),
    { column: added, expression },
  ]);
}
