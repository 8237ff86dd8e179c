import type { AddColumnStep } from '#contracts/recipe';
import { canonicalNumber } from '../coerce-value.ts';
import { columnOf, literalOf, type Expression } from '../expression.ts';
import { findColumn, unknownColumn, type StepContext, type StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Form<T extends AddColumnStep['expression_type']> = Extract<AddColumnStep, { expression_type: T }>;

function operand(
  field: 'left' | 'right',
  value: string | number,
  context: StepContext,
): Expression | undefined {
  const { input } = context;
  const column = typeof value === 'string' ? findColumn(input.columns, value) : undefined;
  if (column === undefined) {
    const digits = canonicalNumber(value);
    if (digits !== null) return literalOf({ type: 'decimal', value: digits });
    if (input.incomplete) return undefined;
    const { message, suggestion } = unknownColumn(input.columns, String(value));
    context.report(field, message, suggestion);
    return undefined;
  }
  switch (column.type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return columnOf(column);
    case 'text':
      context.report(
        field,
        `“${column.displayName}” holds text, so it cannot be calculated with. Change its type to a number where the data is loaded, or join texts with “concat”.`,
      );
      return undefined;
    default:
      context.report(
        field,
        `“${column.displayName}” holds ${typeWords[column.type]}, so it cannot be calculated with. Choose a column of numbers.`,
      );
      return undefined;
  }
}

function math(step: Form<'math'>, context: StepContext): Expression | undefined {
  const left = operand('left', step.left, context);
  const right = operand('right', step.right, context);
  if (left === undefined || right === undefined) return undefined;
  return { kind: 'arithmetic', type: 'decimal', operator: step.operator, left, right };
}

function concat(step: Form<'concat'>, context: StepContext): Expression | undefined {
  const columns = step.columns.map((reference, index) => context.column(`columns.${index}`, reference));
  const operands = columns.filter((column) => column !== undefined).map((column) => columnOf(column));
  if (operands.length < columns.length) return undefined;
  return { kind: 'concat', type: 'text', operands, separator: step.separator };
}

function extract(step: Form<'extract'>, context: StepContext): Expression | undefined {
  const column = context.column('column', step.column);
  if (column === undefined) return undefined;
  switch (column.type) {
    case 'date':
    case 'timestamp':
      return { kind: 'date_part', type: 'integer', part: step.part, operand: columnOf(column) };
    case 'timestamptz':
      return {
        kind: 'date_part',
        type: 'integer',
        part: step.part,
        operand: {
          kind: 'local_time',
          type: 'timestamp',
          operand: columnOf(column),
          timeZone: context.settings.timeZone,
        },
      };
    default:
      context.report(
        'column',
        `“${column.displayName}” holds ${typeWords[column.type]}; a ${step.part} can only be taken out of a date. Change its type to a date where the data is loaded.`,
      );
      return undefined;
  }
}

const resultTypes = { math: 'decimal', concat: 'text', extract: 'integer' } as const;

function expressionOf(step: AddColumnStep, context: StepContext): Expression | undefined {
  switch (step.expression_type) {
    case 'math':
      return math(step, context);
    case 'concat':
      return concat(step, context);
    case 'extract':
      return extract(step, context);
  }
}

export function planAddColumn(step: AddColumnStep, context: StepContext): StepResult {
  const { input } = context;
  const expression = expressionOf(step, context);
  const name = context.newName('name', step.name, input.columns);
  if (name === undefined) return { output: input, operation: null };
  const columns = [
    ...input.columns,
    { name, displayName: step.name, type: resultTypes[step.expression_type] },
  ];
  return {
    output: { ...input, columns },
    operation: expression === undefined ? null : { kind: 'extend', items: [{ name, expression }] },
  };
}
