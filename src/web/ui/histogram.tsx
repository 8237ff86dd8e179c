import { clsx } from 'clsx';

interface HistogramProps {
  readonly bins: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  /** Its size. */
  readonly className?: string;
}

/** How the values of a column spread, as bars. Only a picture: the range and the counts are said in words beside it. */
export function Histogram({ bins, className }: HistogramProps) {
  const highest = Math.max(...bins.map(({ count }) => count), 1);
  if (bins.length < 2) return null;
  return (
    <div aria-hidden className={clsx('flex items-end gap-px', className)}>
      {bins.map(({ from, count }) => (
        <div
          key={from}
          className="min-w-0 flex-1 rounded-t-[1px] bg-accent"
          // A bin with a single row must still be seen.
          style={{ height: count === 0 ? 0 : `max(2px, ${(count / highest) * 100}%)` }}
        />
      ))}
    </div>
  );
}
