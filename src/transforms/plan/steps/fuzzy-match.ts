import type { RecipeStep } from '#contracts/recipe';
import { castTo, columnOf, textFunction, type Expression } from '../expression.ts';
import type { PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { columnsOfTable } from './join.ts';

type Step = Extract<RecipeStep, { type: 'fuzzy_match' }>;

/** Capital letters and the spaces around are no difference in spelling. */
function comparable(column: PlanColumn): Expression {
  return textFunction('lower', textFunction('trim', columnOf(column)));
}

function otherColumn(step: Step, context: StepContext) {
  if (step.table === undefined || step.key === undefined) {
    if (step.table === undefined && step.key === undefined) return null;
    context.report(step.table === undefined ? 'table' : 'key', 'Choose a table and its column, or neither.');
    return undefined;
  }
  const table = context.table('table', step.table);
  if (table === undefined) return undefined;
  const key = columnsOfTable(table, context)('key', step.key);
  if (key === undefined) return undefined;
  if (key.type === 'text') return { table: table.name, right: comparable(key), found: columnOf(key) };
  context.report('key', `“${key.displayName}” holds no text. Only texts can be similar.`);
  return undefined;
}

export function planFuzzyMatch(step: Step, context: StepContext): StepResult {
  const { input, index } = context;
  const column = context.column('column', step.column);
  const other = otherColumn(step, context);
  if (column !== undefined && column.type !== 'text')
    context.report('column', `“${column.displayName}” holds no text. Only texts can be similar.`);
  const name = context.newName('name', step.name, input.columns);
  const found: PlanColumn[] = name === undefined ? [] : [{ name, displayName: step.name, type: 'text' }];
  const score =
    step.score_name === undefined
      ? `_dalgo_score_${index + 1}`
      : context.newName('score_name', step.score_name, [...input.columns, ...found]);
  const shown: PlanColumn[] =
    step.score_name === undefined || score === undefined
      ? []
      : [{ name: score, displayName: step.score_name, type: 'decimal' }];
  const output = {
    ...input,
    columns: [...input.columns, ...found, ...shown],
    hidden: step.score_name === undefined && score !== undefined ? [...input.hidden, score] : input.hidden,
  };
  if (column?.type !== 'text' || other === undefined || name === undefined || score === undefined)
    return { output: { ...output, hidden: input.hidden }, operation: null };
  return {
    output,
    operation: {
      kind: 'fuzzy_match',
      left: comparable(column),
      own: castTo('text', columnOf(column)),
      other,
      threshold: step.threshold.toFixed(4),
      name,
      score,
    },
  };
}
