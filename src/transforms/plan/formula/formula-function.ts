import type { Expression } from '../expression.ts';
import type { FormulaSettings, FormulaValue } from './formula-value.ts';

export type FunctionGroup = 'Logic' | 'Text' | 'Numbers' | 'Dates' | 'Conversion';

/** A function of formulas: what people read about it, and what it becomes. */
export interface FormulaFunction {
  readonly name: string;
  readonly group: FunctionGroup;
  /** As people write it; optional operands in brackets. */
  readonly signature: string;
  readonly help: string;
  readonly example: string;
  readonly least: number;
  /** No limit when null. */
  readonly most: number | null;
  /** @param at where the call begins */
  readonly build: (operands: readonly FormulaValue[], settings: FormulaSettings, at: number) => Expression;
}

/** The operand of that number; the number of operands was checked before. */
export function operand(operands: readonly FormulaValue[], index: number): FormulaValue {
  const value = operands[index];
  if (value === undefined) throw new Error(`Operand ${index + 1} is missing after it was checked.`);
  return value;
}
