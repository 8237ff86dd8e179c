import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface PageProps {
  readonly title: ReactNode;
  /** Freshness, type, counts: what one wants to know first, under the title. */
  readonly meta?: ReactNode;
  /** Above the title: the way back to the list. */
  readonly back?: ReactNode;
  /** Secondary actions, then the one primary action last. */
  readonly actions?: ReactNode;
  /** Takes the height that is left instead of growing: for pages that are a grid. */
  readonly isFilling?: boolean;
  readonly children: ReactNode;
}

/** Title, actions and content of a page, in the measure that all pages share. */
export function Page({ title, meta, back, actions, isFilling, children }: PageProps) {
  return (
    <div
      className={clsx(
        'mx-auto flex w-full max-w-[1280px] flex-col px-4 py-4 sm:px-6 sm:py-5',
        isFilling && 'h-full min-h-[520px]',
      )}
    >
      {back}
      <header className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <h1 className="text-xl font-semibold wrap-anywhere">
            <bdi>{title}</bdi>
          </h1>
          {meta ? (
            <div className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">{meta}</div>
          ) : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
