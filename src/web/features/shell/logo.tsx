import { clsx } from 'clsx';

/** Three streams becoming one. */
export function Logo({ isSmall, className }: { readonly isSmall?: boolean; readonly className?: string }) {
  return (
    <span className={clsx('inline-flex items-center gap-2 font-semibold text-ink', className)}>
      <svg viewBox="0 0 24 24" aria-hidden className="size-6 shrink-0 text-accent" fill="none">
        <g stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
          <path d="M3 5c5 0 6 7 11 7h7" />
          <path d="M3 12h18" opacity=".6" />
          <path d="M3 19c5 0 6-7 11-7" opacity=".8" />
        </g>
      </svg>
      <span className={isSmall ? 'sr-only' : 'text-lg tracking-tight'}>Dalgo</span>
    </span>
  );
}
