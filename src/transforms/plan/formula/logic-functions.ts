import { isNumber } from '../common-type.ts';
import {
  and,
  call,
  caseWhen,
  castTo,
  compare,
  emptyOf,
  integerLiteral,
  isBlank,
  isNull,
  literalOf,
  not,
  or,
  type Expression,
} from '../expression.ts';
import { FormulaError } from './formula-error.ts';
import { operand, type FormulaFunction } from './formula-function.ts';
import { asBoolean, asDecimal, sameType, type FormulaValue } from './formula-value.ts';

const group = 'Logic' as const;
const no = literalOf({ type: 'boolean', value: false });

/** Blank as the last value, for IF without an else. */
function orBlank(values: readonly FormulaValue[], at: number): FormulaValue[] {
  return [...values, { expression: emptyOf('text'), at, constant: null, isBlank: true }];
}

/** The text without what is blank, so that a cell of spaces counts as empty. */
function unlessBlank(value: Expression): Expression {
  if (value.type !== 'text') return value;
  return caseWhen('text', [{ when: isBlank(value), result: emptyOf('text') }], value);
}

export const logicFunctions: readonly FormulaFunction[] = [
  {
    name: 'IF',
    group,
    signature: 'IF(condition, then, [else])',
    help: 'One value where the condition holds, another where it does not. A condition on an empty cell does not hold.',
    example: 'IF([Age] >= 18, "adult", "child")',
    least: 2,
    most: 3,
    build(operands, _settings, at) {
      const branches = operands.length === 3 ? operands.slice(1) : orBlank(operands.slice(1), at);
      const { type, expressions } = sameType(branches);
      const [then = emptyOf(type), otherwise = emptyOf(type)] = expressions;
      return caseWhen(type, [{ when: asBoolean(operand(operands, 0)), result: then }], otherwise);
    },
  },
  {
    name: 'IFS',
    group,
    signature: 'IFS(condition, value, [condition, value], …)',
    help: 'The value behind the first condition that holds; empty when none does. TRUE as last condition catches the rest.',
    example: 'IFS([Score] >= 80, "A", [Score] >= 60, "B", TRUE, "C")',
    least: 2,
    most: 200,
    build(operands, _settings, at) {
      if (operands.length % 2 === 1)
        throw new FormulaError('IFS takes pairs: a condition, then its value.', at);
      const values = operands.filter((_, index) => index % 2 === 1);
      const { type, expressions } = sameType(values);
      const branches = expressions.map((result, index) => ({
        when: asBoolean(operand(operands, index * 2)),
        result,
      }));
      return caseWhen(type, branches, emptyOf(type));
    },
  },
  {
    name: 'SWITCH',
    group,
    signature: 'SWITCH(value, case, result, [case, result], …, [else])',
    help: 'The result behind the case that equals the value.',
    example: 'SWITCH([Gender], "F", "Female", "M", "Male", "Other")',
    least: 3,
    most: 200,
    build(operands, _settings, at) {
      const rest = operands.slice(1);
      const hasElse = rest.length % 2 === 1;
      const pairs = hasElse ? rest.slice(0, -1) : rest;
      const cases = pairs.filter((_, index) => index % 2 === 0);
      const results = pairs.filter((_, index) => index % 2 === 1);
      const compared = sameType([operand(operands, 0), ...cases]).expressions;
      const [value, ...keys] = compared;
      const { type, expressions } = sameType(
        hasElse ? [...results, operand(rest, rest.length - 1)] : orBlank(results, at),
      );
      const otherwise = expressions.at(-1) ?? emptyOf(type);
      return caseWhen(
        type,
        keys.map((key, index) => ({
          when: compare('=', value ?? key, key),
          result: expressions[index] ?? emptyOf(type),
        })),
        otherwise,
      );
    },
  },
  {
    name: 'AND',
    group,
    signature: 'AND(condition, …)',
    help: 'Whether all conditions hold.',
    example: 'AND([Age] >= 18, [Consent])',
    least: 1,
    most: 100,
    build: (operands) => and(...operands.map(asBoolean)),
  },
  {
    name: 'OR',
    group,
    signature: 'OR(condition, …)',
    help: 'Whether any of the conditions holds.',
    example: 'OR([District] = "Pune", [District] = "Nashik")',
    least: 1,
    most: 100,
    build: (operands) => or(...operands.map(asBoolean)),
  },
  {
    name: 'NOT',
    group,
    signature: 'NOT(condition)',
    help: 'Whether the condition does not hold.',
    example: 'NOT([Active])',
    least: 1,
    most: 1,
    build: (operands) => not(asBoolean(operand(operands, 0))),
  },
  {
    name: 'XOR',
    group,
    signature: 'XOR(condition, …)',
    help: 'Whether an odd number of the conditions holds; of two, exactly one. An empty one does not hold.',
    example: 'XOR([Active], [Consent])',
    least: 1,
    most: 100,
    build: (operands) =>
      operands
        .map((each) => call('boolean', 'coalesce', asBoolean(each), no))
        .reduce((before, each) => compare('is_distinct_from', before, each)),
  },
  {
    name: 'CHOOSE',
    group,
    signature: 'CHOOSE(number, first, [second], …)',
    help: 'The value at a place of a list, from 1; empty outside of it.',
    example: 'CHOOSE([Month], "Jan", "Feb", "Mar")',
    least: 2,
    most: 200,
    build(operands) {
      const { type, expressions } = sameType(operands.slice(1));
      const place = asDecimal(operand(operands, 0));
      return caseWhen(
        type,
        expressions.map((result, index) => ({
          when: compare('=', place, castTo('decimal', integerLiteral(index + 1))),
          result,
        })),
        emptyOf(type),
      );
    },
  },
  {
    name: 'IFERROR',
    group,
    signature: 'IFERROR(value, instead)',
    help: 'Another value where the first could not be read or calculated, which is an empty cell here.',
    example: 'IFERROR([Cost] / [Days], 0)',
    least: 2,
    most: 2,
    build(operands) {
      const { type, expressions } = sameType(operands);
      return call(type, 'coalesce', ...expressions);
    },
  },
  {
    name: 'ISNUMBER',
    group,
    signature: 'ISNUMBER(value)',
    help: 'Whether there is a number, or a text that VALUE can read as one.',
    example: 'ISNUMBER([Code])',
    least: 1,
    most: 1,
    build(operands) {
      const { expression } = operand(operands, 0);
      if (expression.type === 'text') return isNull(castTo('decimal', expression), true);
      return isNumber(expression.type) ? isNull(expression, true) : no;
    },
  },
  {
    name: 'ISBLANK',
    group,
    signature: 'ISBLANK(value)',
    help: 'Whether the cell is empty or holds nothing but spaces.',
    example: 'ISBLANK([Phone])',
    least: 1,
    most: 1,
    build: (operands) => isBlank(operand(operands, 0).expression),
  },
  {
    name: 'COALESCE',
    group,
    signature: 'COALESCE(value, …)',
    help: 'The first value that is not empty.',
    example: 'COALESCE([Mobile], [Phone], "none")',
    least: 1,
    most: 100,
    build(operands) {
      const { type, expressions } = sameType(operands);
      return call(type, 'coalesce', ...expressions.map(unlessBlank));
    },
  },
  {
    name: 'BLANK',
    group,
    signature: 'BLANK()',
    help: 'An empty cell.',
    example: 'IF([Age] > 120, BLANK(), [Age])',
    least: 0,
    most: 0,
    build: () => emptyOf('text'),
  },
];
