import type { RecipeStep } from '#contracts/recipe';
import { dateFormat, dateWithin, isoText, readableText } from '../date-format.ts';
import { call, columnOf, type Expression } from '../expression.ts';
import { failed, projectColumns, type ProjectedColumn } from '../project-columns.ts';
import type { NamedExpression, PlanColumn } from '../relation.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { withErrors } from './cast.ts';

/** Two digits are read as the year of this hundred. */
const USUAL_YEARS = { from: 1950, to: 2049 } as const;

export function planParseDate(
  step: Extract<RecipeStep, { type: 'parse_date' }>,
  context: StepContext,
): StepResult {
  const { input } = context;
  const column = context.column('column', step.column);
  if (column === undefined) return failed(context, input.columns);
  let broken = false;
  if (column.type !== 'text') {
    context.report(
      'column',
      `“${column.displayName}” holds ${typeWords[column.type]}; only text has to be read as a date. Use “Change type” instead.`,
    );
    broken = true;
  }
  const range = step.year_range;
  if (range !== undefined && range.from > range.to) {
    context.report('year_range', 'The first year is after the last one.');
    broken = true;
  }
  // Each is computed once for a row, and then only named.
  const readable = { kind: 'column', name: `_dalgo_text_${context.index + 1}`, type: 'text' } as const;
  const texts: NamedExpression[] = [];
  const parsed: Expression[] = [];
  for (const [index, text] of step.formats.entries()) {
    const format = dateFormat(text);
    if ('message' in format) {
      context.report(`formats.${index}`, format.message);
      broken = true;
      continue;
    }
    const years = range ?? (format.yearHasTwoDigits ? USUAL_YEARS : null);
    if (format.yearHasTwoDigits && years !== null && years.to - years.from > 99) {
      context.report('year_range', 'Two digits of a year need a range of at most a hundred years.');
      broken = true;
    }
    const name = `_dalgo_date_${context.index + 1}_${index + 1}`;
    texts.push({ name, expression: isoText(readable, format, years?.from ?? 1) });
    parsed.push(dateWithin({ kind: 'column', name, type: 'text' }, years));
  }
  const [first] = parsed;
  if (broken || first === undefined)
    return failed(
      context,
      input.columns.map((each) => (each === column ? { ...each, type: 'date' as const } : each)),
    );

  const read = parsed.length === 1 ? first : call('date', 'coalesce', ...parsed);
  const { value, rejected } = withErrors(column, read, step.on_error);
  const taken = [...input.columns];
  const fresh = (field: string, wish: string, type: PlanColumn['type']): PlanColumn | undefined => {
    const name = context.newName(field, wish, taken);
    if (name === undefined) return undefined;
    const made = { name, displayName: wish, type };
    taken.push(made);
    return made;
  };
  const columns: ProjectedColumn[] = [];
  for (const each of input.columns) {
    if (each !== column || step.new_column !== undefined) columns.push({ column: each });
    if (each !== column) continue;
    const target =
      step.new_column === undefined
        ? { ...column, type: 'date' as const }
        : fresh('new_column', step.new_column, 'date');
    if (target !== undefined) columns.push({ column: target, expression: value });
    if (rejected === null) continue;
    const extra = fresh('column', `${column.displayName} (not read)`, 'text');
    if (extra !== undefined) columns.push({ column: extra, expression: rejected });
  }
  const { output, operation } = projectColumns(context, columns);
  if (operation === null) return { output, operation };
  const text: NamedExpression = { name: readable.name, expression: readableText(columnOf(column)) };
  return {
    output,
    operation: {
      kind: 'sequence',
      operations: [{ kind: 'extend', items: [text] }, { kind: 'extend', items: texts }, operation],
    },
  };
}
