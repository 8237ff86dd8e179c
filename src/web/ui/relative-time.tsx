'use client';

import { useEffect, useState } from 'react';
import { useFormat } from '../use-format.ts';
import { Tooltip } from './tooltip.tsx';

/** "4 minutes ago", kept right as time passes, with the exact moment in a tooltip. */
export function RelativeTime({ value, className }: { readonly value: string; readonly className?: string }) {
  const format = useFormat();
  const [now, setNow] = useState(() => new Date());
  const isYoung = now.getTime() - new Date(value).getTime() < 3_600_000;
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), isYoung ? 15_000 : 300_000);
    return () => clearInterval(timer);
  }, [isYoung]);
  return (
    <Tooltip content={format.dateTime(value)}>
      <time dateTime={value} dir="auto" className={className}>
        {format.relative(value, now)}
      </time>
    </Tooltip>
  );
}
