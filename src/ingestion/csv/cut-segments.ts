import type { RowPlan } from './scan-csv.ts';

/** A stretch of rows and what is done with it. */
export interface Segment {
  readonly kind: 'raw' | 'rewrite' | 'skip';
  readonly from: number;
  readonly to: number;
}

/** Cuts rows into stretches of the same treatment, forward only; the plan may still grow behind. */
export class SegmentCutter {
  readonly #plan: RowPlan;
  #at = 0;
  #skip = 0;
  #rewrite = 0;

  constructor(plan: RowPlan) {
    this.#plan = plan;
  }

  /** The stretches from where the last call ended to `end`, a row boundary before which all is decided. */
  *cutTo(end: number): Generator<Segment> {
    const { skips, rewrites } = this.#plan;
    this.#at = Math.max(this.#at, this.#plan.dataStart);
    while (this.#at < end) {
      const at = this.#at;
      while (skips.end(this.#skip) <= at) this.#skip += 1;
      while (rewrites.end(this.#rewrite) <= at) this.#rewrite += 1;
      const skipStart = skips.start(this.#skip);
      const { rewriteFrom } = this.#plan;
      const rewriteStart = Math.min(rewrites.start(this.#rewrite), rewriteFrom);
      let to: number;
      let kind: Segment['kind'];
      if (skipStart <= at) {
        kind = 'skip';
        to = skips.end(this.#skip);
      } else if (rewriteStart <= at) {
        kind = 'rewrite';
        to = Math.min(rewriteFrom <= at ? end : rewrites.end(this.#rewrite), skipStart);
      } else {
        kind = 'raw';
        to = Math.min(skipStart, rewriteStart);
      }
      this.#at = Math.min(to, end);
      yield { kind, from: at, to: this.#at };
    }
  }
}
