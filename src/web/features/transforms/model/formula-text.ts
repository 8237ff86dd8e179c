/** A column as formulas name it: in brackets, with a closing one in its name written twice. */
export function columnInFormula(displayName: string): string {
  return `[${displayName.replaceAll(']', ']]')}]`;
}

/** A piece of a formula that is being written. */
export interface WordAtCaret {
  readonly kind: 'column' | 'function';
  /** Where it begins; it ends at the caret. */
  readonly start: number;
  /** What was typed of it so far. */
  readonly typed: string;
}

/**
 * The column or function that a person is about to name; undefined inside of a text and where nothing is being named.
 * @example wordAtCaret('IF([Ag', 6) // {kind: 'column', start: 3, typed: 'Ag'}
 */
export function wordAtCaret(formula: string, caret: number): WordAtCaret | undefined {
  let bracket = -1;
  let isText = false;
  for (let index = 0; index < caret; index += 1) {
    const character = formula.charAt(index);
    if (isText) isText = character !== '"';
    else if (bracket >= 0) {
      if (character !== ']') continue;
      if (formula.charAt(index + 1) === ']' && index + 1 < caret) index += 1;
      else bracket = -1;
    } else if (character === '"') isText = true;
    else if (character === '[') bracket = index;
  }
  if (isText) return undefined;
  if (bracket >= 0) return { kind: 'column', start: bracket, typed: formula.slice(bracket + 1, caret) };
  const name = /[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.exec(formula.slice(0, caret))?.[0];
  return name === undefined ? undefined : { kind: 'function', start: caret - name.length, typed: name };
}

/** The function in whose brackets the caret stands; undefined outside of any. */
export function functionAround(formula: string, caret: number): string | undefined {
  const names: (string | undefined)[] = [];
  for (const match of formula
    .slice(0, caret)
    .matchAll(/"[^"]*("|$)|\[[^\]]*(\]|$)|([\p{L}_][\p{L}\p{M}\p{N}_.]*)?\s*\(|\)/gu)) {
    const piece = match[0];
    if (piece === ')') names.pop();
    else if (piece.endsWith('(')) names.push(match[3]?.toUpperCase());
  }
  return names.findLast((name) => name !== undefined);
}

export interface Edited {
  readonly formula: string;
  readonly caret: number;
}

/** The formula with a word in place of what was typed of it, or at the caret. A closing bracket is not doubled. */
export function withWord(
  formula: string,
  caret: number,
  word: WordAtCaret | undefined,
  text: string,
): Edited {
  const start = word?.start ?? caret;
  const rest = formula.slice(caret);
  const after = text.endsWith(']') && rest.startsWith(']') ? rest.slice(1) : rest;
  return { formula: formula.slice(0, start) + text + after, caret: start + text.length };
}

/** The piece at the character that an error names, replaced by what was probably meant. */
export function correctFormula(formula: string, message: string, suggestion: string): string {
  const at = Number(/\(character (\d+)\)$/.exec(message)?.[1] ?? 0) - 1;
  if (at < 0 || at >= formula.length) return formula;
  const rest = formula.slice(at);
  const column = /^\[([^\]]|\]\])*\]/.exec(rest)?.[0];
  const name = /^[\p{L}_][\p{L}\p{M}\p{N}_.]*/u.exec(rest)?.[0];
  const piece = column ?? name;
  if (piece === undefined) return formula;
  const corrected = column === undefined ? suggestion : columnInFormula(suggestion);
  return formula.slice(0, at) + corrected + rest.slice(piece.length);
}
