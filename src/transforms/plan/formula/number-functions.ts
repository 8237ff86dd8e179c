import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  compare,
  integerLiteral,
  isNull,
  literalOf,
  type Expression,
} from '../expression.ts';
import { operand, type FormulaFunction } from './formula-function.ts';
import { asDecimal, constantInteger, sameType, type FormulaValue } from './formula-value.ts';
import { FormulaError } from './formula-error.ts';

const group = 'Numbers' as const;

const decimal = (digits: string): Expression =>
  castTo('decimal', literalOf({ type: 'decimal', value: digits }));

/** 10 to the power of a whole number, exactly. */
function powerOfTen(exponent: number): Expression {
  return decimal(exponent >= 0 ? `1${'0'.repeat(exponent)}` : `0.${'0'.repeat(-exponent - 1)}1`);
}

const number = (operands: readonly FormulaValue[], index = 0): Expression =>
  asDecimal(operand(operands, index));

function places(operands: readonly FormulaValue[]): number {
  return operands.length > 1 ? constantInteger(operand(operands, 1), 'The number of places', -10, 8) : 0;
}

/** Rounds the size of a number, so that negative ones mirror positive ones. */
function roundSize(operands: readonly FormulaValue[], name: 'floor' | 'ceiling'): Expression {
  const value = number(operands);
  const count = places(operands);
  const size = arithmetic(
    '*',
    call('decimal', name, arithmetic('*', call('decimal', 'absolute', value), powerOfTen(count))),
    powerOfTen(-count),
  );
  return caseWhen(
    'decimal',
    [{ when: compare('<', value, decimal('0')), result: arithmetic('-', decimal('0'), size) }],
    size,
  );
}

function toStep(name: 'floor' | 'ceiling') {
  return (operands: readonly FormulaValue[]): Expression => {
    if (operands.length === 1) return call('decimal', name, number(operands));
    const step = number(operands, 1);
    return arithmetic('*', call('decimal', name, arithmetic('/', number(operands), step)), step);
  };
}

function extreme(name: 'greatest' | 'least') {
  return (operands: readonly FormulaValue[]): Expression => {
    const { type, expressions } = sameType(operands);
    if (type === 'json' || type === 'boolean')
      throw new FormulaError('These values have no order.', operand(operands, 0).at);
    return expressions.length === 1 ? (expressions[0] ?? decimal('0')) : call(type, name, ...expressions);
  };
}

const addUp = (expressions: readonly Expression[]): Expression =>
  expressions.reduce((before, each) => arithmetic('+', before, each));

/** The sum, with 0 for what is empty. */
function total(operands: readonly FormulaValue[]): Expression {
  return addUp(operands.map((each) => call('decimal', 'coalesce', asDecimal(each), decimal('0'))));
}

/** How many are not empty. */
function filled(operands: readonly FormulaValue[]): Expression {
  return addUp(
    operands.map((each) =>
      caseWhen('decimal', [{ when: isNull(asDecimal(each)), result: decimal('0') }], decimal('1')),
    ),
  );
}

