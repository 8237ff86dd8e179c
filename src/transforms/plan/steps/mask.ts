import type { RecipeStep } from '#contracts/recipe';
import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  columnOf,
  emptyOf,
  integerLiteral,
  isBlank,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { chosenColumns, projectColumns } from '../project-columns.ts';
import type { PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';

type Step = Extract<RecipeStep, { type: 'mask' }>;

function masked(step: Step, column: PlanColumn): Expression {
  if (step.method === 'remove') return emptyOf(column.type);
  const text =
    column.type === 'timestamptz'
      ? castTo('text', { kind: 'local_time', type: 'timestamp', operand: columnOf(column), timeZone: 'UTC' })
      : castTo('text', columnOf(column));
  const blank = { when: isBlank(text), result: emptyOf('text') };
  if (step.method === 'hash')
    return caseWhen(
      'text',
      [blank],
      call('text', 'sha256', call('text', 'join_texts', textLiteral(step.salt ?? ''), text)),
    );
  // A short value shows nothing at all, or it would show everything.
  const length = call('integer', 'length', text);
  const hidden = castTo('integer', arithmetic('-', length, integerLiteral(step.show)));
  const stars = (part: Expression): Expression =>
    call('text', 'regex_replace', part, textLiteral('[^*]'), textLiteral('*'));
  const tooShort = {
    when: {
      kind: 'comparison' as const,
      type: 'boolean' as const,
      operator: '<=' as const,
      left: length,
      right: integerLiteral(step.show * 2),
    },
    result: stars(text),
  };
  return caseWhen(
    'text',
    [blank, tooShort],
    call(
      'text',
      'join_texts',
      stars(call('text', 'left', text, hidden)),
      call('text', 'right', text, integerLiteral(step.show)),
    ),
  );
}

export function planMask(step: Step, context: StepContext): StepResult {
  const { input } = context;
  const chosen = chosenColumns('columns', step.columns, context);
  if (chosen === undefined) return { output: input, operation: null };
  const json = chosen.find((column) => column.type === 'json' && step.method !== 'remove');
  if (json !== undefined) {
    context.report(
      `columns.${chosen.indexOf(json)}`,
      `“${json.displayName}” holds nested data, which can only be removed. Take its fields apart first.`,
    );
    return { output: input, operation: null };
  }
  return projectColumns(
    context,
    input.columns.map((column) => {
      if (!chosen.includes(column)) return { column };
      const expression = masked(step, column);
      return { column: { ...column, type: expression.type }, expression };
    }),
  );
}
