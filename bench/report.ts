/** One line of the table that `npm run bench` prints. */
export interface Figure {
  readonly name: string;
  /** With its unit and spread, for people: "2.31 s (2.20–2.52)". */
  readonly measured: string;
  /** What it was measured against in the same run. */
  readonly against: string;
  /** The number that is judged, and its bar: ratio or value, lower is better. */
  readonly value: number;
  readonly bar: number;
}

/** The table, worst margin visible at a glance. */
export function printFigures(figures: readonly Figure[]): void {
  for (const figure of figures) {
    const verdict = figure.value <= figure.bar ? 'ok  ' : 'OVER';
    console.log(
      `${verdict} ${figure.name.padEnd(34)} ${figure.value.toFixed(2).padStart(8)} (bar ${figure.bar})  ${figure.measured}; against ${figure.against}`,
    );
  }
}
