import { dateFormat, dateWithin, isoText, readableText } from '../date-format.ts';
import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  compare,
  datePart,
  integerLiteral,
  literalOf,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { isNumber } from '../common-type.ts';
import { MONTH_NAMES, nameOf } from '../steps/date-part.ts';
import { FormulaError } from './formula-error.ts';
import { operand, type FormulaFunction } from './formula-function.ts';
import { asDate, asDecimal, asText, constantText, written, type FormulaValue } from './formula-value.ts';

const group = 'Conversion' as const;

const twoDigits = (number: Expression): Expression =>
  call(
    'text',
    'right',
    call('text', 'join_texts', textLiteral('0'), castTo('text', number)),
    integerLiteral(2),
  );

/** A date written by a format of ours: YYYY, YY, MMMM, MMM, MM, M, DD, D. */
function dateText(date: Expression, format: string): Expression {
  const pieces = format.match(/YYYY|YY|MMMM|MMM|MM|M|DD|D|[^YMD]+|./gu) ?? [];
  const year = call(
    'text',
    'right',
    call('text', 'join_texts', textLiteral('000'), castTo('text', datePart('year', date))),
    integerLiteral(4),
  );
  const month = datePart('month', date);
  const parts = pieces.map((piece): Expression => {
    switch (piece) {
      case 'YYYY':
        return year;
      case 'YY':
        return call('text', 'right', year, integerLiteral(2));
      case 'MMMM':
        return nameOf(month, MONTH_NAMES);
      case 'MMM':
        return call('text', 'left', nameOf(month, MONTH_NAMES), integerLiteral(3));
      case 'MM':
        return twoDigits(month);
      case 'M':
        return castTo('text', month);
      case 'DD':
        return twoDigits(datePart('day', date));
      case 'D':
        return castTo('text', datePart('day', date));
      default:
        return textLiteral(piece);
    }
  });
  return unlessEmpty(date, call('text', 'join_texts', textLiteral(''), ...parts));
}

/** Nothing where there is nothing to write: joining would make an empty text of it. */
function unlessEmpty(value: Expression, text: Expression): Expression {
  return caseWhen(
    'text',
    [{ when: { kind: 'is_null', type: 'boolean', operand: value, negated: true }, result: text }],
    literalOf({ type: 'text', value: null }),
  );
}

/** A number with a fixed number of places: 2.5 as 2.50. */
function numberText(value: Expression, places: number): Expression {
  const scale = castTo('decimal', literalOf({ type: 'decimal', value: `1${'0'.repeat(places)}` }));
  const units = castTo(
    'integer',
    call('decimal', 'round', arithmetic('*', call('decimal', 'absolute', value), scale), integerLiteral(0)),
  );
  const digits = castTo('text', units);
  const length = call('integer', 'length', digits);
  const padded =
    places === 0
      ? digits
      : caseWhen(
          'text',
          [
            {
              when: compare('<=', length, integerLiteral(places)),
              result: call(
                'text',
                'right',
                call('text', 'join_texts', textLiteral('0'.repeat(places)), digits),
                integerLiteral(places + 1),
              ),
            },
          ],
          digits,
        );
  const whole = call(
    'text',
    'left',
    padded,
    castTo('integer', arithmetic('-', call('integer', 'length', padded), integerLiteral(places))),
  );
  const text =
    places === 0
      ? digits
      : call(
          'text',
          'join_texts',
          whole,
          textLiteral('.'),
          call('text', 'right', padded, integerLiteral(places)),
        );
  const zero = castTo('decimal', literalOf({ type: 'decimal', value: '0' }));
  const negative: Expression = {
    kind: 'and',
    type: 'boolean',
    operands: [compare('<', value, zero), compare('>', units, integerLiteral(0))],
  };
  return unlessEmpty(
    units,
    caseWhen('text', [{ when: negative, result: call('text', 'join_texts', textLiteral('-'), text) }], text),
  );
}

function formatted(value: FormulaValue, format: FormulaValue): Expression {
  const text = constantText(format, 'The format');
  if (isNumber(value.expression.type)) {
    const places = /^0(?:\.(0{1,8}))?$/.exec(text);
    if (places === null)
      throw new FormulaError('A format of numbers is "0", "0.0", "0.00" and so on.', format.at);
    return numberText(asDecimal(value), (places[1] ?? '').length);
  }
  if (text.length > 60) throw new FormulaError('The format is too long.', format.at);
  if (/[^YMD\s\p{P}\p{S}]/u.test(text))
    throw new FormulaError('A format of dates is made of YYYY, YY, MMMM, MMM, MM, M, DD and D.', format.at);
  return dateText(asDate(value), text);
}

export const conversionFunctions: readonly FormulaFunction[] = [
  {
    name: 'VALUE',
    group,
    signature: 'VALUE(text)',
    help: 'Reads a text as a number, also 1,234.5 and 1,23,456; empty when it is none.',
    example: 'VALUE([Amount])',
    least: 1,
    most: 1,
    build(operands) {
      const value = operand(operands, 0);
      return isNumber(value.expression.type) ? asDecimal(value) : castTo('decimal', asText(value));
    },
  },
  {
    name: 'DATEVALUE',
    group,
    signature: 'DATEVALUE(text, [format])',
    help: 'Reads a text as a date, written like 2026-01-31 or in a format such as "DD/MM/YYYY"; empty when it is none.',
    example: 'DATEVALUE([Date], "DD/MM/YYYY")',
    least: 1,
    most: 2,
    build(operands) {
      const text = asText(operand(operands, 0));
      if (operands.length === 1) return castTo('date', text);
      const format = dateFormat(constantText(operand(operands, 1), 'The format'));
      if ('message' in format) throw new FormulaError(format.message, operand(operands, 1).at);
      const first = format.yearHasTwoDigits ? 1950 : 1;
      return dateWithin(isoText(readableText(text), format, first), null);
    },
  },
  {
    name: 'TEXT',
    group,
    signature: 'TEXT(value, [format])',
    help: 'Writes a value as text: a number like "0.00", a date like "DD/MM/YYYY" or "MMM YYYY".',
    example: 'TEXT([Day], "MMM YYYY")',
    least: 1,
    most: 2,
    build(operands) {
      const value = operand(operands, 0);
      return operands.length === 1 ? written(value) : formatted(value, operand(operands, 1));
    },
  },
];
