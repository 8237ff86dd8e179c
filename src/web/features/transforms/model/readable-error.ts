import type { RecipeStep } from '#contracts/recipe';
import type { Naming } from './step-words.ts';

/** An error's message with the name that people know in place of the physical one that the step refers to. */
export function readable(
  message: string,
  field: string,
  step: RecipeStep | undefined,
  naming: Naming,
): string {
  let value: unknown = step;
  for (const part of field.split('.')) {
    if (typeof value !== 'object' || value === null) return message;
    value = Reflect.get(value, part);
  }
  if (typeof value !== 'string' || value === '') return message;
  const name = field === 'with' || field === 'table' ? naming.table(value) : naming.column(value);
  return message.replaceAll(`“${value}”`, `“${name}”`);
}
