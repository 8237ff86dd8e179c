import type { ColumnType } from '#contracts/column-types';
import type { CatalogTable } from '../../plan/catalog.ts';

const names: Readonly<Partial<Record<ColumnType, readonly string[]>>> = {
  decimal: [
    'Age',
    'Cost',
    'Score',
    'Days',
    'Hours',
    'Change',
    'Number',
    'Height',
    'Area',
    'First test',
    'Second test',
    'Year',
    'Month',
  ],
  date: ['Day', 'Visited', 'Born', 'Enrolled', 'Closed', 'Opened'],
  text: [
    'Gender',
    'District',
    'Mobile',
    'Phone',
    'Name',
    'Notes',
    'Code',
    'Email',
    'Address',
    'First',
    'Last',
    'Village',
    'Date',
  ],
  boolean: ['Consent', 'Active'],
  timestamp: ['Started'],
};

/** The columns that the examples of formulas speak of. “Amount” is text for VALUE, which reads it. */
export function exampleTable(amount: 'text' | 'decimal'): CatalogTable {
  const columns = Object.entries(names).flatMap(([type, list]) =>
    // The keys of the record above.
    list.map((name) => ({ name, displayName: name, type: type as ColumnType })),
  );
  return {
    name: 'examples',
    displayName: 'Examples',
    hasRowPosition: true,
    columns: [...columns, { name: 'Amount', displayName: 'Amount', type: amount }],
  };
}
