'use client';

import type { ColumnProfile } from '#contracts/warehouse';
import { useFormat } from '../../use-format.ts';

/** How much of a column is filled in, as a bar and in words. */
export function QualityBar({ profile }: { readonly profile: ColumnProfile }) {
  const format = useFormat();
  const filled = profile.row_count === 0 ? 0 : 1 - profile.empty_count / profile.row_count;
  // 99.96 % must not be shown as 100 %: the missing ones are what one looks for.
  const shown = filled < 1 ? Math.min(Math.round(filled * 1000) / 1000, 0.999) : 1;
  return (
    <div className="flex items-center gap-2">
      <div aria-hidden className="h-1.5 w-16 shrink-0 overflow-hidden rounded-full bg-hover">
        <div className="h-full rounded-full bg-accent" style={{ width: `${filled * 100}%` }} />
      </div>
      <span data-numeric className="text-sm whitespace-nowrap">
        {format.percent(shown)}
        {profile.empty_count > 0 ? (
          <span className="text-muted"> · {format.number(profile.empty_count)} empty</span>
        ) : null}
      </span>
    </div>
  );
}
