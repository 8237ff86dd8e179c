'use client';

import { useFormat } from '../../use-format.ts';

interface NextRunsProps {
  readonly times: readonly string[];
  /** The schedule's own, in which it is meant. */
  readonly timezone: string;
}

/** When a pipeline runs next, in the schedule's own timezone. */
export function NextRuns({ times, timezone }: NextRunsProps) {
  const format = useFormat();
  if (times.length === 0) return null;
  const day = new Intl.DateTimeFormat(format.settings.locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: timezone,
  });
  return (
    <div className="mt-1">
      <h3 className="text-sm font-medium text-muted">Next times</h3>
      <ol aria-label="Next times">
        {times.slice(0, 5).map((time, index) => (
          <li key={time} data-numeric className="flex gap-3">
            <time dateTime={time}>{day.format(new Date(time))}</time>
            {index === 0 ? <span className="text-muted">{format.relative(time)}</span> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
