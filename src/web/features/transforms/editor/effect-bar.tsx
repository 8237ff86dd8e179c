'use client';

import { TriangleAlert } from 'lucide-react';
import type { RecipeStepType } from '#contracts/recipe';
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
        {words}
      </p>
      {after < before ? (
        <div aria-hidden className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-hover">
          <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </div>
      ) : null}
    </div>
  );
}
