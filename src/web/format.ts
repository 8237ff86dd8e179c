/**
 * Numbers, dates and sizes as people of an organization write them. Pure: the locale and timezone come in, so that the
 * same rules hold on every screen and in tests. In components, `useFormat()` has them bound to the organization.
 */
export interface FormatSettings {
  /** BCP 47: "en-IN" groups 12,34,567. */
  readonly locale: string;
  /** IANA name. */
  readonly timezone: string;
}

/** 1234567 → "12,34,567" for en-IN. Decimals as they are, at most six. */
export function formatNumber(value: number | bigint, { locale }: FormatSettings): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value);
}

/**
 * A numeric cell. The API sends what a double cannot hold as a string; its digits are kept, only grouped.
 * @example formatNumericText('12345678901234567890.10', { locale: 'en-IN', timezone: 'UTC' })
 */
export function formatNumericText(text: string, settings: FormatSettings): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '0', fraction] = match;
  const grouped = new Intl.NumberFormat(settings.locale).format(BigInt(whole));
  return sign + grouped + (fraction === undefined ? '' : decimalSign(settings.locale) + fraction);
}

/** 0.714 → "71 %" in the locale's way. */
export function formatPercent(fraction: number, { locale }: FormatSettings): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(fraction);
}

/** A large count in little room: "1.2M", in en-IN "12 lakh". */
export function formatCompact(value: number, { locale }: FormatSettings): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** "21 Nov 2026": the month in letters, since 03/04 means two things. Dates without a time have no timezone. */
export function formatDate(value: string | Date, settings: FormatSettings): string {
  const isPlain = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  return new Intl.DateTimeFormat(settings.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: isPlain ? 'UTC' : settings.timezone,
  }).format(date);
}

/** "21 Nov 2026, 14:05" in the organization's timezone. */
export function formatDateTime(value: string | Date, settings: FormatSettings): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return String(value);
  return new Intl.DateTimeFormat(settings.locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: settings.timezone,
  }).format(date);
}

const steps: readonly (readonly [limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [7 * 86_400, 'day', 86_400],
  [30 * 86_400, 'week', 7 * 86_400],
  [365 * 86_400, 'month', 30 * 86_400],
  [Number.POSITIVE_INFINITY, 'year', 365 * 86_400],
];

/** "4 minutes ago", "in 3 hours", "just now" within ten seconds. */
export function formatRelative(value: string | Date, now: Date, { locale }: FormatSettings): string {
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 10) return 'just now';
  const [, unit, size] = steps.find(([limit]) => distance < limit) ?? ['', 'year' as const, 365 * 86_400];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

/** Milliseconds → "0.8 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** Bytes → "812 kB", "1.4 GB". */
export function formatBytes(bytes: number, { locale }: FormatSettings): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let value = bytes;
  let index = 0;
  while (value >= 1000 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[index] ?? 'byte',
    unitDisplay: index === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && index > 0 ? 1 : 0,
  }).format(value);
}

/** "1 row", "12,34,567 rows". */
export function formatCount(
  value: number,
  [one, many]: readonly [one: string, many: string],
  settings: FormatSettings,
): string {
  return `${formatNumber(value, settings)} ${value === 1 ? one : many}`;
}

function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.1);
  return parts.find((part) => part.type === 'decimal')?.value ?? '.';
}
