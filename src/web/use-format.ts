'use client';

import { useMemo } from 'react';
import * as format from './format.ts';
import type { FormatSettings } from './format.ts';
import { useSession } from './session.ts';

const fallback: FormatSettings = { locale: 'en-GB', timezone: 'UTC' };

/**
 * The functions of `format.ts` bound to the organization's locale and timezone.
 * @example const { number, count } = useFormat(); count(12456, ['row', 'rows']) // "12,456 rows"
 */
export function useFormat() {
  const locale = useSession((state) => state.organization?.locale);
  const timezone = useSession((state) => state.organization?.timezone);
  return useMemo(() => {
    const settings: FormatSettings = {
      locale: usable(locale, (tag) => new Intl.NumberFormat(tag)) ?? fallback.locale,
      timezone:
        usable(timezone, (zone) => new Intl.DateTimeFormat('en', { timeZone: zone })) ?? fallback.timezone,
    };
    return {
      settings,
      number: (value: number | bigint) => format.formatNumber(value, settings),
      percent: (fraction: number) => format.formatPercent(fraction, settings),
      compact: (value: number) => format.formatCompact(value, settings),
      date: (value: string | Date) => format.formatDate(value, settings),
      dateTime: (value: string | Date) => format.formatDateTime(value, settings),
      relative: (value: string | Date, now = new Date()) => format.formatRelative(value, now, settings),
      duration: (milliseconds: number) => format.formatDuration(milliseconds),
      bytes: (bytes: number) => format.formatBytes(bytes, settings),
      count: (value: number, words: readonly [one: string, many: string]) =>
        format.formatCount(value, words, settings),
    };
  }, [locale, timezone]);
}

/** A setting that this browser does not know must not take the page down. */
function usable(value: string | undefined, attempt: (value: string) => unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    attempt(value);
    return value;
  } catch {
    return undefined;
  }
}
