import {
  Braces,
  Calendar,
  CalendarClock,
  Clock,
  Hash,
  DecimalsArrowRight,
  EqualApproximately,
  ToggleLeft,
  Type,
  type LucideIcon,
} from 'lucide-react';
import type { ColumnType } from '#contracts/column-types';

/** Types in the words of a spreadsheet. */
export const columnTypeLabels: Record<ColumnType, string> = {
  text: 'Text',
  integer: 'Whole number',
  decimal: 'Decimal number',
  float: 'Approximate number',
  boolean: 'Yes / No',
  date: 'Date',
  timestamp: 'Date and time',
  timestamptz: 'Date, time and timezone',
  time: 'Time',
  json: 'Structured (JSON)',
};

const icons: Record<ColumnType, LucideIcon> = {
  text: Type,
  integer: Hash,
  decimal: DecimalsArrowRight,
  float: EqualApproximately,
  boolean: ToggleLeft,
  date: Calendar,
  timestamp: CalendarClock,
  timestamptz: CalendarClock,
  time: Clock,
  json: Braces,
};

const numeric: ReadonlySet<ColumnType> = new Set<ColumnType>(['integer', 'decimal', 'float']);

export function isNumericType(type: ColumnType): boolean {
  return numeric.has(type);
}

/** Said as a word beside it in most places; where it stands alone, pass `isLabelled`. */
export function ColumnTypeIcon({
  type,
  isLabelled,
  className = 'size-3.5 shrink-0 text-muted',
}: {
  readonly type: ColumnType;
  readonly isLabelled?: boolean;
  readonly className?: string;
}) {
  const Icon = icons[type];
  return isLabelled ? (
    <Icon role="img" aria-label={columnTypeLabels[type]} className={className} />
  ) : (
    <Icon aria-hidden className={className} />
  );
}
