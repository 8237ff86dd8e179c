import { conversionFunctions } from './conversion-functions.ts';
import { dateFunctions } from './date-functions.ts';
import type { FormulaFunction } from './formula-function.ts';
import { logicFunctions } from './logic-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { textFunctions } from './text-functions.ts';

/** Every function of formulas; docs/formulas.md is written from it. */
export const formulaFunctions: readonly FormulaFunction[] = [
  ...logicFunctions,
  ...textFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...conversionFunctions,
];

export const functionNamed: ReadonlyMap<string, FormulaFunction> = new Map(
  formulaFunctions.map((each) => [each.name, each]),
);
