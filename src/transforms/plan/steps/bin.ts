import type { RecipeStep } from '#contracts/recipe';
import { canonicalNumber } from '../coerce-value.ts';
import { isNumber } from '../common-type.ts';
import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  columnOf,
  compare,
  emptyOf,
  isNull,
  literalOf,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { addColumn } from '../project-columns.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'bin' }>;

const decimal = (value: number): Expression =>
  castTo('decimal', literalOf({ type: 'decimal', value: canonicalNumber(value) ?? '0' }));

function edges(
  step: Extract<Step, { method: 'edges' }>,
  value: Expression,
  context: StepContext,
): Expression | undefined {
  for (const [index, edge] of step.edges.entries()) {
    const before = step.edges[index - 1];
    if (before === undefined || before < edge) continue;
    context.report(`edges.${index}`, 'Give the edges from the smallest to the largest, each once.');
    return undefined;
  }
  const { labels } = step;
  if (labels !== undefined && labels.length !== step.edges.length + 1) {
    context.report(
      'labels',
      `${step.edges.length} edges make ${step.edges.length + 1} ranges; give each a name.`,
    );
    return undefined;
  }
  const words = (index: number): string => {
    const [low, high] = [step.edges[index - 1], step.edges[index]];
    if (low === undefined) return `below ${high}`;
    return high === undefined ? `${low} and above` : `${low} to below ${high}`;
  };
  const label = (index: number): Expression => textLiteral(labels?.[index] ?? words(index));
  return caseWhen(
    'text',
    [
      { when: isNull(value), result: emptyOf('text') },
      ...step.edges.map((edge, index) => ({
        when: compare('<', value, decimal(edge)),
        result: label(index),
      })),
    ],
    label(step.edges.length),
  );
}

/** The lower end of the range, a number: so that ranges sort and draw as they should. */
function width(step: Extract<Step, { method: 'width' }>, value: Expression): Expression {
  const steps = call(
    'decimal',
    'floor',
    arithmetic('/', arithmetic('-', value, decimal(step.start)), decimal(step.width)),
  );
  return arithmetic('+', arithmetic('*', steps, decimal(step.width)), decimal(step.start));
}

export function planBin(step: Step, context: StepContext): StepResult {
  const column = context.column('column', step.column);
  const type = step.method === 'edges' ? ('text' as const) : ('decimal' as const);
  const wish = { field: 'name', name: step.name, type };
  if (column === undefined) return addColumn(context, wish, undefined);
  if (!isNumber(column.type)) {
    context.report(
      'column',
      `“${column.displayName}” holds ${typeWords[column.type]}; only numbers lie in ranges.`,
    );
    return addColumn(context, wish, undefined);
  }
  const value = castTo('decimal', columnOf(column));
  return addColumn(context, wish, step.method === 'edges' ? edges(step, value, context) : width(step, value));
}
