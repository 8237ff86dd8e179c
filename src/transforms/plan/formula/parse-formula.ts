import { FormulaError } from './formula-error.ts';
import { tokenize, type Token } from './tokenize.ts';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '^'
  | '&'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or';

/** A formula as a tree. `at` is where a node begins, for errors. */
export type FormulaNode =
  | { readonly kind: 'number'; readonly digits: string; readonly at: number }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: number }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operands: readonly FormulaNode[];
      readonly at: number;
    }
  | { readonly kind: 'not' | 'minus'; readonly operand: FormulaNode; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: FormulaNode;
      readonly right: FormulaNode;
      readonly at: number;
    };

/** How tightly an operator binds; as in a spreadsheet, & binds less than + and more than =. */
const strengths: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['=', 4],
  ['<>', 4],
  ['<', 4],
  ['<=', 4],
  ['>', 4],
  ['>=', 4],
  ['&', 5],
  ['+', 6],
  ['-', 6],
  ['*', 7],
  ['/', 7],
  ['^', 9],
]);
const NOT = 3;
/** Before ^, as in a spreadsheet: -2^2 is 4. */
const MINUS = 10;
const MAX_DEPTH = 60;

function binaryOf(token: Token): BinaryOperator | null {
  const text = token.kind === 'name' ? token.text.toLowerCase() : token.kind === 'operator' ? token.text : '';
  // The map's keys are the operators.
  return strengths.has(text) ? (text as BinaryOperator) : null;
}

/**
 * Reads a formula, without asking what its names mean.
 *
 * @throws FormulaError with the place where it could not be read.
 * @example parseFormula('[Cost] * 2') // {kind: 'binary', operator: '*', …}
 */
export function parseFormula(formula: string): FormulaNode {
  const tokens = tokenize(formula);
  let next = 0;
  const end: Token = { kind: 'end', text: '', at: formula.length };
  const peek = (ahead = 0): Token => tokens[next + ahead] ?? end;
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const isOperator = (text: string): boolean => peek().kind === 'operator' && peek().text === text;

  function operands(depth: number, at: number): FormulaNode[] {
    const made: FormulaNode[] = [];
    if (isOperator(')')) {
      take();
      return made;
    }
    for (;;) {
      made.push(expression(0, depth));
      if (isOperator(',')) take();
      else if (isOperator(')')) {
        take();
        return made;
      } else if (peek().kind === 'end') throw new FormulaError('This bracket is never closed; write ).', at);
      else throw new FormulaError(`A comma or ) is missing before “${peek().text}”.`, peek().at);
    }
  }

  function primary(depth: number): FormulaNode {
    const token = take();
    const { at } = token;
    switch (token.kind) {
      case 'number':
        return { kind: 'number', digits: token.text, at };
      case 'text':
        return { kind: 'text', text: token.text, at };
      case 'column':
        return { kind: 'column', name: token.text, at };
      case 'end':
        throw new FormulaError('The formula ends too early; a value is missing.', at);
      case 'operator': {
        if (token.text === '-') return { kind: 'minus', operand: expression(MINUS, depth), at };
        if (token.text === '+') return expression(MINUS, depth);
        if (token.text !== '(') throw new FormulaError(`A value is missing before “${token.text}”.`, at);
        const inner = expression(0, depth);
        if (!isOperator(')')) throw new FormulaError('This bracket is never closed; write ).', at);
        take();
        return inner;
      }
      case 'name': {
        const name = token.text.toUpperCase();
        const bracket = peek().at;
        if (isOperator('(')) {
          take();
          return { kind: 'call', name, operands: operands(depth, bracket), at };
        }
        if (name === 'TRUE' || name === 'FALSE') return { kind: 'boolean', value: name === 'TRUE', at };
        if (name === 'NOT') return { kind: 'not', operand: expression(NOT, depth), at };
        throw new FormulaError(
          `Columns stand in brackets: [${token.text}]. Texts stand between quotes: "${token.text}".`,
          at,
          `[${token.text}]`,
        );
      }
    }
  }

  function expression(least: number, depth: number): FormulaNode {
    if (depth > MAX_DEPTH)
      throw new FormulaError(
        'This stands in too many brackets; split the formula into two columns.',
        peek().at,
      );
    let left = primary(depth + 1);
    for (let length = 0; ; length += 1) {
      const operator = binaryOf(peek());
      const strength = operator === null ? 0 : (strengths.get(operator) ?? 0);
      if (operator === null || strength <= least) return left;
      if (length > 500)
        throw new FormulaError('This is too long; split the formula into two columns.', peek().at);
      const { at } = take();
      // 2^3^2 is (2^3)^2, as in a spreadsheet.
      left = { kind: 'binary', operator, left, right: expression(strength, depth + 1), at };
    }
  }

  const whole = expression(0, 0);
  const rest = peek();
  if (rest.kind !== 'end') {
    throw new FormulaError(
      rest.text === ')' && rest.kind === 'operator'
        ? 'This bracket was never opened.'
        : `Something is missing before “${rest.text}”, for instance & or +.`,
      rest.at,
    );
  }
  return whole;
}
