/**
 * What a cell's bytes look like, as one bit, so that a column's whole history is the OR of its values' kinds.
 * A value has a typed kind only when the type gives it back unchanged: 007, +91…, 1,234 and twenty digits are text.
 */
export const kind = {
  empty: 0,
  /** Blanks only: empty in a typed column, itself in a text column. */
  blank: 1 << 0,
  /** NA, NULL, n/a …: empty if everything else in the column has a type. */
  nullWord: 1 << 1,
  integer: 1 << 2,
  /** 12.5 */
  decimal: 1 << 3,
  /** 12,5 */
  commaDecimal: 1 << 4,
  /** 1,234: either of both, so it decides nothing. */
  commaThousand: 1 << 5,
  boolean: 1 << 6,
  /** 2025-04-03, and 3 Apr 2025: the order is not in doubt. */
  date: 1 << 7,
  /** 03/04/2025 */
  orderedDate: 1 << 8,
  timestamp: 1 << 9,
  /** With Z or an offset. */
  zonedTimestamp: 1 << 10,
  /** 03/04/2025 10:15 */
  orderedTimestamp: 1 << 11,
  text: 1 << 12,
  /** Set beside the ordered kinds: the first number cannot be a day. */
  notDayFirst: 1 << 13,
  /** … cannot be a month. */
  notMonthFirst: 1 << 14,
  /** 1,234,567 and 12,34,567: thousands beyond doubt. */
  groupedInteger: 1 << 15,
  /** 12,34,567.89 */
  groupedDecimal: 1 << 16,
  /** 85% and 12.5%: hundredths. */
  percent: 1 << 17,
  /** 12,5% */
  commaPercent: 1 << 18,
  /** Set beside a number's kind: written with a currency, digits of another script or blanks that do not break. */
  dressed: 1 << 19,
  /** (500), as accountants write -500. Alone it may be a numbering: it counts only beside other numbers. */
  negatedInteger: 1 << 20,
  /** (1,234.50) */
  negatedDecimal: 1 << 21,
  /** Set beside a date's kind: 05-04-24, whose century PostgreSQL would choose otherwise than spreadsheets do. */
  shortYear: 1 << 22,
  rupee: 1 << 23,
  dollar: 1 << 24,
  euro: 1 << 25,
  pound: 1 << 26,
  naira: 1 << 27,
  taka: 1 << 28,
  shilling: 1 << 29,
} as const;

/** Amounts in one currency can be added up, in several they cannot. */
export const currencyKinds =
  kind.rupee | kind.dollar | kind.euro | kind.pound | kind.naira | kind.taka | kind.shilling;
