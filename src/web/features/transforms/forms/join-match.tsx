'use client';

import { CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { RecipeStep } from '#contracts/recipe';
import { distinctValues, previewRecipe } from '#contracts/transformations';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { keysOf } from '../model/join-keys.ts';
import { useAnswer } from '../use-answer.ts';
import { useStepForm } from './form-context.tsx';

interface MatchReport {
  /** Rows here that find no row there, and their values in the first key, most frequent first. */
  readonly unmatched: number;
  readonly values: readonly { readonly value: unknown; readonly count: number }[];
  /** There are more such values than these. */
  readonly isCut: boolean;
  /** Rows that are there more than once because the other table has their key more than once. */
  readonly added: number;
  /** The key that the other table has most often, when that is more than once. */
  readonly repeated: { readonly value: unknown; readonly times: number } | null;
}

/** Values without a match that are listed. */
const LISTED = 100;

interface JoinMatchProps {
  readonly step: StepOf<'join'>;
  readonly other: WarehouseTable | undefined;
}

/** "5,602 of 5,847 rows find a match", the first that do not, and a warning where rows would be doubled. */
export function JoinMatch({ step, other }: JoinMatchProps) {
  const { analysis, dataVersion } = useEditor();
  const { index, columns, naming } = useStepForm();
  const format = useFormat();
  const base = useEditorState((state) => state.history.present);
  const before = analysis.results[index - 1]?.rowCount;
  const left = columns.find((column) => column.name === step.left_on);
  const right = other?.columns.find((column) => column.name === step.right_on);
  const steps = base.slice(0, index);
  const hasKeys = keysOf(step).every((pair) => pair.left !== '' && pair.right !== '');
  const isReady = left !== undefined && right !== undefined && hasKeys;
  const question = [steps, step.with, keysOf(step), step.ignore_case, step.trim, dataVersion];
  // Columns that cannot be compared end in an error that their field shows; the report is a help, not the point.
  const { data: report, isCurrent } = useAnswer(
    isReady ? JSON.stringify(question) : null,
    (signal) => reportMatch(steps, step, signal),
    250,
  );
  if (!isReady || (isCurrent && report === undefined)) return null;
  if (report === undefined || before === undefined || !isCurrent) {
    return (
      <p role="status" className="flex items-center gap-1.5 text-sm text-muted">
        <LoaderCircle aria-hidden className="size-4 animate-spin" /> Looking for matches…
      </p>
    );
  }
  const say = (value: unknown, column: TableColumn) =>
    cellText(value, column.type, format.settings) ?? 'empty';
  const isAll = report.unmatched === 0;
  const bringsRows = step.join_type !== 'semi' && step.join_type !== 'anti';
  return (
    <div role="status" className="flex flex-col gap-1.5 text-sm">
      <p className="flex items-start gap-1.5">
        {isAll ? (
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
        ) : (
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
        )}
        <span data-numeric>
          {isAll
            ? `All ${format.count(before, ['row finds', 'rows find'])} a match`
            : `${format.number(before - report.unmatched)} of ${format.count(before, ['row', 'rows'])} find a match`}
        </span>
      </p>
      {report.values.length > 0 ? (
        <details className="group">
          <summary className="cursor-pointer text-muted">
            Without a match:{' '}
            <bdi>
              {report.values
                .slice(0, 5)
                .map(({ value }) => say(value, left))
                .join(', ')}
            </bdi>
            {report.values.length > 5 ? ' …' : ''}
          </summary>
          <ul
            aria-label="Without a match"
            className="mt-1.5 max-h-56 overflow-y-auto rounded-md border border-line py-1"
          >
            {report.values.map(({ value, count }) => (
              <li key={say(value, left)} className="flex justify-between gap-4 px-2.5 py-0.5">
                <bdi className="min-w-0 truncate">{say(value, left)}</bdi>
                <span data-numeric className="shrink-0 text-muted">
                  {format.count(count, ['row', 'rows'])}
                </span>
              </li>
            ))}
            {report.isCut ? (
              <li className="px-2.5 py-0.5 text-muted">and more. “Keep only those” shows all of them.</li>
            ) : null}
          </ul>
        </details>
      ) : null}
      {report.repeated === null || !bringsRows ? null : (
        <p className="flex items-start gap-1.5 text-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span data-numeric>
            {right.display_name} “<bdi>{say(report.repeated.value, right)}</bdi>” is there{' '}
            {format.number(report.repeated.times)} times in {naming.table(step.with)}: rows that match it are
            repeated
            {report.added > 0 ? `, which adds ${format.count(report.added, ['row', 'rows'])} in all` : ''}.
          </span>
        </p>
      )}
    </div>
  );
}

/** Asked with recipes of its own: rows without a match, rows of a plain join, and keys that repeat. */
async function reportMatch(
  steps: readonly RecipeStep[],
  step: StepOf<'join'>,
  signal: AbortSignal,
): Promise<MatchReport> {
  const { type, with: table, left_on, right_on, more_keys, ignore_case, trim } = step;
  const keys = {
    type,
    with: table,
    left_on,
    right_on,
    ...(more_keys === undefined ? {} : { more_keys }),
    ...(ignore_case === undefined ? {} : { ignore_case }),
    ...(trim === undefined ? {} : { trim }),
  };
  const rights = keysOf(step).map((pair) => pair.right);
  const anti = [...steps, { ...keys, join_type: 'anti' as const }];
  const joined = [...steps, { ...keys, join_type: 'left' as const, columns: [] }];
  const repeats: RecipeStep[] = [
    { type: 'source', table },
    {
      type: 'filter',
      match: 'all',
      conditions: rights.map((column) => ({ column, operator: 'is_not_null' as const })),
    },
    { type: 'group', by: rights, aggregates: [{ function: 'count', alias: 'times_here' }] },
    { type: 'filter', column: 'times_here', operator: 'greater_than', value: 1 },
    { type: 'sort', columns: [{ column: 'times_here', descending: true }] },
  ];
  const ask = (recipe: readonly RecipeStep[], limit: number) =>
    call(previewRecipe, { body: { recipe: { steps: [...recipe] }, limit } }, { signal });
  const [unmatched, count, all, before, repeated] = await Promise.all([
    call(distinctValues, { body: { recipe: { steps: anti }, column: left_on, limit: LISTED } }, { signal }),
    ask(anti, 0),
    ask(joined, 0),
    ask(steps, 0),
    ask(repeats, 1),
  ]);
  const [worst] = repeated.rows;
  return {
    unmatched: count.total_count ?? 0,
    values: unmatched.values,
    isCut: unmatched.truncated,
    added: (all.total_count ?? 0) - (before.total_count ?? 0),
    repeated: worst === undefined ? null : { value: worst[right_on], times: Number(worst['times_here']) },
  };
}
