'use client';

import { TriangleAlert } from 'lucide-react';
import type { RecipeStepType } from '#contracts/recipe';
import type { TableColumn } from '#contracts/warehouse';
import { useFormat } from '../../../use-format.ts';
import { useEditor, type DraftContext } from './editor-context.tsx';

interface EffectBarProps {
  readonly draft: DraftContext;
  /** Steps in the draft. */
  readonly count: number;
  readonly type: RecipeStepType;
}

/** "Keeps 4,156 of 5,847 rows (71 %)" with a bar, or what else the draft does to the number of rows. */
export function EffectBar({ draft, count, type }: EffectBarProps) {
  const { analysis } = useEditor();
  const format = useFormat();
  const before = analysis.results[draft.index - 1]?.rowCount;
  const result = draft.analysis.results[draft.index + count - 1];
  const after = draft.isComplete ? result?.rowCount : undefined;
  const rows = (value: number) => format.count(value, ['row', 'rows']);

  if (!draft.isComplete || (result !== undefined && result.errors.length > 0)) {
    return (
      <p className="text-sm text-muted">
        {before === undefined ? '\u00a0' : `${rows(before)} before this step`}
      </p>
    );
  }
  if (before === undefined || after === undefined || draft.analysis.isPending) {
    return (
      <p role="status" className="text-sm text-muted">
        Counting…
      </p>
    );
  }
  const columnWords = columnChange(
    analysis.results[draft.index - 1]?.columns ?? [],
    result?.columns ?? [],
    format.count,
  );
  const share = before === 0 ? 0 : after / before;
  const words =
    type === 'filter'
      ? `Keeps ${format.number(after)} of ${rows(before)} (${format.percent(share)})`
      : after === before
        ? `${rows(after)}, as before`
        : type === 'group'
          ? `${rows(after)} from ${format.number(before)}`
          : `${format.number(before)} → ${rows(after)}`;
  return (
    <div>
      <p role="status" data-numeric className="flex items-center gap-1.5 text-sm font-medium">
        {after === 0 ? <TriangleAlert aria-hidden className="size-4 text-warning" /> : null}
        <span>
          {words}
          {columnWords === '' ? '' : ` · ${columnWords}`}
        </span>
      </p>
      {after < before ? (
        <div aria-hidden className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-hover">
          <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </div>
      ) : null}
    </div>
  );
}

/** "2 columns added, 1 left out"; nothing when they stay as they are. */
function columnChange(
  before: readonly TableColumn[],
  after: readonly TableColumn[],
  count: (value: number, words: readonly [one: string, many: string]) => string,
): string {
  const [old, made] = [before, after].map((columns) => new Set(columns.map(({ name }) => name)));
  const added = after.filter(({ name }) => old?.has(name) === false).length;
  const lost = before.filter(({ name }) => made?.has(name) === false).length;
  return [
    ...(added > 0 ? [`${count(added, ['column', 'columns'])} added`] : []),
    ...(lost > 0 ? [`${added > 0 ? lost : count(lost, ['column', 'columns'])} left out`] : []),
  ].join(', ');
}
