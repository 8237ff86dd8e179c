import type { Warning } from '#contracts/sources';
import { type FooterKind, type RowCells, beginsLikeFooter, footerKind, labelColumn } from './footer-rows.ts';
import { kind } from './kind.ts';

/** A row that is a footer if nothing follows it. */
export interface HeldRow {
  readonly cells: RowCells;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly rewrite: boolean;
  readonly line: number;
}

/** A row that is no part of the table and is not loaded. */
export interface LeftOutRow {
  readonly line: number;
  readonly kind: FooterKind;
  /** Its cells, joined for showing. */
  readonly text: string;
}

/** What a scan knows of the rows so far. */
interface RowsSoFar {
  readonly rows: number;
  readonly width: number;
  readonly seen: Int32Array;
  readonly empty: Float64Array;
  readonly followsEmpty: boolean;
}

const maxHeld = 60;
const maxListed = 20;
const shownCharacters = 200;

/**
 * Tells totals and notes from the rows of a table while these go by. A total that leaves out what every other row has
 * is one wherever it stands; what only its words tell is one at the end of the file, so such rows are held until
 * either a row of data or the end comes.
 */
export class FooterTail {
  readonly leftOut: LeftOutRow[] = [];
  #totals = 0;
  #others = 0;
  #firstTotal = 0;
  #firstOther = 0;
  #held: (HeldRow & { readonly kind: FooterKind | 'empty' })[] = [];
  #followsBlank = false;
  #kind: FooterKind | 'empty' = 'note';
  #keptLine = 0;

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Start of the first row that is held. */
  get heldFrom(): number | undefined {
    return this.#held[0]?.start;
  }

  passBlankLine(): void {
    this.#followsBlank = true;
  }

  judge(cells: RowCells, count: number, so: RowsSoFar): 'row' | 'left out' | 'hold' {
    const follows = this.#followsBlank || this.isHolding || so.followsEmpty;
    const label = labelColumn(cells, count);
    if (label < 0) {
      this.#kind = 'empty';
      return this.isHolding && isEmpty(cells, count) ? 'hold' : 'row';
    }
    const found =
      (follows || beginsLikeFooter(cells, label)) && so.rows > 0
        ? footerKind(cells, count, so.width, label, follows)
        : null;
    if (found === null) {
      this.#followsBlank = false;
      return 'row';
    }
    this.#kind = found;
    if (found === 'page') return 'left out';
    return found === 'total' && lacksWhatOthersHave(cells, count, label, so) ? 'left out' : 'hold';
  }

  /** Keeps a row until it is known what follows. @returns rows that have waited in vain. */
  hold(cells: RowCells, row: Omit<HeldRow, 'cells'>): readonly HeldRow[] {
    const waited = this.#held.length >= maxHeld ? this.release() : [];
    const from = cells.starts[0] ?? 0;
    const to = Math.max(from, ...cells.ends.subarray(0, row.count));
    this.#held.push({
      ...row,
      kind: this.#kind,
      cells: {
        bytes: cells.bytes.slice(from, to),
        starts: cells.starts.slice(0, row.count).map((at) => at - from),
        ends: cells.ends.slice(0, row.count).map((at) => at - from),
        quoted: cells.quoted.slice(0, row.count),
      },
    });
    return waited;
  }

  /** Rows that were rows of data after all. */
  release(): readonly HeldRow[] {
    const released = this.#held;
    this.#held = [];
    this.#followsBlank = false;
    return released;
  }

  /** A row that is left out for certain. */
  note(cells: RowCells, count: number, line: number): void {
    this.#count(this.#kind, cells, count, line);
    this.#followsBlank = true;
  }

  /** The end of the file: what is held is no part of the table. */
  leaveOut(): void {
    for (const { kind: found, cells, count, line } of this.#held) this.#count(found, cells, count, line);
    this.#held = [];
  }

  /** A total at the end that only its word tells. */
  unproven(): { readonly start: number; readonly cells: readonly string[] } | null {
    const total = this.#held.find((held) => held.kind === 'total');
    if (total === undefined) return null;
    const texts = Array.from({ length: total.count }, (_, cell) => textOf(total.cells, cell));
    return { start: total.start, cells: texts };
  }

  /** @returns rows that stay in the table. */
  settle(isSum: boolean): readonly HeldRow[] {
    const at = this.#held.findIndex((held) => held.kind === 'total');
    if (isSum || at < 0) return [];
    this.#keptLine = this.#held[at]?.line ?? 0;
    return this.#held.splice(0, at + 1);
  }

  #count(found: FooterKind | 'empty', cells: RowCells, count: number, line: number): void {
    if (found === 'empty') return;
    if (found === 'total') {
      this.#totals += 1;
      if (this.#firstTotal === 0) this.#firstTotal = line;
    } else {
      this.#others += 1;
      if (this.#firstOther === 0) this.#firstOther = line;
    }
    if (this.leftOut.length >= maxListed) return;
    const texts = Array.from({ length: count }, (_, cell) => textOf(cells, cell)).filter(
      (text) => text !== '',
    );
    this.leftOut.push({
      line,
      kind: found,
      text: texts.join(' · ').slice(0, shownCharacters).toWellFormed(),
    });
  }

  warnings(): Warning[] {
    const said = (count: number, one: string, many: string) =>
      count === 1 ? one : many.replace('#', count.toLocaleString('en'));
    const warnings: Warning[] = [];
    if (this.#totals > 0) {
      warnings.push({
        code: 'totals_left_out',
        line: this.#firstTotal,
        message: `${said(this.#totals, 'One row with totals was left out', '# rows with totals were left out')} (the first: line ${this.#firstTotal}).`,
      });
    }
    if (this.#others > 0) {
      warnings.push({
        code: 'notes_left_out',
        line: this.#firstOther,
        message: `${said(this.#others, 'One line that is no row of the table was left out', '# lines that are no rows of the table were left out')} (the first: line ${this.#firstOther}).`,
      });
    }
    if (this.#keptLine > 0) {
      warnings.push({
        code: 'total_kept',
        line: this.#keptLine,
        message: `Line ${this.#keptLine} calls itself a total but is not the sum of the rows above; it was kept.`,
      });
    }
    return warnings;
  }
}

function textOf({ bytes, starts, ends }: RowCells, cell: number): string {
  return Buffer.from(bytes.subarray(starts[cell] ?? 0, ends[cell] ?? 0))
    .toString()
    .trim();
}

function isEmpty({ starts, ends }: RowCells, count: number): boolean {
  for (let cell = 0; cell < count; cell += 1) if (starts[cell] !== ends[cell]) return false;
  return true;
}

/** Rows before one can tell what all of them have. */
const minRows = 2;

/** A word where all others have a number or a date, or nothing where all others have something. */
function lacksWhatOthersHave(cells: RowCells, count: number, label: number, so: RowsSoFar): boolean {
  if (so.rows < minRows) return false;
  const kinds = so.seen[label] ?? 0;
  if (kinds !== 0 && (kinds & kind.text) === 0) return true;
  for (let column = 0; column < so.width; column += 1) {
    const isEmptyHere = column >= count || cells.starts[column] === cells.ends[column];
    if (isEmptyHere && so.empty[column] === 0) return true;
  }
  return false;
}
