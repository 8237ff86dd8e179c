import type { RecipeStep } from '#contracts/recipe';
import {
  call,
  caseWhen,
  columnOf,
  compare,
  emptyOf,
  integerLiteral,
  textFunction,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { failed, projectColumns } from '../project-columns.ts';
import type { PlanColumn, PlanOperation } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'split_column' }>;

/** The n-th part without the white space around it; NULL when nothing is left. */
function part(column: PlanColumn, separator: string, n: number): Expression {
  const trimmed = textFunction(
    'trim',
    call('text', 'split_part', columnOf(column), textLiteral(separator), integerLiteral(n)),
  );
  return caseWhen(
    'text',
    [{ when: compare('=', trimmed, textLiteral('')), result: emptyOf('text') }],
    trimmed,
  );
}

/** One row for each part; the column that was split is dropped unless it is kept. */
export function partsAsRows(
  context: StepContext,
  column: PlanColumn,
  wish: { readonly name: string; readonly separator: string | null; readonly keep: boolean },
): StepResult {
  const { input, settings } = context;
  const kept = wish.keep ? input.columns : input.columns.filter((each) => each !== column);
  const name = context.newName('name', wish.name, kept);
  if (name === undefined) return failed(context, kept);
  // While both are there they need two names, also when one takes over the name of the other.
  const made = wish.keep ? name : `_dalgo_part_${context.index + 1}`;
  const position = settings.totalOrder ? `_dalgo_n_${context.index + 1}` : null;
  const unnest: PlanOperation = {
    kind: 'unnest',
    list: columnOf(column),
    separator: wish.separator,
    name: made,
    position,
  };
  const added: PlanColumn = { name, displayName: wish.name, type: 'text' };
  const inner: StepContext = {
    ...context,
    input: {
      ...input,
      columns: [...input.columns, { ...added, name: made }],
      hidden: position === null ? input.hidden : [...input.hidden, position],
      ties:
        position === null
          ? input.ties
          : [...input.ties, { name: position, type: 'integer', descending: false }],
    },
  };
  if (wish.keep) return { output: { ...inner.input }, operation: unnest };
  const projected = projectColumns(
    inner,
    input.columns.map((each) =>
      each === column
        ? { column: added, expression: { kind: 'column' as const, name: made, type: 'text' as const } }
        : { column: each },
    ),
  );
  return {
    output: projected.output,
    operation:
      projected.operation === null ? null : { kind: 'sequence', operations: [unnest, projected.operation] },
  };
}

export function planSplitColumn(step: Step, context: StepContext): StepResult {
  const { input } = context;
  const column = context.column('column', step.column);
  if (column === undefined) return failed(context, input.columns);
  if (column.type !== 'text') {
    context.report(
      'column',
      `“${column.displayName}” holds ${typeWords[column.type]}; only text can be split. Change its type to text first.`,
    );
    return failed(context, input.columns);
  }
  if (step.into === 'rows') return partsAsRows(context, column, step);
  const kept = step.keep ? input.columns : input.columns.filter((each) => each !== column);
  const taken = [...kept];
  const made: { column: PlanColumn; expression: Expression }[] = [];
  for (const [index, wish] of step.names.entries()) {
    const name = context.newName(`names.${index}`, wish, taken);
    if (name === undefined) return failed(context, taken);
    const added: PlanColumn = { name, displayName: wish, type: 'text' };
    taken.push(added);
    made.push({ column: added, expression: part(column, step.separator, index + 1) });
  }
  return projectColumns(
    context,
    input.columns.flatMap((each) => {
      const self = kept.includes(each) ? [{ column: each }] : [];
      return each === column ? [...self, ...made] : self;
    }),
  );
}
