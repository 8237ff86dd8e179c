import type { RecipeStep } from '#contracts/recipe';
import { call, castTo, columnOf, textLiteral, type Expression } from '../expression.ts';
import { failed, thenProject } from '../project-columns.ts';
import type { PlanColumn, PlanOperation } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

export function planFlattenJson(
  step: Extract<RecipeStep, { type: 'flatten_json' }>,
  context: StepContext,
): StepResult {
  const { input, index } = context;
  const column = context.column('column', step.column);
  if (column === undefined) return failed(context, input.columns);
  if (column.type !== 'json' && column.type !== 'text') {
    context.report('column', `“${column.displayName}” holds ${typeWords[column.type]}, not nested data.`);
    return failed(context, input.columns);
  }
  const kept = step.keep ? input.columns : input.columns.filter((each) => each !== column);
  const taken = [...kept];
  const nested: Expression = { kind: 'column', name: `_dalgo_nested_${index + 1}`, type: 'json' };
  const made: { column: PlanColumn; expression: Expression }[] = [];
  for (const [at, { path, name: wish, type }] of step.fields.entries()) {
    const name = context.newName(`fields.${at}.name`, wish, taken);
    if (name === undefined) return failed(context, taken);
    const added: PlanColumn = { name, displayName: wish, type };
    taken.push(added);
    const keys = textLiteral(JSON.stringify(path));
    made.push({
      column: added,
      expression:
        type === 'json'
          ? call('json', 'json_part', nested, keys)
          : castTo(type, call('text', 'json_text', nested, keys)),
    });
  }
  // Text is read as nested data once for all fields.
  const read: PlanOperation = {
    kind: 'extend',
    items: [{ name: nested.name, expression: castTo('json', columnOf(column)) }],
  };
  return thenProject(
    [read],
    context,
    input.columns.flatMap((each) => {
      const self = kept.includes(each) ? [{ column: each }] : [];
      return each === column ? [...self, ...made] : self;
    }),
  );
}
