'use client';

import { CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { RecipeStep } from '#contracts/recipe';
import { compileRecipe, previewRecipe } from '#contracts/transformations';
import type { TableColumn, WarehouseTable } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { cellText } from '../../../ui/grid/cell-text.ts';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { useAnswer } from '../use-answer.ts';
import { useStepForm } from './form-context.tsx';

interface MatchReport {
  /** Rows here that find no row there, and some of their values. */
  readonly unmatched: number;
  readonly examples: readonly unknown[];
  /** A value that the other table has more than once, the most frequent one. */
  readonly repeated: { readonly value: unknown; readonly times: number } | null;
}

/** "5,602 of 5,847 rows find a match", the first that do not, and a warning where rows would be doubled. */
export function JoinMatch({
  step,
  other,
}: {
  readonly step: StepOf<'join'>;
  readonly other: WarehouseTable | undefined;
}) {
  const { analysis, dataVersion } = useEditor();
  const { index, columns, naming } = useStepForm();
  const format = useFormat();
  const base = useEditorState((state) => state.history.present);
  const before = analysis.results[index - 1]?.rowCount;
  const left = columns.find((column) => column.name === step.left_on);
  const right = other?.columns.find((column) => column.name === step.right_on);
  const steps = base.slice(0, index);
  const isReady = left !== undefined && right !== undefined && other !== undefined;
  // Columns that cannot be compared end in an error that their field shows; the report is a help, not the point.
  const { data: report, isCurrent } = useAnswer(
    isReady ? JSON.stringify([steps, other.name, left.name, right.name, dataVersion]) : null,
    (signal) => reportMatch(steps, other?.name ?? '', left?.name ?? '', right?.name ?? '', signal),
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
      {report.examples.length > 0 ? (
        <p className="text-muted">
          Without: <bdi>{report.examples.map((value) => say(value, left)).join(', ')}</bdi>
          {report.unmatched > report.examples.length ? ' …' : ''}
        </p>
      ) : null}
      {report.repeated === null ? null : (
        <p className="flex items-start gap-1.5 text-warning">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            {right.display_name} “<bdi>{say(report.repeated.value, right)}</bdi>” is there{' '}
            {format.number(report.repeated.times)} times in {naming.table(step.with)}: rows that match it are
            repeated.
          </span>
        </p>
      )}
    </div>
  );
}

/** Asked with recipes of its own: what a join leaves empty, and which keys of the other table repeat. */
async function reportMatch(
  steps: readonly RecipeStep[],
  table: string,
  left: string,
  right: string,
  signal: AbortSignal,
): Promise<MatchReport> {
  const joined: RecipeStep[] = [
    ...steps,
    { type: 'join', with: table, left_on: left, right_on: right, join_type: 'left', columns: [right] },
  ];
  const repeats: RecipeStep[] = [
    { type: 'source', table },
    { type: 'filter', column: right, operator: 'is_not_null' },
    { type: 'group', by: [right], aggregates: [{ function: 'count', alias: 'times_here' }] },
    { type: 'filter', column: 'times_here', operator: 'greater_than', value: 1 },
    { type: 'sort', columns: [{ column: 'times_here', descending: true }] },
  ];
  const [compiled, repeated] = await Promise.all([
    call(compileRecipe, { body: { recipe: { steps: joined } } }, { signal }),
    call(previewRecipe, { body: { recipe: { steps: repeats }, limit: 1 } }, { signal }),
  ]);
  // The key that was brought is the last column, whatever name it got.
  const brought = compiled.columns.at(-1)?.name ?? '';
  const recipe = {
    steps: [...joined, { type: 'filter' as const, column: brought, operator: 'is_null' as const }],
  };
  const [unmatched, count] = await Promise.all([
    call(previewRecipe, { body: { recipe, limit: 50 } }, { signal }),
    call(previewRecipe, { body: { recipe, limit: 0 } }, { signal }),
  ]);
  const [worst] = repeated.rows;
  return {
    unmatched: count.total_count ?? 0,
    examples: [...new Set(unmatched.rows.map((row) => row[left]))].slice(0, 5),
    repeated: worst === undefined ? null : { value: worst[right], times: Number(worst['times_here']) },
  };
}
