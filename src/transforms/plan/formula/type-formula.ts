import { canonicalNumber } from '../coerce-value.ts';
import { commonType, isNumber } from '../common-type.ts';
import {
  and,
  arithmetic,
  call,
  castTo,
  columnOf,
  compare,
  emptyOf,
  literalOf,
  not,
  or,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { nearestName } from '../nearest-name.ts';
import type { PlanColumn } from '../relation.ts';
import { findColumn, unknownColumn } from '../step-context.ts';
import { typeWords } from '../type-words.ts';
import { daysLater } from './date-functions.ts';
import { FormulaError } from './formula-error.ts';
import { functionNamed } from './formula-functions.ts';
import {
  asBoolean,
  asDate,
  asDecimal,
  valueOf,
  written,
  type FormulaSettings,
  type FormulaValue,
} from './formula-value.ts';
import { parseFormula, type BinaryOperator, type FormulaNode } from './parse-formula.ts';

export interface FormulaScope extends FormulaSettings {
  readonly columns: readonly PlanColumn[];
}

type ComparisonSign = '=' | '<>' | '<' | '<=' | '>' | '>=';

function columnValue(name: string, at: number, { columns, timeZone }: FormulaScope): FormulaValue {
  const column = findColumn(columns, name);
  if (column === undefined) {
    const { message, suggestion } = unknownColumn(columns, name);
    const shown = columns.find((each) => each.name === suggestion)?.displayName;
    throw new FormulaError(message, at, shown === undefined ? null : `[${shown.replaceAll(']', ']]')}]`);
  }
  switch (column.type) {
    case 'json':
      throw new FormulaError(`“${column.displayName}” holds nested data. Take its fields apart first.`, at);
    case 'timestamptz':
      return valueOf({ kind: 'local_time', type: 'timestamp', operand: columnOf(column), timeZone }, at);
    case 'float':
      return valueOf(castTo('decimal', columnOf(column)), at);
    default:
      return valueOf(columnOf(column), at);
  }
}

/** Digits with a fraction of at most ten places, which is what all engines have; the last is rounded. */
function tenPlaces(whole: string, fraction: string): string {
  const rounded = BigInt(`${whole}${fraction.padEnd(11, '0').slice(0, 11)}`) + 5n;
  const digits = String(rounded / 10n).padStart(11, '0');
  const places = digits.slice(-10).replace(/0+$/, '');
  return places === '' ? digits.slice(0, -10) : `${digits.slice(0, -10)}.${places}`;
}

/** 1.5e3 as 1500: an engine takes a number with an exponent for an inexact one. null when it has too many digits. */
function withoutExponent(digits: string): string | null {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits);
  if (match === null) return null;
  const [whole = '', fraction = '', exponent = '0'] = match.slice(1);
  const shift = Number(exponent);
  if (Math.abs(shift) > 28) return null;
  const all = `${'0'.repeat(28)}${whole}${fraction}${'0'.repeat(28)}`;
  const point = 28 + whole.length + shift;
  return tenPlaces(all.slice(0, point).replace(/^0+(?=\d)/, ''), all.slice(point));
}

function numberValue(digits: string, at: number): FormulaValue {
  const canonical = withoutExponent(canonicalNumber(digits) ?? '');
  if (canonical === null || canonical.replace(/\..*/, '').length > 28)
    throw new FormulaError('This number is too large.', at);
  const isWhole = /^\d{1,18}$/.test(canonical);
  const literal = literalOf({ type: isWhole ? 'integer' : 'decimal', value: canonical });
  const expression = castTo(isWhole ? 'integer' : 'decimal', literal);
  return { expression, at, constant: canonical, isBlank: false };
}

function compared(operator: ComparisonSign, left: FormulaValue, right: FormulaValue, at: number): Expression {
  if (left.isBlank || right.isBlank)
    throw new FormulaError('Nothing equals an empty cell. Use ISBLANK(…) instead.', at);
  const type = commonType(left.expression.type, right.expression.type);
  if (type === null) {
    throw new FormulaError(
      `This compares ${typeWords[left.expression.type]} with ${typeWords[right.expression.type]}; they are never the same. Use VALUE(…), DATEVALUE(…) or TEXT(…) on one of them.`,
      at,
    );
  }
  if (type === 'boolean' && operator !== '=' && operator !== '<>')
    throw new FormulaError('Yes/no values have no order.', at);
  const [a, b] = [castTo(type, left.expression), castTo(type, right.expression)];
  // An empty cell is not “Pune”: a person expects it among the others.
  return compare(operator === '<>' ? 'is_distinct_from' : operator, a, b);
}

