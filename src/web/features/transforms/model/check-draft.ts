import '../../../zod-without-eval.ts';
import { recipeStep, type RecipeStep } from '#contracts/recipe';
import type { StepOf } from './editor-step.ts';
import { missingInCondition, missingValue } from './filter-value.ts';

/** A problem of one field of a step that is being edited. */
export interface FieldProblem {
  /** Path within the step, for instance `aggregates.0.column`. */
  readonly field: string;
  readonly message: string;
  readonly suggestion: string | null;
  /** Where in a formula or an SQL text it is, from 0. */
  readonly position?: number | undefined;
}

/**
 * What is still missing in a step that a person is filling in, in the contract's words, before the server is asked
 * anything. Empty texts stand for what was not chosen yet.
 */
export function checkDraft(draft: RecipeStep): readonly FieldProblem[] {
  const parsed = recipeStep.safeParse(draft);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => problem(issue.path.join('.'), inWords(issue.message)));
  return [...problems, ...beyondTheContract(draft)];
}

/** Texts whose lack the contract has no words for are said to be missing. */
function inWords(message: string): string {
  return message.startsWith('Too small: expected string') ? 'Type something here' : message;
}

function beyondTheContract(draft: RecipeStep): readonly FieldProblem[] {
  switch (draft.type) {
    case 'filter':
      return missingInCondition(draft).map(({ field, message }) => problem(field, message));
    case 'group':
      return checkGroup(draft);
    case 'unpivot':
      return draft.columns.length === 0 && !draft.all_but
        ? [problem('columns', 'Choose at least one column')]
        : [];
    case 'pivot':
      return draft.function !== 'count' && draft.value_column === undefined
        ? [problem('value_column', 'Choose a column')]
        : [];
    case 'clean':
      return draft.columns.length === 0 && draft.operations.some((one) => one !== 'remove_duplicates')
        ? [problem('columns', 'Choose at least one column')]
        : [];
    case 'categorize':
      return draft.rules.flatMap((rule, index) => {
        const message = missingValue(rule.operator, rule.value);
        return [
          ...(message === undefined ? [] : [problem(`rules.${index}.value`, message)]),
          ...(rule.category === '' ? [problem(`rules.${index}.category`, 'Give the category a name')] : []),
        ];
      });
    case 'replace_values':
      return draft.pairs.flatMap(({ from }, index) =>
        from === '' ? [problem(`pairs.${index}.from`, 'Type what to replace')] : [],
      );
    case 'fill_empty':
      return draft.method === 'value' && (draft.value === '' || draft.value === null)
        ? [problem('value', 'Type a value')]
        : [];
    default:
      return [];
  }
}

function checkGroup(draft: StepOf<'group'>): readonly FieldProblem[] {
  if (draft.by.length === 0 && (draft.by_date ?? []).length === 0 && draft.aggregates.length === 0)
    return [problem('by', 'Choose what to group by, or what to calculate')];
  return draft.aggregates.flatMap((aggregate, index) => {
    const path = `aggregates.${index}`;
    const countsRows = aggregate.function === 'count' || aggregate.function === 'count_rows';
    const missing =
      aggregate.filter === undefined ? [] : missingInCondition(aggregate.filter, `${path}.filter.`);
    return [
      ...(countsRows || aggregate.column !== undefined ? [] : [problem(`${path}.column`, 'Choose a column')]),
      ...missing.map(({ field, message }) => problem(field, message)),
    ];
  });
}

function problem(field: string, message: string): FieldProblem {
  return { field, message, suggestion: null };
}

/** The problem at a field, or anywhere inside of it. */
export function problemAt(problems: readonly FieldProblem[], field: string): FieldProblem | undefined {
  return problems.find((one) => one.field === field || one.field.startsWith(`${field}.`));
}
