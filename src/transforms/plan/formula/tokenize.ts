import { FormulaError } from './formula-error.ts';

export type TokenKind = 'number' | 'text' | 'column' | 'name' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Digits, the text without its quotes, the column without its brackets, a name or an operator as it is written. */
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
}

const SPACE = /[\s\u200b\ufeff]+/y;
const NUMBER = /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?/y;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_.]*/uy;
const OPERATOR = /<>|!=|<=|>=|==|[-+*/^&=<>(),;−×÷≤≥≠]/y;
/** What word processors and people make of an operator. */
const plain: Readonly<Record<string, string>> = {
  '!=': '<>',
  '==': '=',
  '≠': '<>',
  '≤': '<=',
  '≥': '>=',
  '−': '-',
  '×': '*',
  '÷': '/',
  ';': ',',
};

function matchAt(pattern: RegExp, formula: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(formula)?.[0] ?? null;
}

/** Text between quotes (or a name between brackets), in which the closing sign is written twice to mean itself. */
function enclosed(formula: string, at: number, closing: readonly string[], missing: string) {
  let text = '';
  for (let index = at + 1; index < formula.length; index += 1) {
    const character = formula.charAt(index);
    if (!closing.includes(character)) {
      text += character;
    } else if (formula.charAt(index + 1) === character) {
      text += character;
      index += 1;
    } else return { text, next: index + 1 };
  }
  throw new FormulaError(missing, at);
}

/** The words of a formula. A `=` in front is left out. */
export function tokenize(formula: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < formula.length) {
    const space = matchAt(SPACE, formula, at);
    if (space !== null) {
      at += space.length;
      continue;
    }
    const character = formula.charAt(at);
    if (character === '[') {
      const { text, next } = enclosed(formula, at, [']'], 'This column name is never closed; write ].');
      tokens.push({ kind: 'column', text, at });
      at = next;
      continue;
    }
    if (character === '"' || character === '“' || character === '”') {
      const closing = character === '"' ? ['"'] : ['”', '“'];
      const { text, next } = enclosed(formula, at, closing, 'This text is never closed; write ".');
      tokens.push({ kind: 'text', text, at });
      at = next;
      continue;
    }
    const number = matchAt(NUMBER, formula, at);
    const name = number === null ? matchAt(NAME, formula, at) : null;
    const operator = number === null && name === null ? matchAt(OPERATOR, formula, at) : null;
    const text = number ?? name ?? operator;
    if (text === null) {
      throw new FormulaError(
        character === "'"
          ? 'Texts stand between double quotes: "like this".'
          : `“${String.fromCodePoint(formula.codePointAt(at) ?? 0)}” is not understood here.`,
        at,
      );
    }
    if (tokens.length > 0 || operator !== '=') {
      tokens.push(
        number !== null
          ? { kind: 'number', text, at }
          : name !== null
            ? { kind: 'name', text, at }
            : { kind: 'operator', text: plain[text] ?? text, at },
      );
    }
    at += text.length;
  }
  tokens.push({ kind: 'end', text: '', at: formula.length });
  return tokens;
}
