import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions, Warning } from '#contracts/sources';
import { currencyKinds, kind } from './kind.ts';

export type DayOrder = 'dmy' | 'mdy';

export interface ColumnDecision {
  readonly type: ColumnType;
  /** Set when the column holds dates like 03/04/2025. */
  readonly dayOrder: DayOrder | null;
  /** Numbers are written 12,5. */
  readonly decimalComma: boolean;
  /** Words like NA stand for an empty cell. */
  readonly nullWords: boolean;
}

export interface ColumnsDecision {
  readonly columns: readonly ColumnDecision[];
  /** What ambiguous dates and numbers were taken for; null when the file has none. */
  readonly dayOrder: DayOrder | null;
  readonly decimal: '.' | ',';
  readonly warnings: readonly Warning[];
}

export interface DecideOptions {
  readonly decimal?: CsvOptions['decimal'];
  readonly dateOrder?: CsvOptions['date_order'];
  /** Cells are divided by commas: then hardly anyone writes 1,5 for one and a half. */
  readonly isCommaDelimited?: boolean;
  /** Types that the user chose; index = column. */
  readonly forced?: readonly (ColumnType | undefined)[];
}

/** What says nothing of a column's type. */
const aside =
  kind.blank |
  kind.nullWord |
  kind.notDayFirst |
  kind.notMonthFirst |
  kind.dressed |
  kind.shortYear |
  currencyKinds;
const integers = kind.integer | kind.groupedInteger | kind.negatedInteger;
const numbers = integers | kind.decimal | kind.groupedDecimal | kind.negatedDecimal;
const commaNumbers = kind.integer | kind.commaDecimal | kind.commaThousand;
/** Numbers that leave no doubt: only beside them may (500) be one. */
const plainNumbers =
  kind.integer | kind.decimal | kind.groupedInteger | kind.groupedDecimal | kind.commaThousand;
const dates = kind.date | kind.orderedDate;
const times = kind.timestamp | kind.orderedTimestamp;
const ordered = kind.orderedDate | kind.orderedTimestamp;
const orderBits = kind.notDayFirst | kind.notMonthFirst;

/**
 * The types of a file's columns from what was seen in them.
 *
 * @param seen per column the OR of {@link kindOfValue} of its values.
 * @param labels how the warnings name the columns.
 */
export function decideColumnTypes(
  seen: ArrayLike<number>,
  labels: readonly string[],
  options: DecideOptions = {},
): ColumnsDecision {
  const warnings: Warning[] = [];
  const order = dayOrderOfFile(seen, options);
  const sign = signOfFile(seen, options);
  const { decimal } = sign;
  let ambiguous = false;
  const columns = labels.map((label, index): ColumnDecision => {
    const kinds = seen[index] ?? 0;
    const forced = options.forced?.[index];
    if (forced !== undefined) {
      return {
        type: forced,
        dayOrder: order.order,
        decimalComma: decimal === ',',
        nullWords: forced !== 'text',
      };
    }
    const decided = decideOne(kinds, order.order, sign);
    const mixesOrders = (kinds & ordered) !== 0 && (kinds & orderBits) === orderBits;
    if (mixesOrders && onlyHas(kinds, dates | times)) {
      warnings.push({
        code: 'dates_mixed',
        column: label,
        message: `Some dates in “${label}” have the day first and some the month, so the column stays text.`,
      });
    } else if (decided.dayOrder !== null && (kinds & orderBits) === 0 && options.dateOrder === undefined) {
      ambiguous = true;
      if (!order.evident) {
        warnings.push({
          code: 'date_order_assumed',
          column: label,
          message: `Dates like 03/04/2025 in “${label}” could be day/month or month/day; they are read as day/month.`,
        });
      }
    }
    const about = readingOf(kinds, decided, sign);
    if (about !== null) warnings.push({ ...about, column: label, message: about.message(label) });
    return decided;
  });
  const hasOrdered = columns.some((column) => column.dayOrder !== null);
  return {
    columns,
    dayOrder: hasOrdered || ambiguous ? order.order : null,
    decimal,
    warnings,
  };
}

interface DecimalSign {
  readonly decimal: '.' | ',';
  /** 1,234 is a thousand and some; the file itself does not tell otherwise. */
  readonly hasThousands: boolean;
  /** … and nothing but custom says so. */
  readonly isAssumed: boolean;
}

function decideOne(kinds: number, order: DayOrder, { decimal, hasThousands }: DecimalSign): ColumnDecision {
  const text = { type: 'text', dayOrder: null, decimalComma: false, nullWords: false } as const;
  const values = kinds & ~aside;
  if (values === 0) return text;
  const typed = (type: ColumnType, rest: Partial<ColumnDecision> = {}): ColumnDecision => ({
    ...text,
    type,
    nullWords: true,
    ...rest,
  });
  if (values === kind.integer && mayAddUp(kinds)) return typed('integer');
  const thousands = hasThousands ? kind.commaThousand : 0;
  if (onlyHas(values, numbers | thousands) && mayAddUp(kinds)) {
    return typed(onlyHas(values, integers | thousands) ? 'integer' : 'decimal');
  }
  if (decimal === ',' && onlyHas(values, commaNumbers) && mayAddUp(kinds))
    return typed('decimal', { decimalComma: true });
  if (values === kind.percent) return typed('decimal');
  if (decimal === ',' && onlyHas(values, kind.percent | kind.commaPercent))
    return typed('decimal', { decimalComma: true });
  if (values === kind.boolean) return typed('boolean');
  const dayOrder = (kinds & ordered) === 0 ? null : order;
  const contradicts = order === 'dmy' ? kind.notDayFirst : kind.notMonthFirst;
  if (dayOrder !== null && (kinds & contradicts) !== 0) {
    // This column alone is written the other way round: its own values say so.
    const other = order === 'dmy' ? kind.notMonthFirst : kind.notDayFirst;
    if ((kinds & other) !== 0) return text;
    return decideDates(values, order === 'dmy' ? 'mdy' : 'dmy', typed) ?? text;
  }
  return decideDates(values, dayOrder, typed) ?? text;
}

