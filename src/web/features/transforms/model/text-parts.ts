/** How many parts the value with the most of them has, up to 20: more columns than that nobody means. */
export function partCount(values: readonly string[], separator: string): number {
  if (separator === '') return 0;
  return Math.min(
    20,
    values.reduce((most, value) => Math.max(most, value.split(separator).length), 0),
  );
}
