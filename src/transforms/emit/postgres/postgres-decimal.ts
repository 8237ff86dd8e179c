/*
 * What is multiplied or divided has ten places, rounded half away from zero, on every engine: so that a value is equal
 * to another, or greater than it, whoever is asked.
 */

/** Without the zeros that rounding leaves behind. */
export function tenPlaces(sql: string): string {
  return `trim_scale(round(${sql}, 10))`;
}

/**
 * A quotient; empty for a divisor of zero. PostgreSQL gives a quotient 16 digits in all, or the places of the dividend:
 * with 22 of those, rounding it again to ten is rounding it once.
 */
export function quotient(dividend: string, divisor: string): string {
  return tenPlaces(`round(${dividend}, 22) / NULLIF(${divisor}, 0)`);
}
