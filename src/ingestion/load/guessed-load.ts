import { randomBytes } from 'node:crypto';
import { BinaryRows } from '../csv/binary-rows.ts';
import type { ColumnsDecision, DayOrder } from '../csv/decide-column-type.ts';
import type { RowCells } from '../csv/footer-rows.ts';
import type { CsvInspection } from '../csv/inspect-csv.ts';
import type { CsvScan, RowSink, ScanState } from '../csv/scan-csv.ts';
import { PieceQueue } from './piece-queue.ts';

/** Bytes of a file that are read at once for a load: what becomes of them fits into one piece. */
export const loadReadBytes = 256 * 1024;
const pieceBytes = 512 * 1024;

/**
 * Loads the rows of a file while it is scanned, with the types that its beginning promises: each cell is looked at
 * once, and PostgreSQL gets it in its own binary form. When later rows decide otherwise the load is given up, and
 * starts anew with what all rows decided. `bench/ingest-csv.ts` holds the whole way against `\copy`.
 */
export class GuessedLoad implements RowSink {
  readonly pieces: PieceQueue;
  readonly #guess: Pick<ColumnsDecision, 'columns'>;
  readonly #dayOrder: DayOrder;
  readonly #sampleRows: number;
  readonly #isDecided: boolean;
  readonly #rows: BinaryRows;
  #hasToStartAnew = false;

  /** @param isDecided all rows have been asked already: what the first of them say by themselves counts no more. */
  constructor(
    inspection: CsvInspection,
    guess: Pick<ColumnsDecision, 'columns' | 'dayOrder'>,
    isDecided = false,
  ) {
    this.#isDecided = isDecided;
    this.#guess = guess;
    this.#sampleRows = inspection.sample.length;
    this.#dayOrder = guess.dayOrder ?? 'dmy';
    const columns = inspection.columns.map((_, index) => ({
      type: guess.columns[index]?.type ?? 'text',
      dayOrder: guess.columns[index]?.dayOrder ?? this.#dayOrder,
      decimalComma: guess.columns[index]?.decimalComma ?? false,
    }));
    // Four characters that tell loads apart.
    const idPrefix = randomBytes(3).toString('base64url');
    this.#rows = new BinaryRows(columns, inspection.dialect, idPrefix, pieceBytes);
    this.pieces = new PieceQueue((piece) => this.#rows.giveBack(piece));
  }

  /** Later rows decided otherwise than the beginning: what was loaded so far is of no use. */
  get hasToStartAnew(): boolean {
    return this.#hasToStartAnew;
  }

  add(cells: RowCells, kinds: Int32Array, count: number): void {
    if (!this.#hasToStartAnew) this.#rows.add(cells, kinds, count);
  }

  addEmpty(count: number): void {
    if (!this.#hasToStartAnew) this.#rows.addEmpty(count);
  }

  /** What the scan knows now. Waits while the database has enough to do. */
  async follow(state: ScanState): Promise<void> {
    // The first rows alone may decide less than the sample did.
    if (this.#hasToStartAnew || (state.rows < this.#sampleRows && !this.#isDecided)) return;
    if (this.#isDecided || this.#isAsGuessed(state.decide())) await this.#handOver(pieceBytes / 4);
    else this.#giveUp();
  }

  async end(scan: CsvScan): Promise<void> {
    if (this.#hasToStartAnew) return;
    const decided = { columns: scan.columns, dayOrder: scan.dayOrder };
    if (!this.#isAsGuessed(decided) || scan.encodingLooksWrong) {
      this.#giveUp();
      return;
    }
    this.#rows.end();
    await this.#handOver(0);
    this.pieces.end();
  }

  async #handOver(least: number): Promise<void> {
    const { misfit } = this.#rows;
    // The scan has accepted every value of a row that is loaded; another opinion here would lose data in silence.
    if (misfit !== null) throw new Error(`a value that the scan accepted does not convert to ${misfit}`);
    if (this.#rows.length > least) await this.pieces.push(this.#rows.take());
  }

  #giveUp(): void {
    this.#hasToStartAnew = true;
    this.pieces.fail(new Error('later rows decided other types'));
  }

  #isAsGuessed(decided: Pick<ColumnsDecision, 'columns' | 'dayOrder'>): boolean {
    return (
      (decided.dayOrder ?? 'dmy') === this.#dayOrder &&
      this.#guess.columns.every((guessed, index) => {
        const found = decided.columns[index];
        return (
          found?.type === guessed.type &&
          found.dayOrder === guessed.dayOrder &&
          found.decimalComma === guessed.decimalComma
        );
      })
    );
  }
}
