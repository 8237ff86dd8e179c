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

export interface FunctionAtCaret {
  /** In capital letters. */
  readonly name: string;
  /** Which of its arguments is being written, from 0. */
  readonly argument: number;
}

/** The function in whose brackets the caret stands; undefined outside of any. */
export function functionAround(formula: string, caret: number): FunctionAtCaret | undefined {
  const open: { name: string | undefined; argument: number }[] = [];
  for (const match of formula
    .slice(0, caret)
    .matchAll(/"[^"]*("|$)|\[[^\]]*(\]|$)|([\p{L}_][\p{L}\p{M}\p{N}_.]*)?\s*\(|\)|[,;]/gu)) {
    const piece = match[0];
    const innermost = open.at(-1);
    if (piece === ')') open.pop();
    else if (piece === ',' || piece === ';') {
      if (innermost !== undefined) innermost.argument += 1;
    } else if (piece.endsWith('(')) open.push({ name: match[3]?.toUpperCase(), argument: 0 });
  }
  const found = open.findLast(({ name }) => name !== undefined);
  return found?.name === undefined ? undefined : { name: found.name, argument: found.argument };
}

/** A signature in pieces, the argument that is being written apart: the last one stands for all that may follow it. */
export function signatureParts(
  signature: string,
  argument: number,
): { readonly before: string; readonly active: string; readonly after: string } {
  const list = /\(([^)]*)\)/.exec(signature);
  const names = list?.[1]?.split(/,\s*/) ?? [];
  const name = names[Math.min(argument, names.length - 1)];
  if (list === null || name === undefined || name === '') return { before: signature, active: '', after: '' };
  const start =
    list.index + 1 + names.slice(0, names.indexOf(name)).reduce((sum, one) => sum + one.length + 2, 0);
  return {
    before: signature.slice(0, start),
    active: signature.slice(start, start + name.length),
    after: signature.slice(start + name.length),
  };
}

/** The columns that a formula names, in the order in which it does. */
export function columnsInFormula<Column extends { readonly display_name: string }>(
  formula: string,
  columns: readonly Column[],
): readonly Column[] {
  const named = [...formula.matchAll(/"[^"]*"?|\[((?:[^\]]|\]\])*)\]/g)].flatMap(([, name]) =>
    name === undefined ? [] : [name.replaceAll(']]', ']')],
  );
  return [...new Set(named)].flatMap((name) => columns.find((column) => column.display_name === name) ?? []);
}

/** The piece of a formula that an error is about, with what stands around it; undefined when it names no place. */
export function wrongPiece(
  formula: string,
  message: string,
): { readonly before: string; readonly piece: string; readonly after: string } | undefined {
  const at = Number(/\(character (\d+)\)$/.exec(message)?.[1] ?? 0) - 1;
  if (at < 0 || at >= formula.length) return undefined;
  const piece =
    /^(?:\[(?:[^\]]|\]\])*\]|"[^"]*"?|[\p{L}_][\p{L}\p{M}\p{N}_.]*|[\d.]+|\S)/u.exec(
      formula.slice(at),
    )?.[0] ?? '';
  return { before: formula.slice(0, at), piece, after: formula.slice(at + piece.length) };
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
  const wrong = wrongPiece(formula, message);
  if (wrong === undefined || !/^[[\p{L}_]/u.test(wrong.piece)) return formula;
  // The server suggests a column as formulas write it.
  const isPlainName = wrong.piece.startsWith('[') && !suggestion.startsWith('[');
  const corrected = isPlainName ? columnInFormula(suggestion) : suggestion;
  return wrong.before + corrected + wrong.after;
}
