/** What an engine cannot do, in words for the one who asked for it. emitPlan adds which step it was. */
export class UnsupportedByDialect extends Error {
  readonly step: number | null;
  constructor(message: string, step: number | null = null) {
    super(message);
    this.step = step;
  }
}
