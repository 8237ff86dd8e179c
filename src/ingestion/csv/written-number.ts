import { kind } from './kind.ts';

/** Signs and words that stand beside an amount; what else may be there makes the cell a text. */
const currencies: readonly (readonly [bit: number, words: string])[] = [
  [kind.rupee, String.raw`₹|rs\.?|inr|रु\.?|₨`],
  [kind.dollar, String.raw`us\$|\$|usd`],
  [kind.euro, '€|eur'],
  [kind.pound, '£|gbp'],
  [kind.naira, '₦|ngn'],
  [kind.taka, '৳|bdt|tk\\.?'],
  [kind.shilling, 'kes|ksh\\.?'],
];
const anyCurrency = currencies.map(([, words]) => words).join('|');
const before = new RegExp(`^(-?)\\s*(${anyCurrency})\\s*(?=[-\\d.(])`, 'i');
const after = new RegExp(`(?<=[\\d)])\\s*(${anyCurrency}|/-)$`, 'i');
const bits = currencies.map(([bit, words]) => [bit, new RegExp(`^(?:${words})$`, 'i')] as const);

/** First bytes of all that can be such a number: what begins otherwise is not looked at. */
const beginnings: ReadonlySet<number> = new Set([
  ...Buffer.from('0123456789-.($'),
  ...Buffer.from('rRiIuUeEgGnNbBtTkK'),
  // ₹ ₨ € ₦, £ and a blank that does not break, Devanagari, Bengali, Arabic digits …
  0xe2,
  0xc2,
  0xe0,
  0xd9,
  0xdb,
]);

const maxDigits = 18;
const plainInteger = /^(?:0|[1-9]\d*)$/;
const plainDecimal = /^(?:0|[1-9]\d*)?\.\d+$/;
const comma = /^(?:0|[1-9]\d*),\d+$/;
const groupsOfThree = /^[1-9]\d{0,2}(?:,\d{3})+$/;
const indianGroups = /^[1-9]\d?(?:,\d{2})+,\d{3}$/;
const digitsOfScripts = /(?![0-9])\p{Nd}/gu;
/** Behind these a dot or a letter, or a dash, says that there is nothing. */
const dashes = /^[\u2010-\u2015\u2212]{1,3}$/;

/**
 * What a cell is that is no plain number: an amount with a currency, a percentage, thousands in groups, digits of
 * another script. The slow way: columns of plain numbers and of texts hardly ever come here.
 *
 * @returns bits of {@link kind}; `kind.text` when it is no number.
 */
export function writtenNumberKind(bytes: Uint8Array, start: number, end: number): number {
  if (!beginnings.has(bytes[start] ?? 0)) return kind.text;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  if (dashes.test(text)) return kind.nullWord;
  if (!/\p{Nd}/u.test(text)) return kind.text;
  return numberOf(text);
}

function numberOf(written: string): number {
  const digits = toAsciiDigits(written);
  let number = digits;
  let extra = number === written ? 0 : kind.dressed;
  const parentheses = /^\((.+)\)$/.exec(number);
  if (parentheses !== null) number = parentheses[1] ?? '';
  const currency = before.exec(number)?.[2] ?? after.exec(number)?.[1];
  if (currency !== undefined) {
    number = number.replace(before, '$1').replace(after, '');
    extra |= kind.dressed | (currency === '/-' ? kind.rupee : bitOf(currency));
  }
  const percent = /^(.*?)[\s\u00a0]?%$/.exec(number);
  if (percent !== null) number = percent[1] ?? '';
  const close = number.replace(/(?<=\d)[\u00a0\u202f](?=\d{3}(?:\D|$))/g, '');
  if (close !== number) extra |= kind.dressed;
  number = close;
  const isNegative = number.startsWith('-') || parentheses !== null;
  if (number.startsWith('-')) {
    if (parentheses !== null) return kind.text;
    number = number.slice(1);
  }
  const found = bareKind(number);
  if (found === kind.text) return found;
  if (percent !== null) {
    if (parentheses !== null || currency !== undefined) return kind.text;
    return found === kind.commaDecimal
      ? kind.commaPercent
      : found === kind.commaThousand
        ? kind.text
        : kind.percent;
  }
  if (parentheses !== null && isNegative) return negated(found) | extra;
  return found | extra;
}

function negated(found: number): number {
  if (found === kind.integer || found === kind.groupedInteger) return kind.negatedInteger;
  if (found === kind.decimal || found === kind.groupedDecimal) return kind.negatedDecimal;
  // (12,500) shares the doubt of 12,500; as one group of three it is taken for thousands or not with the others.
  return found === kind.commaThousand ? kind.negatedInteger | kind.commaThousand : kind.text;
}

function bareKind(number: string): number {
  if (number.replaceAll(/\D/g, '').length > maxDigits) return kind.text;
  if (plainInteger.test(number)) return kind.integer;
  if (plainDecimal.test(number)) return kind.decimal;
  if (groupsOfThree.test(number)) return number.length <= 7 ? kind.commaThousand : kind.groupedInteger;
  if (indianGroups.test(number)) return kind.groupedInteger;
  const point = number.indexOf('.');
  const whole = number.slice(0, point);
  if (
    point > 0 &&
    /^\d+$/.test(number.slice(point + 1)) &&
    (groupsOfThree.test(whole) || indianGroups.test(whole))
  )
    return kind.groupedDecimal;
  return comma.test(number) ? kind.commaDecimal : kind.text;
}

function bitOf(currency: string): number {
  return bits.find(([, pattern]) => pattern.test(currency))?.[0] ?? 0;
}

/** Devanagari, Bengali, Arabic … digits to 0-9. */
export function toAsciiDigits(text: string): string {
  return text.replace(digitsOfScripts, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    // Digits of a script stand together, ten in a row, from its zero on.
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
    return String(code - zero);
  });
}
