import { expect, test } from 'vitest';
import type { WarehouseTable } from '#contracts/warehouse';
import { searchTables } from './search-tables.ts';

function table(display_name: string, columns: readonly string[]): WarehouseTable {
  return {
    name: `source_${display_name.toLowerCase()}`,
    display_name,
    kind: 'source',
    columns: columns.map((name) => ({ name, display_name: name, type: 'text' })),
    row_count: 1,
    size_bytes: 1,
    updated_at: '2026-11-21T00:00:00Z',
  };
}

const tables = [
  table('Visits', ['District', 'Date']),
  table('Districts', ['Name']),
  table('Staff', ['Name']),
];

test('tables are found by their name first, then by a column, which is said', () => {
  const found = searchTables(tables, 'distr');
  expect(found.map(({ table: { display_name }, columns }) => [display_name, columns])).toEqual([
    ['Districts', []],
    ['Visits', ['District']],
  ]);
});

test('without a search every table is there', () => {
  expect(searchTables(tables, ' ')).toHaveLength(3);
});
