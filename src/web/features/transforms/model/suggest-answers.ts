import type { TemplateAnswers, TemplateQuestion } from '#contracts/recipe-template';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { visibleColumns } from './column-naming.ts';

/** The columns that make sense as an answer. */
export function offeredColumns(
  question: Extract<TemplateQuestion, { kind: 'column' | 'columns' }>,
  columns: readonly TableColumn[],
): readonly TableColumn[] {
  const { types } = question;
  return columns.filter((column) =>
    types === undefined ? column.type !== 'json' : types.includes(column.type),
  );
}

/**
 * The answers after one of them changed: what belonged to another table goes, and columns that are most likely meant are
 * chosen where nothing was, so that mostly the table is all that has to be picked.
 *
 * @param id of the question that was answered
 */
export function withAnswer(
  questions: readonly TemplateQuestion[],
  answers: TemplateAnswers,
  id: string,
  answer: string | readonly string[],
  tables: readonly WarehouseTable[],
): TemplateAnswers {
  const next: Record<string, string | readonly string[]> = { ...answers, [id]: answer };
  const dependents = questions.filter((question) => 'of' in question && question.of === id);
  const table = tables.find(({ name }) => name === answer);
  for (const question of dependents) {
    delete next[question.id];
    if (question.kind === 'column' || question.kind === 'columns') {
      const suggested = suggestColumns(question, visibleColumns(table), questions, next, tables);
      if (suggested.length > 0)
        next[question.id] = question.kind === 'column' ? (suggested[0] ?? '') : suggested;
    }
  }
  return next;
}

function suggestColumns(
  question: Extract<TemplateQuestion, { kind: 'column' | 'columns' }>,
  columns: readonly TableColumn[],
  questions: readonly TemplateQuestion[],
  answers: TemplateAnswers,
  tables: readonly WarehouseTable[],
): readonly string[] {
  const offered = offeredColumns(question, columns);
  const twin = twinOf(question, questions, answers, tables);
  const same = offered.find(
    (column) => column.display_name.toLowerCase() === twin?.display_name.toLowerCase(),
  );
  if (same !== undefined) return [same.name];
  const takesAll = question.kind === 'columns' && question.takesAll === true;
  // A column that answers another question about this table is seldom meant twice.
  const used = new Set(
    questions
      .filter((other) => other.kind === 'column' && other.of === question.of)
      .map((other) => answers[other.id]),
  );
  const found = (question.likely ?? []).flatMap((words) =>
    offered.filter((column) => !used.has(column.name) && hasWords(column.display_name, words)),
  );
  const names = takesAll
    ? offered.filter((column) => found.includes(column)).map(({ name }) => name)
    : found.slice(0, 1).map(({ name }) => name);
  return names;
}

/** What the first table has in the place of this column of the other: `key` of `other_key`. */
function twinOf(
  question: TemplateQuestion,
  questions: readonly TemplateQuestion[],
  answers: TemplateAnswers,
  tables: readonly WarehouseTable[],
): TableColumn | undefined {
  const twin = questions.find((other) => question.id === `other_${other.id}`);
  if (twin?.kind !== 'column') return undefined;
  const table = tables.find(({ name }) => name === answers[twin.of]);
  return table?.columns.find(({ name }) => name === answers[twin.id]);
}

/** Whether a name has these words, one after the other: "Date of visit" has "date", "Village" has no "age". */
function hasWords(name: string, words: string): boolean {
  const split = (text: string) =>
    ` ${text
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .split(/[^\p{L}\p{M}\p{N}]+/u)
      .filter((word) => word !== '')
      .join(' ')} `;
  return words === '' || split(name).includes(split(words));
}

/** The values that most likely answer a question, among those that a column has: "F" and "female ". */
export function suggestValues(
  { likely }: Extract<TemplateQuestion, { kind: 'values' }>,
  values: readonly string[],
): readonly string[] {
  return values.filter((value) => likely.includes(value.trim().toLowerCase()));
}
