import type { RecipeStep } from '#contracts/recipe';
import { columnOf, type Expression } from '../expression.ts';
import { planCondition } from '../plan-condition.ts';
import { chosenColumns, failed } from '../project-columns.ts';
import type { AggregateKind, Measure, PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { grouped, measureRefusal, measureType } from './group.ts';

type Step = Extract<RecipeStep, { type: 'pivot' }>;

export function planPivot(step: Step, context: StepContext): StepResult {
  const by = chosenColumns('by', step.by, context);
  const column = context.column('column', step.column);
  const counted = step.value_column === undefined ? null : context.column('value_column', step.value_column);
  if (by === undefined || column === undefined || counted === undefined) return failed(context, by ?? []);
  if (by.includes(column)) {
    context.report('column', `“${column.displayName}” is one of the columns that make the rows.`);
    return failed(context, by);
  }
  if (counted === null && step.function !== 'count') {
    context.report('value_column', 'Choose a column.');
    return failed(context, by);
  }
  const kind: AggregateKind = counted === null ? 'count_rows' : step.function;
  const refusal = counted === null ? null : measureRefusal(kind, counted);
  if (refusal !== null) {
    context.report('function', refusal);
    return failed(context, by);
  }
  const argument = counted === null ? null : columnOf(counted);
  const type = measureType(kind, counted ?? undefined);
  const columns: PlanColumn[] = [...by];
  const measures: { column: PlanColumn; measure: Measure }[] = [];
  let broken = false;
  for (const [index, { value, name: given }] of step.values.entries()) {
    const planned = planCondition(
      column,
      value === null ? { operator: 'is_null' } : { operator: 'equals', value },
      context.settings.timeZone,
    );
    const wish = given ?? (value === null || value === '' ? 'Empty' : String(value));
    const name = context.newName(`values.${index}.name`, wish, columns);
    if ('message' in planned) context.report(`values.${index}.value`, planned.message);
    if ('message' in planned || name === undefined) {
      broken = true;
      continue;
    }
    const made: PlanColumn = { name, displayName: wish, type };
    columns.push(made);
    const filter: Expression = planned.predicate;
    measures.push({ column: made, measure: { name, kind, argument, type, filter } });
  }
  if (broken) return failed(context, columns);
  return grouped(
    context,
    by.map((each) => ({ column: each, expression: columnOf(each) })),
    measures,
  );
}