/** Amounts of one currency at most, and (1), (2), (3) only beside numbers that are none of a list. */
function mayAddUp(kinds: number): boolean {
  const currency = kinds & currencyKinds;
  const isOne = (currency & (currency - 1)) === 0;
  const isNegated = (kinds & (kind.negatedInteger | kind.negatedDecimal)) !== 0;
  return isOne && (!isNegated || (kinds & plainNumbers) !== 0);
}

/** What a person should know of how a column's values are read. */
function readingOf(
  kinds: number,
  { type }: ColumnDecision,
  { hasThousands, isAssumed }: DecimalSign,
): { readonly code: string; readonly message: (label: string) => string } | null {
  const isNumber = type === 'integer' || type === 'decimal';
  const hasThousand = (kinds & kind.commaThousand) !== 0;
  if (type === 'text' && hasThousand && onlyHas(kinds, commaNumbers | numbers)) {
    const message = (label: string) =>
      `Numbers like 1,234 in “${label}” could be thousands or decimals; choose the decimal sign or a type.`;
    return { code: 'number_sign_unclear', message };
  }
  if (type === 'text' && (kinds & currencyKinds) !== 0 && onlyHas(kinds, numbers | commaNumbers)) {
    const message = (label: string) =>
      `“${label}” holds amounts in more than one currency, so the column stays text.`;
    return { code: 'currencies_mixed', message };
  }
  if (isNumber && hasThousand && hasThousands && isAssumed && (kinds & kind.groupedInteger) === 0) {
    const message = (label: string) => `Numbers like 1,234 in “${label}” are read as thousands: 1234.`;
    return { code: 'thousands_assumed', message };
  }
  if (isNumber && (kinds & (kind.percent | kind.commaPercent)) !== 0) {
    const message = (label: string) => `Percentages like 45% in “${label}” are read as numbers: 0.45.`;
    return { code: 'percent_read', message };
  }
  if (isNumber && (kinds & currencyKinds) !== 0) {
    const message = (label: string) => `Amounts in “${label}” are read as numbers, without their currency.`;
    return { code: 'currency_read', message };
  }
  if ((kinds & kind.shortYear) !== 0 && type !== 'text') {
    const message = (label: string) => `Years of two digits in “${label}” are read as 1950 to 2049.`;
    return { code: 'short_years', message };
  }
  return null;
}

function decideDates(
  values: number,
  dayOrder: DayOrder | null,
  typed: (type: ColumnType, rest: Partial<ColumnDecision>) => ColumnDecision,
): ColumnDecision | null {
  if (onlyHas(values, dates)) return typed('date', { dayOrder });
  if (onlyHas(values, dates | times)) return typed('timestamp', { dayOrder });
  if (values === kind.zonedTimestamp) return typed('timestamptz', { dayOrder: null });
  return null;
}

/** The order which the columns that leave no doubt agree on; the day first when none speaks. */
function dayOrderOfFile(
  seen: ArrayLike<number>,
  options: DecideOptions,
): { readonly order: DayOrder; readonly evident: boolean } {
  if (options.dateOrder === 'dmy' || options.dateOrder === 'mdy')
    return { order: options.dateOrder, evident: true };
  let dayFirst = 0;
  let monthFirst = 0;
  for (let index = 0; index < seen.length; index += 1) {
    const kinds = seen[index] ?? 0;
    if ((kinds & ordered) === 0 || (kinds & kind.text) !== 0) continue;
    if ((kinds & orderBits) === kind.notMonthFirst) dayFirst += 1;
    if ((kinds & orderBits) === kind.notDayFirst) monthFirst += 1;
  }
  if (monthFirst > dayFirst) return { order: 'mdy', evident: dayFirst === 0 };
  return { order: 'dmy', evident: dayFirst > 0 && monthFirst === 0 };
}

function signOfFile(seen: ArrayLike<number>, options: DecideOptions): DecimalSign {
  let commas = 0;
  let dots = 0;
  let thousands = 0;
  for (let index = 0; index < seen.length; index += 1) {
    const kinds = seen[index] ?? 0;
    if ((kinds & (kind.commaDecimal | kind.commaPercent)) !== 0) {
      if (onlyHas(kinds, commaNumbers) || onlyHas(kinds, kind.percent | kind.commaPercent)) commas += 1;
    }
    const pointed = kind.decimal | kind.groupedInteger | kind.groupedDecimal;
    if ((kinds & pointed) === 0 || !onlyHas(kinds, numbers | kind.commaThousand)) continue;
    dots += 1;
    if ((kinds & (kind.groupedInteger | kind.groupedDecimal)) !== 0) thousands += 1;
  }
  const decimal = options.decimal ?? (commas > dots ? ',' : '.');
  if (decimal === ',') return { decimal, hasThousands: false, isAssumed: false };
  const isEvident = options.decimal === '.' || thousands > 0 || dots > 0;
  return {
    decimal,
    hasThousands: isEvident || (commas === 0 && options.isCommaDelimited === true),
    isAssumed: thousands === 0 && options.decimal === undefined,
  };
}

function onlyHas(kinds: number, allowed: number): boolean {
  const values = kinds & ~aside;
  return values !== 0 && (values & ~allowed) === 0;
}
