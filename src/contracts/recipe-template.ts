import type { ColumnType } from './column-types.ts';
import type { RecipeStep, RecipeStepType } from './recipe.ts';
import type { TableColumn } from './warehouse.ts';

/** What a template asks before it makes its steps. Each is answered by picking, never by writing. */
export type TemplateQuestion =
  | { readonly kind: 'table'; readonly id: string; readonly label: string; readonly help?: string }
  /** More tables like another one. */
  | { readonly kind: 'tables'; readonly id: string; readonly label: string; readonly help?: string }
  | (ColumnQuestion & { readonly kind: 'column' })
  | (ColumnQuestion & {
      readonly kind: 'columns';
      /** Beforehand all likely columns are chosen, not only the likeliest. */
      readonly takesAll?: boolean;
    })
  /** Some of the values of the column that another question asked for. */
  | {
      readonly kind: 'values';
      readonly id: string;
      readonly label: string;
      readonly help?: string;
      readonly of: string;
      readonly likely: readonly string[];
    };

interface ColumnQuestion {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  /** Id of the question for the table that has them. */
  readonly of: string;
  /** Types that make sense; any but nested data when absent. */
  readonly types?: readonly ColumnType[];
  readonly isOptional?: boolean;
  /** Words that the name of such a column usually has, the likeliest first; "" for any. It is chosen beforehand. */
  readonly likely?: readonly string[];
}

/** Answers by the id of their question: tables and columns by physical name. */
export type TemplateAnswers = Readonly<Record<string, string | readonly string[]>>;

/** The answers as a template reads them; what was left out is empty. */
export interface Answered {
  readonly one: (id: string) => string;
  readonly many: (id: string) => readonly string[];
  readonly has: (id: string) => boolean;
  /** The column that answers a question. */
  readonly column: (id: string) => TableColumn | undefined;
  /** A name for a new column that no column of the first table has yet. */
  readonly fresh: (name: string) => string;
}

/** Questions of one kind of work, and the ordinary steps that follow from the answers. */
export interface RecipeTemplate {
  readonly id: string;
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly about: string;
  /** The kind of step whose picture stands for it. */
  readonly icon: RecipeStepType;
  readonly questions: readonly TemplateQuestion[];
  readonly steps: (answers: Answered) => readonly RecipeStep[];
}

/** Columns of the tables that were chosen, by the id of the question for the table. */
export type TemplateColumns = Readonly<Record<string, readonly TableColumn[]>>;

/** The questions that still lack an answer. */
export function openQuestions(
  template: Pick<RecipeTemplate, 'questions'>,
  answers: TemplateAnswers,
): readonly string[] {
  return template.questions
    .filter((question) => {
      if ('isOptional' in question && question.isOptional) return false;
      // Values are asked for only where there is a column to take them from.
      if (question.kind === 'values' && isEmpty(answers[question.of])) return false;
      return isEmpty(answers[question.id]);
    })
    .map(({ id }) => id);
}

/** The steps of a template for answers that leave no question open. */
export function stepsOf(
  template: RecipeTemplate,
  answers: TemplateAnswers,
  columns: TemplateColumns,
): readonly RecipeStep[] {
  const many = (id: string): readonly string[] => {
    const answer = answers[id];
    return answer === undefined || answer === '' ? [] : typeof answer === 'string' ? [answer] : answer;
  };
  const one = (id: string): string => many(id)[0] ?? '';
  const first = template.questions.find(({ kind }) => kind === 'table')?.id ?? '';
  return template.steps({
    one,
    many,
    has: (id) => many(id).length > 0,
    column: (id) => {
      const question = template.questions.find((asked) => asked.id === id);
      return question === undefined || !('of' in question)
        ? undefined
        : columns[question.of]?.find((column) => column.name === one(id));
    },
    fresh: (name) => {
      const taken = new Set(
        (columns[first] ?? []).flatMap((column) => [
          column.name.toLowerCase(),
          column.display_name.toLowerCase(),
        ]),
      );
      let made = name;
      for (let number = 2; taken.has(made.toLowerCase()); number += 1) made = `${name} ${number}`;
      return made;
    },
  });
}

function isEmpty(answer: string | readonly string[] | undefined): boolean {
  return answer === undefined || answer.length === 0;
}
