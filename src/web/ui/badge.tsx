import { clsx } from 'clsx';
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  LoaderCircle,
  SkipForward,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { RunStatus, StepStatus } from '#contracts/primitives';

export type Tone = 'neutral' | 'accent' | 'success' | 'running' | 'warning' | 'danger';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  success: 'bg-success-soft text-success',
  running: 'bg-running-soft text-running',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
};

interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, className, children }: BadgeProps) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap [&_svg]:size-3.5',
        tones[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  );
}

type AnyStatus = RunStatus | StepStatus;

const statuses: Record<AnyStatus, { readonly word: string; readonly tone: Tone; readonly icon: typeof Ban }> =
  {
    queued: { word: 'Waiting', tone: 'neutral', icon: CircleDashed },
    running: { word: 'Running', tone: 'running', icon: LoaderCircle },
    succeeded: { word: 'Done', tone: 'success', icon: CircleCheck },
    partial: { word: 'Done with errors', tone: 'warning', icon: TriangleAlert },
    failed: { word: 'Failed', tone: 'danger', icon: CircleAlert },
    cancelled: { word: 'Cancelled', tone: 'neutral', icon: Ban },
    skipped: { word: 'Skipped', tone: 'neutral', icon: SkipForward },
  };

/** State of a run or step: colour, icon and word together, since colour alone tells nothing to many. */
export function StatusBadge({ status, word }: { readonly status: AnyStatus; readonly word?: string }) {
  const { word: usual, tone, icon: Icon } = statuses[status];
  return (
    <Badge
      tone={tone}
      icon={<Icon aria-hidden className={status === 'running' ? 'animate-spin' : undefined} />}
    >
      {word ?? usual}
    </Badge>
  );
}
