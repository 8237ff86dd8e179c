import type { DataTestRule } from '#contracts/data-tests';
import type { Catalog, CatalogTable } from '../plan/catalog.ts';
import { findColumn } from '../plan/step-context.ts';

const AGES: readonly (readonly [hours: number, word: string])[] = [
  [24 * 7, 'week'],
  [24, 'day'],
  [1, 'hour'],
];

/** Hours in the largest unit that fits: "2 days". */
export function ageWords(hours: number): string {
  const [size, word] = AGES.find(([unit]) => hours >= unit && hours % unit === 0) ?? [1, 'hour'];
  const number = Math.round((hours / size) * 10) / 10;
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** A test as one reads it: “Age” is never empty. */
export function describeTest(rule: DataTestRule, table: CatalogTable | undefined, catalog: Catalog): string {
  const nameIn = (of: CatalogTable | undefined, reference: string): string =>
    `“${(of === undefined ? undefined : findColumn(of.columns, reference))?.displayName ?? reference}”`;
  const name = (reference: string): string => nameIn(table, reference);
  switch (rule.kind) {
    case 'not_empty':
      return `${name(rule.column)} is never empty`;
    case 'unique':
      return rule.columns.length === 1
        ? `${name(rule.columns[0] ?? '')} never repeats`
        : `${rule.columns.map(name).join(' and ')} together never repeat`;
    case 'one_of': {
      const shown = rule.values
        .slice(0, 5)
        .map((value) => (typeof value === 'boolean' ? (value ? 'yes' : 'no') : value));
      const more = rule.values.length > shown.length ? ` … (${rule.values.length})` : '';
      return `${name(rule.column)} is one of ${shown.join(', ')}${more}`;
    }
    case 'between':
      if (rule.min === null) return `${name(rule.column)} is at most ${rule.max ?? ''}`;
      if (rule.max === null) return `${name(rule.column)} is at least ${rule.min}`;
      return `${name(rule.column)} is between ${rule.min} and ${rule.max}`;
    case 'matches':
      return `${name(rule.column)} looks like ${rule.pattern}`;
    case 'row_count':
      if (rule.min === null) return `There are at most ${rule.max ?? ''} rows`;
      if (rule.max === null)
        return `There ${rule.min === 1 ? 'is at least 1 row' : `are at least ${rule.min} rows`}`;
      return `There are between ${rule.min} and ${rule.max} rows`;
    case 'freshness':
      return `The newest ${name(rule.column)} is at most ${ageWords(rule.max_age_hours)} old`;
    case 'relation': {
      const other = catalog.find((each) => each.name === rule.table || each.displayName === rule.table);
      return `${name(rule.column)} is found in ${nameIn(other, rule.table_column)} of “${other?.displayName ?? rule.table}”`;
    }
  }
}
