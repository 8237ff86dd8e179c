import type { RecipeStep } from '#contracts/recipe';
import { call, castTo, columnOf, emptyOf, textLiteral, type Expression } from '../expression.ts';
import type { PlanOperation } from '../relation.ts';
import { totalOrder } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { firstRows } from './remove-duplicates.ts';

/** Rows are drawn by a hash of what is in them, so the same rows come out whatever order they were loaded in. */
export function planSample(step: Extract<RecipeStep, { type: 'sample' }>, context: StepContext): StepResult {
  const { input, index } = context;
  const name = `_dalgo_draw_${index + 1}`;
  const parts: Expression[] = input.columns
    .filter((column) => column.type !== 'json' && column.type !== 'float')
    .flatMap((column) => [
      textLiteral('\u001f'),
      call(
        'text',
        'coalesce',
        column.type === 'timestamptz'
          ? castTo('text', {
              kind: 'local_time',
              type: 'timestamp',
              operand: columnOf(column),
              timeZone: 'UTC',
            })
          : castTo('text', columnOf(column)),
        textLiteral(''),
      ),
    ]);
  const draw = call(
    'text',
    'sha256',
    parts.length === 0
      ? call('text', 'coalesce', emptyOf('text'), textLiteral(String(step.seed)))
      : call('text', 'join_texts', textLiteral(String(step.seed)), ...parts),
  );
  const extended: StepContext = { ...context, input: { ...input, hidden: [...input.hidden, name] } };
  const { output, operation } = firstRows(extended, {
    by: [],
    order: totalOrder([{ name, type: 'text', descending: false }], input.columns),
    number: 'row_number',
    n: step.rows,
  });
  const before: PlanOperation = { kind: 'extend', items: [{ name, expression: draw }] };
  return {
    output,
    operation: operation === null ? null : { kind: 'sequence', operations: [before, operation] },
  };
}
