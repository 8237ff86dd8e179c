'use client';

import { clsx } from 'clsx';
import { useId } from 'react';
import type { RunStatus } from '#contracts/primitives';
import { useFormat } from '../../use-format.ts';
import { barCount, runBars, runBarsText, type BarRun } from './run-bars.ts';

const barWidth = 8;
const gap = 3;
const height = 28;

const colours: Record<RunStatus, string> = {
  succeeded: 'text-success',
  partial: 'text-warning',
  failed: 'text-danger',
  cancelled: 'text-faint',
  running: 'text-running',
  queued: 'text-faint',
};

/**
 * The last runs as bars: height is duration; colour and pattern are the result (solid done, striped failed, half
 * done with errors, hollow cancelled or waiting). The sentence says the same.
 */
export function RunBarsChart({ runs }: { readonly runs: readonly BarRun[] }) {
  const format = useFormat();
  const stripes = useId();
  const bars = runBars(runs);
  const text = runBarsText(bars);
  const width = barCount * (barWidth + gap) - gap;
  const offset = barCount - bars.length;
  return (
    <svg role="img" aria-label={text} width={width} height={height} className="shrink-0">
      <defs>
        <pattern
          id={stripes}
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="2.4" height="4" className="fill-danger" />
        </pattern>
      </defs>
      {Array.from({ length: offset }, (_, index) => (
        <rect
          key={index}
          x={index * (barWidth + gap)}
          y={height - 2}
          width={barWidth}
          height={2}
          className="fill-line"
        />
      ))}
      {bars.map((bar, index) => {
        const x = (offset + index) * (barWidth + gap);
        const high = Math.round(bar.height * (height - 2));
        const y = height - high;
        const isHollow = bar.status === 'cancelled' || bar.status === 'queued' || bar.status === 'running';
        return (
          <g
            key={bar.runId}
            className={clsx(colours[bar.status], bar.status === 'running' && 'animate-skeleton')}
          >
            <title>{`${format.dateTime(bar.at)}${bar.durationMs === null ? '' : `, ${format.duration(bar.durationMs)}`}`}</title>
            <rect
              x={x + 0.5}
              y={y + 0.5}
              width={barWidth - 1}
              height={Math.max(1, high - 1)}
              rx={1}
              fill={bar.status === 'failed' ? `url(#${stripes})` : isHollow ? 'none' : 'currentColor'}
              stroke="currentColor"
              strokeDasharray={bar.status === 'queued' ? '2 2' : undefined}
            />
            {bar.status === 'partial' ? (
              <rect
                x={x + 1}
                y={y + 1}
                width={barWidth - 2}
                height={(high - 2) / 2}
                className="fill-surface"
              />
            ) : null}
          </g>
        );
      })}
    </svg>
  );
}
