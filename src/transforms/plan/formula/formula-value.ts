import type { ColumnType } from '#contracts/column-types';
import { commonType, isNumber } from '../common-type.ts';
import { castTo, emptyOf, integerLiteral, type Expression } from '../expression.ts';
import { typeWords } from '../type-words.ts';
import { FormulaError } from './formula-error.ts';

/** A typed piece of a formula, where it stands, and its value when it is written out. */
export interface FormulaValue {
  readonly expression: Expression;
  readonly at: number;
  /** A text, number or yes/no that stands in the formula itself. */
  readonly constant: string | boolean | null;
  /** BLANK(): it has no type of its own and takes any. */
  readonly isBlank: boolean;
}

export interface FormulaSettings {
  readonly timeZone: string;
}

export function valueOf(expression: Expression, at: number): FormulaValue {
  return { expression, at, constant: null, isBlank: false };
}

function refuse(value: FormulaValue, wanted: string, hint: string): never {
  throw new FormulaError(
    `${wanted} is needed here, but this gives ${typeWords[value.expression.type]}.${hint}`,
    value.at,
  );
}

export function asDecimal(value: FormulaValue): Expression {
  if (value.isBlank) return emptyOf('decimal');
  if (!isNumber(value.expression.type))
    refuse(
      value,
      'A number',
      value.expression.type === 'text' ? ' Use VALUE(…) to read a text as a number.' : '',
    );
  return castTo('decimal', value.expression);
}

export function asInteger(value: FormulaValue): Expression {
  return value.constant !== null && /^-?\d{1,9}$/.test(String(value.constant))
    ? integerLiteral(Number(value.constant))
    : castTo('integer', asDecimal(value));
}

export function asText(value: FormulaValue): Expression {
  if (value.isBlank) return emptyOf('text');
  if (value.expression.type !== 'text') refuse(value, 'Text', ' Use TEXT(…) to write it as text.');
  return value.expression;
}

/** Anything, written as text: for & and the functions that join. */
export function written(value: FormulaValue): Expression {
  return value.isBlank ? emptyOf('text') : castTo('text', value.expression);
}

export function asBoolean(value: FormulaValue): Expression {
  if (value.isBlank) return emptyOf('boolean');
  if (value.expression.type !== 'boolean')
    refuse(value, 'A condition', ' Compare it with something: [Age] > 5.');
  return value.expression;
}

export function asDate(value: FormulaValue): Expression {
  if (value.isBlank) return emptyOf('date');
  const { type } = value.expression;
  if (type !== 'date' && type !== 'timestamp')
    refuse(value, 'A date', type === 'text' ? ' Use DATEVALUE(…) to read a text as a date.' : '');
  return castTo('date', value.expression);
}

/** A text that has to be written out in the formula: a pattern, a format, a unit. */
export function constantText(value: FormulaValue, what: string): string {
  if (typeof value.constant !== 'string' || value.expression.type !== 'text')
    throw new FormulaError(`${what} has to be written out as a text in quotes.`, value.at);
  return value.constant;
}

/** A whole number that has to be written out in the formula. */
export function constantInteger(value: FormulaValue, what: string, low: number, high: number): number {
  const number = Number(value.constant ?? Number.NaN);
  if (!isNumber(value.expression.type) || !Number.isInteger(number) || number < low || number > high)
    throw new FormulaError(`${what} has to be a whole number from ${low} to ${high}, written out.`, value.at);
  return number;
}

/** Values of one type, for the branches of IF and the like. Blank takes the type of the others. */
export function sameType(values: readonly FormulaValue[]): {
  readonly type: ColumnType;
  readonly expressions: Expression[];
} {
  const typed = values.filter((value) => !value.isBlank);
  const [first] = typed;
  let type: ColumnType = first?.expression.type ?? 'text';
  for (const value of typed) {
    const next = commonType(type, value.expression.type);
    if (next === null) {
      throw new FormulaError(
        `This gives ${typeWords[value.expression.type]}, but the value before gives ${typeWords[type]}; both have to be of one kind.${type === 'text' || value.expression.type === 'text' ? ' Use TEXT(…) or VALUE(…) on one of them.' : ''}`,
        value.at,
      );
    }
    type = next;
  }
  return {
    type,
    expressions: values.map((value) => (value.isBlank ? emptyOf(type) : castTo(type, value.expression))),
  };
}