export const numberFunctions: readonly FormulaFunction[] = [
  {
    name: 'ROUND',
    group,
    signature: 'ROUND(number, [places])',
    help: 'Rounded; a half goes away from zero. Negative places round to tens and hundreds.',
    example: 'ROUND([Cost] / 3, 2)',
    least: 1,
    most: 2,
    build: (operands) => call('decimal', 'round', number(operands), integerLiteral(places(operands))),
  },
  {
    name: 'ROUNDUP',
    group,
    signature: 'ROUNDUP(number, [places])',
    help: 'Rounded away from zero.',
    example: 'ROUNDUP([Days] / 7)',
    least: 1,
    most: 2,
    build: (operands) => roundSize(operands, 'ceiling'),
  },
  {
    name: 'ROUNDDOWN',
    group,
    signature: 'ROUNDDOWN(number, [places])',
    help: 'Rounded towards zero.',
    example: 'ROUNDDOWN([Cost], 1)',
    least: 1,
    most: 2,
    build: (operands) => roundSize(operands, 'floor'),
  },
  {
    name: 'INT',
    group,
    signature: 'INT(number)',
    help: 'The whole number below.',
    example: 'INT([Hours])',
    least: 1,
    most: 1,
    build: (operands) => call('decimal', 'floor', number(operands)),
  },
  {
    name: 'FLOOR',
    group,
    signature: 'FLOOR(number, [step])',
    help: 'Down to a multiple of the step (1 without).',
    example: 'FLOOR([Age], 5)',
    least: 1,
    most: 2,
    build: toStep('floor'),
  },
  {
    name: 'CEILING',
    group,
    signature: 'CEILING(number, [step])',
    help: 'Up to a multiple of the step (1 without).',
    example: 'CEILING([Amount], 10)',
    least: 1,
    most: 2,
    build: toStep('ceiling'),
  },
  {
    name: 'ABS',
    group,
    signature: 'ABS(number)',
    help: 'Without its sign.',
    example: 'ABS([Change])',
    least: 1,
    most: 1,
    build: (operands) => call('decimal', 'absolute', number(operands)),
  },
  {
    name: 'SIGN',
    group,
    signature: 'SIGN(number)',
    help: '1, 0 or -1.',
    example: 'SIGN([Change])',
    least: 1,
    most: 1,
    build: (operands) =>
      caseWhen(
        'decimal',
        [
          { when: compare('>', number(operands), decimal('0')), result: decimal('1') },
          { when: compare('<', number(operands), decimal('0')), result: decimal('-1') },
        ],
        number(operands),
      ),
  },
  {
    name: 'MOD',
    group,
    signature: 'MOD(number, divisor)',
    help: 'What is left after dividing, with the sign of the divisor; empty for 0.',
    example: 'MOD([Number], 2)',
    least: 2,
    most: 2,
    build: (operands) => call('decimal', 'modulo', number(operands), number(operands, 1)),
  },
  {
    name: 'QUOTIENT',
    group,
    signature: 'QUOTIENT(number, divisor)',
    help: 'How often the divisor goes into the number, in whole.',
    example: 'QUOTIENT([Days], 7)',
    least: 2,
    most: 2,
    build(operands) {
      const quotient = arithmetic('/', number(operands), number(operands, 1));
      const size = call('decimal', 'floor', call('decimal', 'absolute', quotient));
      return caseWhen(
        'decimal',
        [{ when: compare('<', quotient, decimal('0')), result: arithmetic('-', decimal('0'), size) }],
        size,
      );
    },
  },
  {
    name: 'POWER',
    group,
    signature: 'POWER(number, exponent)',
    help: 'A number to a power, like ^. Empty where there is no such number.',
    example: 'POWER([Height], 2)',
    least: 2,
    most: 2,
    build: (operands) => call('decimal', 'power', number(operands), number(operands, 1)),
  },
  {
    name: 'SQRT',
    group,
    signature: 'SQRT(number)',
    help: 'Square root; empty for numbers below 0.',
    example: 'SQRT([Area])',
    least: 1,
    most: 1,
    build: (operands) => call('decimal', 'power', number(operands), decimal('0.5')),
  },
  {
    name: 'TRUNC',
    group,
    signature: 'TRUNC(number, [places])',
    help: 'Without the digits behind; towards zero, like ROUNDDOWN.',
    example: 'TRUNC([Cost], 1)',
    least: 1,
    most: 2,
    build: (operands) => roundSize(operands, 'floor'),
  },
  {
    name: 'SUM',
    group,
    signature: 'SUM(value, …)',
    help: 'Some columns of the same row added up; empty ones count as 0.',
    example: 'SUM([First test], [Second test])',
    least: 1,
    most: 100,
    build: (operands) => total(operands),
  },
  {
    name: 'AVERAGE',
    group,
    signature: 'AVERAGE(value, …)',
    help: 'The average of some columns in the same row, without those that are empty.',
    example: 'AVERAGE([First test], [Second test])',
    least: 1,
    most: 100,
    build: (operands) => arithmetic('/', total(operands), filled(operands)),
  },
  {
    name: 'MIN',
    group,
    signature: 'MIN(value, …)',
    help: 'The smallest of some columns in the same row; empty ones do not count.',
    example: 'MIN([First test], [Second test])',
    least: 1,
    most: 100,
    build: extreme('least'),
  },
  {
    name: 'MAX',
    group,
    signature: 'MAX(value, …)',
    help: 'The largest of some columns in the same row; empty ones do not count.',
    example: 'MAX([First test], [Second test])',
    least: 1,
    most: 100,
    build: extreme('greatest'),
  },
];
