/** What is wrong with a formula, where (from 0), and what was probably meant instead of that piece. */
export class FormulaError extends Error {
  readonly position: number;
  readonly suggestion: string | null;
  constructor(message: string, position: number, suggestion: string | null = null) {
    super(message);
    this.position = position;
    this.suggestion = suggestion;
  }
}
