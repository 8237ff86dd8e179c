import type { RecipeStep } from '#contracts/recipe';
import { columnOf } from '../expression.ts';
import { failed, projectColumns } from '../project-columns.ts';
import type { PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';

export function planRename(step: Extract<RecipeStep, { type: 'rename' }>, context: StepContext): StepResult {
  const { input } = context;
  const wishes = new Map<string, { index: number; name: string }>();
  let broken = false;
  for (const [index, { column: reference, name }] of step.columns.entries()) {
    const column = context.column(`columns.${index}.column`, reference);
    if (column === undefined) broken = true;
    else if (wishes.has(column.name)) {
      context.report(`columns.${index}.column`, `“${column.displayName}” is there twice.`);
      broken = true;
    } else wishes.set(column.name, { index, name });
  }
  // Names that stay are taken; those that are given up are free, so that two columns can swap theirs.
  const taken = input.columns.filter(({ name }) => !wishes.has(name));
  const made = new Map<string, PlanColumn>();
  for (const column of input.columns) {
    const wish = wishes.get(column.name);
    if (wish === undefined) continue;
    const name = context.newName(`columns.${wish.index}.name`, wish.name, taken);
    if (name === undefined) {
      broken = true;
      continue;
    }
    const renamed = { ...column, name, displayName: wish.name };
    made.set(column.name, renamed);
    taken.push(renamed);
  }
  const columns = input.columns.map((column) => made.get(column.name) ?? column);
  if (broken) return failed(context, columns);
  return projectColumns(
    context,
    input.columns.map((column) => ({
      column: made.get(column.name) ?? column,
      expression: columnOf(column),
    })),
  );
}
