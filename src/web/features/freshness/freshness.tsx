'use client';

import { TriangleAlert } from 'lucide-react';
import { getOverview } from '#contracts/overview';
import { useApi } from '../../api.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

interface FreshnessProps {
  /** When the data was written; null: never. */
  readonly updatedAt: string | null;
  /** Id of the source or transformation that makes it. */
  readonly madeBy: string | null | undefined;
  /** The reason in words beside it; otherwise when it is pointed at or reached by keyboard. */
  readonly isExplained?: boolean;
}

/** How old data is, and, when it is not what it could be, that it is out of date and why. */
export function Freshness({ updatedAt, madeBy, isExplained }: FreshnessProps) {
  // One answer for all rows of a page; a page of data is no worse off without it.
  const { data } = useApi(getOverview, {}, { dedupingInterval: 10_000 });
  const reason = data?.stale.find(({ ref_id: id }) => id === madeBy)?.reason;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      {updatedAt === null ? '—' : <RelativeTime value={updatedAt} className="relative z-10" />}
      {reason === undefined ? null : isExplained ? (
        <span className="inline-flex items-center gap-1 text-warning">
          <TriangleAlert aria-hidden className="size-3.5 shrink-0" />
          Out of date: {reason}
        </span>
      ) : (
        <Tooltip content={reason}>
          <button
            type="button"
            aria-label={`Out of date: ${reason}`}
            className="relative z-10 inline-flex touch-target items-center rounded-sm text-warning"
          >
            <TriangleAlert aria-hidden className="size-3.5" />
          </button>
        </Tooltip>
      )}
    </span>
  );
}
