import { isFooter } from './footer-rows.ts';
import { isTypedKind } from './row-shape.ts';
import { kind } from './kind.ts';
import { kindOfValue } from './value-kind.ts';

/** Where the names of a table stand. */
export interface HeaderPlace {
  /** 1-based record; 0 when the first record is data like the others. */
  readonly row: number;
  /** Records that hold names, one below the other. */
  readonly rows: number;
}

const maxHeaderRows = 5;
const bodyRows = 100;
const encoder = new TextEncoder();

/**
 * Finds the header among the first records of a file.
 *
 * @param width cells of most records.
 */
export function findHeader(records: readonly (readonly string[])[], width: number): HeaderPlace {
  const isHeaderLike = (cells: readonly string[]) =>
    cells.length >= Math.max(1, width - 1) &&
    cells.filter((cell) => cell.trim() !== '').length >= Math.ceil(Math.min(cells.length, width) * 0.5);
  // `sep=;` is a word to Excel, which hides it.
  const from = /^sep=/i.test(records[0]?.[0] ?? '') ? 1 : 0;
  let index = records.findIndex((cells, at) => at >= from && isHeaderLike(cells));
  if (index < 0) index = records.findIndex((cells) => cells.length === width);
  const header = records[index];
  if (header === undefined) return { row: records.length === 0 ? 0 : 1, rows: 1 };
  if (isData(header, bodyAfter(records, index, width))) return { row: index === 0 ? 0 : index, rows: 1 };
  return { row: index + 1, rows: countHeaderRows(records, index, width) };
}

function bodyAfter(records: readonly (readonly string[])[], index: number, width: number) {
  return records
    .slice(index + 1, index + 1 + bodyRows)
    .filter((cells) => cells.length === width && !isFooter(cells, width));
}

/** Groups above names, units below them, labels below codes: rows of words above columns of numbers and dates. */
function countHeaderRows(records: readonly (readonly string[])[], index: number, width: number): number {
  let rows = 1;
  while (rows < maxHeaderRows) {
    const next = records[index + rows];
    if (next === undefined || next.length > width) break;
    const body = bodyAfter(records, index + rows, width);
    const isSame = isRepeated(next, records[index + rows - 1] ?? []) && body.length > 0;
    if (!isSame && !isNumbering(next, body) && !isWordsAboveTyped(next, body)) break;
    rows += 1;
  }
  return rows;
}

function isRepeated(cells: readonly string[], above: readonly string[]): boolean {
  return cells.length > 1 && cells.every((cell, column) => cell === above[column]);
}

/**
 * (1), (2), (3), as offices number the columns of their forms; plain 1, 2, 3 only above a column of words, since they
 * may be data.
 */
export function isNumbering(cells: readonly string[], body: readonly (readonly string[])[]): boolean {
  const filled = cells.flatMap((cell, column) => (cell.trim() === '' ? [] : [{ cell: cell.trim(), column }]));
  if (filled.length < 3 || filled.length < cells.length - 1) return false;
  const numbers = filled.map(({ cell }) => /^(?:\((\d+)\)|\[(\d+)\]|(\d+)\.?)$/.exec(cell));
  if (!numbers.every((match, at) => Number(match?.[1] ?? match?.[2] ?? match?.[3]) === at + 1)) return false;
  const inBrackets = numbers.every((match) => match?.[3] === undefined);
  return inBrackets || (body.length > 0 && filled.some(({ column }) => !isTypedBelow(body, column)));
}

/** Words, and nothing but words, above two or more columns that hold only numbers or dates. */
function isWordsAboveTyped(cells: readonly string[], body: readonly (readonly string[])[]): boolean {
  if (body.length < 2) return false;
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (filled.some((cell) => isTypedKind(kindOf(cell)))) return false;
  if (filled.filter((cell) => /\d/.test(cell)).length > filled.length / 3) return false;
  let words = 0;
  for (const [column, label] of cells.entries()) {
    if (!isTypedBelow(body, column)) continue;
    const own = kindOf(label);
    // Words for "nothing" stand in rows of data.
    if ((own & (kind.nullWord | kind.blank)) !== 0) return false;
    if (own !== kind.empty) words += 1;
  }
  return words >= 2;
}

/** The record is data when typed columns begin in it, and none has a word above its numbers or dates. */
function isData(first: readonly string[], body: readonly (readonly string[])[]): boolean {
  if (body.length === 0) return false;
  let typedLikeBody = 0;
  let wordAboveTyped = 0;
  let repeated = 0;
  for (const [column, label] of first.entries()) {
    if (label.trim() === '') continue;
    const typedBelow = isTypedBelow(body, column);
    if (typedBelow && !isTypedKind(kindOf(label))) wordAboveTyped += 1;
    else if (typedBelow && !isYearHeading(label, body, column)) typedLikeBody += 1;
    else if (body.some((cells) => cells[column] === label)) repeated += 1;
  }
  if (wordAboveTyped > 0) return false;
  if (typedLikeBody > 0) return true;
  // Words everywhere: a heading does not come back as a value below itself, except where it is printed once more.
  return repeated > 0 && repeated * 2 >= first.length && !body.some((cells) => isRepeated(cells, first));
}

/** Numbers or dates, but for the few rows that something shifted. */
function isTypedBelow(body: readonly (readonly string[])[], column: number): boolean {
  let filled = 0;
  let typed = 0;
  for (const cells of body) {
    const found = kindOf(cells[column] ?? '');
    if (found === kind.empty) continue;
    filled += 1;
    if (isTypedKind(found)) typed += 1;
  }
  return filled > 0 && typed >= filled * 0.9;
}

/** 2019, 2020, 2021 above numbers that are not years. */
function isYearHeading(label: string, body: readonly (readonly string[])[], column: number): boolean {
  const isYear = (text: string) => /^(19|20)\d\d$/.test(text.trim());
  return isYear(label) && body.some((cells) => !isYear(cells[column] ?? ''));
}

function kindOf(text: string): number {
  const bytes = encoder.encode(text);
  return kindOfValue(bytes, 0, bytes.length);
}
