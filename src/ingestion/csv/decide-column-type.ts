import type { ColumnType } from '#contracts/column-types';
import type { CsvOptions, Warning } from '#contracts/sources';
import { kind } from './value-kind.ts';

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
  /** Types that the user chose; index = column. */
  readonly forced?: readonly (ColumnType | undefined)[];
}

const numbers = kind.integer | kind.decimal;
const commaNumbers = kind.integer | kind.commaDecimal | kind.commaThousand;
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
  const decimal = options.decimal ?? decimalOfFile(seen);
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
    const decided = decideOne(kinds, order.order, decimal);
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
    if (
      (kinds & kind.commaThousand) !== 0 &&
      decided.type === 'text' &&
      onlyHas(kinds, commaNumbers | numbers)
    ) {
      warnings.push({
        code: 'number_sign_unclear',
        column: label,
        message: `Numbers like 1,234 in “${label}” could be thousands or decimals; choose the decimal sign or a type.`,
      });
    }
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

function decideOne(kinds: number, order: DayOrder, decimal: '.' | ','): ColumnDecision {
  const text = { type: 'text', dayOrder: null, decimalComma: false, nullWords: false } as const;
  const values = kinds & ~(kind.blank | kind.nullWord | orderBits);
  if (values === 0) return text;
  const typed = (type: ColumnType, rest: Partial<ColumnDecision> = {}): ColumnDecision => ({
    ...text,
    type,
    nullWords: true,
    ...rest,
  });
  if (values === kind.integer) return typed('integer');
  if (onlyHas(values, numbers)) return typed('decimal');
  if (decimal === ',' && onlyHas(values, commaNumbers)) return typed('decimal', { decimalComma: true });
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

function decimalOfFile(seen: ArrayLike<number>): '.' | ',' {
  let commas = 0;
  let dots = 0;
  for (let index = 0; index < seen.length; index += 1) {
    const kinds = (seen[index] ?? 0) & ~(kind.blank | kind.nullWord);
    if ((kinds & kind.commaDecimal) !== 0 && onlyHas(kinds, commaNumbers)) commas += 1;
    if ((kinds & kind.decimal) !== 0 && onlyHas(kinds, numbers)) dots += 1;
  }
  return commas > dots ? ',' : '.';
}

function onlyHas(kinds: number, allowed: number): boolean {
  const values = kinds & ~(kind.blank | kind.nullWord | orderBits);
  return values !== 0 && (values & ~allowed) === 0;
}