function isDay(value: FormulaValue): boolean {
  return value.expression.type === 'date' || value.expression.type === 'timestamp';
}

function calculated(
  operator: BinaryOperator,
  left: FormulaValue,
  right: FormulaValue,
  at: number,
): Expression {
  switch (operator) {
    case 'and':
      return and(asBoolean(left), asBoolean(right));
    case 'or':
      return or(asBoolean(left), asBoolean(right));
    case '&':
      return call('text', 'join_texts', written(left), written(right));
    case '^':
      return call('decimal', 'power', asDecimal(left), asDecimal(right));
    case '+':
      if (isDay(left) && !isDay(right)) return daysLater(asDate(left), asDecimal(right), 1);
      if (isDay(right) && !isDay(left)) return daysLater(asDate(right), asDecimal(left), 1);
      return arithmetic('+', asDecimal(left), asDecimal(right));
    case '-':
      if (isDay(left) && isDay(right)) return call('integer', 'days_between', asDate(right), asDate(left));
      if (isDay(left)) return daysLater(asDate(left), asDecimal(right), -1);
      return arithmetic('-', asDecimal(left), asDecimal(right));
    case '*':
    case '/':
      return arithmetic(operator, asDecimal(left), asDecimal(right));
    default:
      return compared(operator, left, right, at);
  }
}

function calledFunction(node: Extract<FormulaNode, { kind: 'call' }>, scope: FormulaScope): FormulaValue {
  const known = functionNamed.get(node.name);
  if (known === undefined) {
    const nearest = nearestName(node.name, [...functionNamed.keys()]);
    throw new FormulaError(
      `There is no function ${node.name}.${nearest === null ? '' : ` Did you mean ${nearest}?`}`,
      node.at,
      nearest,
    );
  }
  const { length } = node.operands;
  if (length < known.least || (known.most !== null && length > known.most)) {
    throw new FormulaError(
      `${known.name} does not take ${length === 1 ? 'one value' : `${length} values`}. Write it like ${known.signature}.`,
      node.at,
    );
  }
  const operands = node.operands.map((each) => typed(each, scope));
  const value = valueOf(known.build(operands, scope, node.at), node.at);
  return known.name === 'BLANK' ? { ...value, isBlank: true } : value;
}

function typed(node: FormulaNode, scope: FormulaScope): FormulaValue {
  const { at } = node;
  switch (node.kind) {
    case 'number':
      return numberValue(node.digits, at);
    case 'text':
      return { expression: textLiteral(node.text), at, constant: node.text, isBlank: false };
    case 'boolean':
      return {
        expression: literalOf({ type: 'boolean', value: node.value }),
        at,
        constant: node.value,
        isBlank: false,
      };
    case 'column':
      return columnValue(node.name, at, scope);
    case 'not':
      return valueOf(not(asBoolean(typed(node.operand, scope))), at);
    case 'minus': {
      const operand = typed(node.operand, scope);
      if (typeof operand.constant === 'string' && isNumber(operand.expression.type))
        return { ...operand, at, ...negative(operand) };
      const zero = castTo('decimal', literalOf({ type: 'integer', value: '0' }));
      return valueOf(arithmetic('-', zero, asDecimal(operand)), at);
    }
    case 'binary':
      return valueOf(calculated(node.operator, typed(node.left, scope), typed(node.right, scope), at), at);
    case 'call':
      return calledFunction(node, scope);
  }
}

/** A number that is written out stays one with a sign in front. */
function negative(value: FormulaValue): Pick<FormulaValue, 'expression' | 'constant'> {
  const digits = String(value.constant);
  const text = digits.startsWith('-') ? digits.slice(1) : `-${digits}`;
  const { type } = value.expression;
  return { constant: text, expression: castTo(type, literalOf({ type, value: text })) };
}

/**
 * A formula as a typed expression over columns.
 *
 * @throws FormulaError saying what is wrong and where.
 */
export function typeFormula(formula: string, scope: FormulaScope): Expression {
  const value = typed(parseFormula(formula), scope);
  return value.isBlank ? emptyOf('text') : value.expression;
}
