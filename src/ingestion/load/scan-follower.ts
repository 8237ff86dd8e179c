import type { CsvDialect } from '../csv/csv-dialect.ts';
import { mixesDayOrders } from '../csv/csv-scanner.ts';
import { type Segment, SegmentCutter } from '../csv/cut-segments.ts';
import type { ColumnsDecision, DayOrder } from '../csv/decide-column-type.ts';
import type { CsvInspection } from '../csv/inspect-csv.ts';
import type { CopyRows } from '../csv/read-csv-for-copy.ts';
import type { CopyColumn } from '../csv/rewrite-row.ts';
import type { RowShape } from '../csv/row-shape.ts';
import type { CsvScan, ScanState } from '../csv/scan-csv.ts';

/**
 * Lets a load run right behind the scan, with the types that the file's beginning promises: nothing is handed to
 * PostgreSQL that the scan has not judged. When later rows decide otherwise the load is given up, and starts anew
 * after the scan with what all rows decided.
 * `bench/ingest-csv.ts` holds the whole way against `\copy`.
 */
export class ScanFollower implements CopyRows {
  readonly dialect: CsvDialect;
  readonly shape: RowShape;
  readonly columns: readonly CopyColumn[];
  readonly dayOrder: DayOrder;
  readonly #guess: ColumnsDecision;
  readonly #sampleRows: number;
  #cutter: SegmentCutter | undefined;
  #certainTo = 0;
  #ended = false;
  #failure: unknown;
  #wake: () => void = () => undefined;
  hasToStartAnew = false;

  constructor(inspection: CsvInspection, guess: ColumnsDecision) {
    this.dialect = inspection.dialect;
    this.shape = inspection.shape;
    this.#guess = guess;
    this.#sampleRows = inspection.sample.length;
    this.dayOrder = guess.dayOrder ?? 'dmy';
    this.columns = inspection.columns.map((column, index) => ({
      name: column.name,
      type: guess.columns[index]?.type ?? 'text',
      dayOrder: guess.columns[index]?.dayOrder ?? null,
      decimalComma: guess.columns[index]?.decimalComma ?? false,
    }));
  }

  /** What the scan knows now. */
  follow(state: ScanState): void {
    this.#cutter ??= new SegmentCutter(state, mixesDayOrders(this.#guess.columns, this.dayOrder));
    // The first rows alone may decide less than the sample did.
    if (this.hasToStartAnew || state.rows < this.#sampleRows) return;
    if (!this.#isAsGuessed(state.decide())) this.#giveUp();
    else this.#certainTo = state.certainTo;
    this.#wake();
  }

  end(scan: CsvScan): void {
    if (
      !this.#isAsGuessed({ ...this.#guess, columns: scan.columns, dayOrder: scan.dayOrder }) ||
      scan.encodingLooksWrong
    ) {
      this.#giveUp();
    }
    this.#certainTo = scan.dataEnd;
    this.#ended = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    this.#ended = true;
    this.#wake();
  }

  async *segments(): AsyncGenerator<Segment> {
    let done = 0;
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#cutter !== undefined && this.#certainTo > done) {
        done = this.#certainTo;
        yield* this.#cutter.cutTo(done);
      } else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #giveUp(): void {
    this.hasToStartAnew = true;
    this.fail(new Error('later rows decided other types'));
  }

  #isAsGuessed(decided: Pick<ColumnsDecision, 'columns' | 'dayOrder'>): boolean {
    return (
      (decided.dayOrder ?? 'dmy') === this.dayOrder &&
      this.columns.every((guessed, index) => {
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
