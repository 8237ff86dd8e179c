'use client';

import { clsx } from 'clsx';
import { CircleAlert, RotateCw } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { ApiError, describeError } from '../api-error.ts';
import { Button } from './button.tsx';

export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={clsx('rounded-lg border border-line bg-surface', className)} />;
}

interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** What this place is for, in a sentence. */
  readonly children?: ReactNode;
  /** The first step. */
  readonly action?: ReactNode;
  readonly className?: string;
}

export function EmptyState({ icon, title, children, action, className }: EmptyStateProps) {
  return (
    <div className={clsx('flex flex-col items-center gap-2 px-4 py-12 text-center', className)}>
      {icon ? <div className="mb-1 text-faint [&_svg]:size-8 [&_svg]:stroke-[1.5]">{icon}</div> : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children ? <div className="max-w-md text-base text-muted">{children}</div> : null}
      {action ? <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

interface ErrorStateProps {
  readonly error: unknown;
  /** What was being done: "The sources could not be read". */
  readonly title?: string;
  readonly onRetry?: (() => void) | undefined;
  /** The way to where it can be put right. */
  readonly action?: ReactNode;
  readonly className?: string;
}

/** What happened, where, and what to do. */
export function ErrorState({ error, title, onRetry, action, className }: ErrorStateProps) {
  const { title: what, message, hint } = describeError(error);
  return (
    <div role="alert" className={clsx('flex gap-3 rounded-lg border border-line bg-surface p-4', className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title ?? what}</p>
        <p className="wrap-anywhere text-muted">{message}</p>
        {hint ? <p className="mt-1">{hint}</p> : null}
        {error instanceof ApiError && error.fields.length > 0 ? (
          <ul className="mt-1 list-disc ps-5 text-muted">
            {error.fields.slice(0, 8).map((field) => (
              <li key={`${field.path} ${field.message}`}>{field.message}</li>
            ))}
          </ul>
        ) : null}
        <div className="mt-3 flex items-center gap-3">
          {onRetry ? (
            <Button size="sm" icon={<RotateCw aria-hidden className="size-3.5" />} onClick={onRetry}>
              Try again
            </Button>
          ) : null}
          {action}
          {error instanceof ApiError ? <span className="text-xs text-faint">Code: {error.code}</span> : null}
        </div>
      </div>
    </div>
  );
}

/** A grey shape where something will be; give it the size of what comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('animate-skeleton rounded-md bg-hover', className)} />;
}

/** Rows of a list or table while it loads; says so to screen readers. */
export function SkeletonRows({
  rows = 6,
  className,
}: {
  readonly rows?: number;
  readonly className?: string;
}) {
  return (
    <div role="status" className={clsx('flex flex-col gap-2', className)}>
      <span className="sr-only">Loading…</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className="h-10 w-full" />
      ))}
    </div>
  );
}

interface ProgressProps {
  /** 0–1; undefined when the end is not known. */
  readonly value: number | undefined;
  readonly label: string;
  readonly tone?: 'accent' | 'running' | 'danger';
  readonly className?: string;
}

const barTones = { accent: 'bg-accent', running: 'bg-running', danger: 'bg-danger' };

export function Progress({ value, label, tone = 'running', className }: ProgressProps) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={clsx('h-1.5 overflow-hidden rounded-full bg-hover', className)}
    >
      <div
        className={clsx(
          'h-full rounded-full transition-[width] duration-150',
          barTones[tone],
          percent === undefined && 'w-1/3 animate-skeleton',
        )}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
