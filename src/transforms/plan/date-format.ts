import {
  and,
  arithmetic,
  call,
  caseWhen,
  castTo,
  compare,
  emptyOf,
  integerLiteral,
  literalOf,
  textFunction,
  textLiteral,
  type Expression,
} from './expression.ts';
import { literalPattern } from './portable-pattern.ts';

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const SHORT_MONTH = 'jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec';
const LONG_MONTH = 'january|february|march|april|may|june|july|august|september|october|november|december';

const tokens = {
  YYYY: { part: 'year', pattern: '([0-9]{4})' },
  YY: { part: 'year', pattern: '([0-9]{2})' },
  MMMM: { part: 'month', pattern: `(${LONG_MONTH})` },
  MMM: { part: 'month', pattern: `(${SHORT_MONTH})` },
  MM: { part: 'month', pattern: '([0-9]{2})' },
  M: { part: 'month', pattern: '([0-9]{1,2})' },
  DD: { part: 'day', pattern: '([0-9]{2})' },
  D: { part: 'day', pattern: '([0-9]{1,2})' },
} as const;
type Token = keyof typeof tokens;

export interface DateFormat {
  readonly pattern: string;
  /** Number of the group of each part. */
  readonly groups: Readonly<Record<'year' | 'month' | 'day', number>>;
  readonly monthIsName: boolean;
  readonly yearHasTwoDigits: boolean;
}

function isToken(text: string): text is Token {
  return text in tokens;
}

/** A format like `DD/MM/YYYY`, or why it is none. Spaces stand for any white space; case does not count. */
export function dateFormat(format: string): DateFormat | { readonly message: string } {
  const groups = { year: 0, month: 0, day: 0 };
  let pattern = '';
  let count = 0;
  let monthIsName = false;
  let yearHasTwoDigits = false;
  for (const piece of format.match(/YYYY|YY|MMMM|MMM|MM|M|DD|D|\s+|[\s\S]/gu) ?? []) {
    if (!isToken(piece)) {
      if (/[A-Z]/i.test(piece) && piece.toUpperCase() !== 'T') {
        return {
          message: `“${piece}” in “${format}” is not understood. Use YYYY, YY, MM, M, MMM, MMMM, DD and D, for instance DD/MM/YYYY.`,
        };
      }
      pattern += /^\s+$/.test(piece) ? '[ \t\u00a0]+' : literalPattern(piece);
      continue;
    }
    const { part, pattern: made } = tokens[piece];
    if (groups[part] !== 0) return { message: `“${format}” has the ${part} twice.` };
    count += 1;
    groups[part] = count;
    pattern += made;
    monthIsName ||= piece === 'MMM' || piece === 'MMMM';
    yearHasTwoDigits ||= piece === 'YY';
  }
  const missing = (['year', 'month', 'day'] as const).find((part) => groups[part] === 0);
  if (missing !== undefined) {
    return { message: `“${format}” has no ${missing}. Write it like DD/MM/YYYY or D MMM YYYY.` };
  }
  return { pattern: `^${pattern}$`, groups, monthIsName, yearHasTwoDigits };
}

/** What texts are made of before a format looks at them. */
export function readableText(text: Expression): Expression {
  return textFunction('lower', textFunction('trim', text));
}

/** `2024-3-5` for the day that a readable text of one format names, whether there is such a day or not; else NULL. */
export function isoText(text: Expression, format: DateFormat, firstYear: number): Expression {
  const { pattern, groups } = format;
  const piece = (part: 'year' | 'month' | 'day'): Expression =>
    call('text', 'regex_extract', text, textLiteral(pattern), integerLiteral(groups[part]));
  const matches = call('boolean', 'regex_match', text, textLiteral(pattern));
  if (!format.monthIsName && !format.yearHasTwoDigits) {
    const order = `\\${groups.year}-\\${groups.month}-\\${groups.day}`;
    const iso = call('text', 'regex_replace', text, textLiteral(pattern), textLiteral(order));
    return caseWhen('text', [{ when: matches, result: iso }], emptyOf('text'));
  }
  const whole = (decimal: Expression): Expression => castTo('text', castTo('integer', decimal));
  const year = format.yearHasTwoDigits
    ? // The one year of a hundred from the first that ends in these two digits.
      whole(
        arithmetic(
          '+',
          integerLiteral(firstYear),
          call(
            'decimal',
            'modulo',
            arithmetic('-', castTo('decimal', piece('year')), integerLiteral(firstYear)),
            castTo('decimal', integerLiteral(100)),
          ),
        ),
      )
    : piece('year');
  const letters = call('text', 'left', piece('month'), integerLiteral(3));
  const month = format.monthIsName
    ? whole(
        arithmetic(
          '/',
          arithmetic('+', call('integer', 'position', textLiteral(MONTHS), letters), integerLiteral(2)),
          integerLiteral(3),
        ),
      )
    : piece('month');
  const iso = call('text', 'join_texts', year, textLiteral('-'), month, textLiteral('-'), piece('day'));
  return caseWhen('text', [{ when: matches, result: iso }], emptyOf('text'));
}

/** The date of an ISO text, when there is such a day and its year is within the range. */
export function dateWithin(
  iso: Expression,
  range: { readonly from: number; readonly to: number } | null,
): Expression {
  const date = castTo('date', iso);
  if (range === null) return date;
  const day = (year: number, rest: string): Expression =>
    literalOf({ type: 'date', value: `${String(year).padStart(4, '0')}-${rest}` });
  const within = and(
    compare('>=', date, day(range.from, '01-01')),
    compare('<=', date, day(range.to, '12-31')),
  );
  return caseWhen('date', [{ when: within, result: date }], emptyOf('date'));
}
