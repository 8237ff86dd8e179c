import { commonFields, type StepOf } from './editor-step.ts';
import { windowFunctionWords } from './row-step-words.ts';
import type { Naming } from './step-words.ts';

export type WindowStep = StepOf<'window'>;

/** The same step with another calculation; columns and order are kept where it has them. */
export function withWindowFunction(step: WindowStep, name: WindowStep['function']): WindowStep {
  const common = { ...commonFields(step), type: step.type, name: step.name, by: step.by };
  const column = 'column' in step ? step.column : '';
  const order = 'order' in step ? step.order : [];
  switch (name) {
    case 'row_number':
    case 'rank':
    case 'dense_rank':
      return { ...common, function: name, order };
    case 'running_total':
    case 'running_count':
      return { ...common, function: name, column, order };
    case 'previous':
    case 'next':
      return { ...common, function: name, column, order, offset: 1 };
    case 'moving_average':
      return { ...common, function: name, column, order, rows: 3 };
    default:
      return { ...common, function: name, column };
  }
}

/** "Running total of Amount", "Rank". */
export function suggestedWindowName(step: WindowStep, naming: Naming): string {
  const words = windowFunctionWords[step.function].replace(/ \(.*\)$/, '');
  if (!('column' in step)) return words;
  if (step.column === '') return '';
  const column = naming.column(step.column);
  switch (step.function) {
    case 'previous':
      return `${column} before`;
    case 'next':
      return `${column} after`;
    case 'group_total':
    case 'group_average':
    case 'group_min':
    case 'group_max':
    case 'group_count':
      return `${words} (${column})`;
    default:
      return `${words} of ${column}`;
  }
}
