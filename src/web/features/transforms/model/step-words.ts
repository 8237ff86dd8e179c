import type { ColumnType } from '#contracts/column-types';
import type { CleanOperation, RecipeStep } from '#contracts/recipe';
import { actionNames } from '#contracts/recipe-words';
import type { StepOf } from './editor-step.ts';
import { describeColumnStep } from './column-step-words.ts';
import { describeConditions } from './condition-words.ts';
import { describeGroup } from './group-words.ts';
import { listWords } from './list-words.ts';
import { describeRowStep } from './row-step-words.ts';
import { directionWords } from './sort-words.ts';

/** What people call columns and tables; unknown references come back as they are. */
export interface Naming {
  readonly column: (reference: string) => string;
  readonly columnType: (reference: string) => ColumnType | undefined;
  readonly table: (reference: string) => string;
}

/**
 * What a step does, as a person would say it.
 * @example describeStep({type: 'filter', column: 'status', operator: 'equals', value: 'Active'}, naming)
 *   // 'Keep rows where Status is Active'
 */
export function describeStep(step: RecipeStep, naming: Naming): string {
  switch (step.type) {
    case 'source':
      return `Start with ${naming.table(step.table)}`;
    case 'filter':
      return `Keep rows where ${describeConditions(step, naming)}`;
    case 'join':
      return describeJoin(step, naming);
    case 'group':
      return describeGroup(step, naming);
    case 'select':
      return step.columns.length <= 3
        ? `Keep only ${listWords(step.columns.map(naming.column))}`
        : `Keep ${step.columns.length} columns`;
    case 'sort':
      return `Sort by ${step.columns
        .map((key) => {
          const column = typeof key === 'string' ? key : key.column;
          const isDescending = typeof key !== 'string' && key.descending === true;
          return `${naming.column(column)} (${directionWords(naming.columnType(column) ?? 'text', isDescending)})`;
        })
        .join(', then ')}`;
    case 'clean':
      return describeClean(step, naming);
    case 'categorize':
      return `Put ${naming.column(step.source_column)} into categories as ${step.new_column}`;
    case 'add_column':
      return describeAddColumn(step, naming);
    case 'distinct':
      return 'Remove duplicate rows';
    case 'rename':
    case 'reorder':
    case 'cast':
    case 'parse_date':
    case 'replace_values':
    case 'fill_empty':
    case 'split_column':
    case 'merge_columns':
    case 'extract_text':
    case 'date_part':
    case 'formula':
      return describeColumnStep(step, naming);
    case 'stack':
    case 'unpivot':
    case 'pivot':
    case 'remove_duplicates':
    case 'top_n':
    case 'sample':
    case 'list_to_rows':
    case 'window':
    case 'lookup':
    case 'bin':
    case 'mask':
    case 'flatten_json':
      return describeRowStep(step, naming);
    case 'fuzzy_match':
      return step.table === undefined
        ? `Bring similar spellings of ${naming.column(step.column)} together as ${step.name}`
        : `Find what is most like ${naming.column(step.column)} in ${naming.table(step.table)} as ${step.name}`;
    default:
      return otherAction(step);
  }
}

/** A step of a newer contract says at least which action it is. */
function otherAction(step: { readonly type: RecipeStep['type'] }): string {
  return actionNames[step.type];
}

function describeJoin(step: StepOf<'join'>, naming: Naming): string {
  if (step.join_type === 'semi') return `Keep rows that have a match in ${naming.table(step.with)}`;
  if (step.join_type === 'anti') return `Keep rows without a match in ${naming.table(step.with)}`;
  const count = step.columns?.length;
  const brought = count === undefined ? 'all columns' : count === 1 ? '1 column' : `${count} columns`;
  const kept = {
    left: '',
    inner: ', keep only matches',
    right: `, keep all its rows`,
    outer: ', keep all rows of both',
  }[step.join_type];
  return `Bring ${brought} from ${naming.table(step.with)}${kept}`;
}

const cleanWords: Record<CleanOperation, string> = {
  trim: 'remove extra spaces',
  upper: 'upper case',
  lower: 'lower case',
  title: 'capital first letters',
  remove_duplicates: 'remove duplicates',
};

function describeClean(step: StepOf<'clean'>, naming: Naming): string {
  const columns =
    step.columns.length === 0
      ? 'all columns'
      : step.columns.length <= 2
        ? listWords(step.columns.map(naming.column))
        : `${step.columns.length} columns`;
  return `Clean ${columns}: ${listWords(step.operations.map((one) => cleanWords[one]))}`;
}

const signs = { '+': '+', '-': '−', '*': '×', '/': '÷' } as const;

function describeAddColumn(step: StepOf<'add_column'>, naming: Naming): string {
  switch (step.expression_type) {
    case 'math': {
      const side = (operand: string | number): string =>
        typeof operand === 'number' ? String(operand) : naming.column(operand);
      return `Add ${step.name} = ${side(step.left)} ${signs[step.operator]} ${side(step.right)}`;
    }
    case 'concat':
      return `Join ${listWords(step.columns.map(naming.column))} as ${step.name}`;
    case 'extract':
      return `Take the ${step.part} of ${naming.column(step.column)} as ${step.name}`;
  }
}
