import type { Recipe } from '#contracts/recipe';

/** How many active people each district has: clean, then summarize. Tables are given by their physical names. */
export function activeByDistrict(tables: { readonly beneficiaries: string }): Recipe {
  return {
    steps: [
      { type: 'source', table: tables.beneficiaries },
      {
        type: 'clean',
        columns: ['district', 'status'],
        operations: ['trim', 'title'],
        note: 'The same district is typed in many ways.',
      },
      { type: 'distinct', label: 'Remove people registered twice' },
      { type: 'filter', column: 'status', operator: 'equals', value: 'Active' },
      { type: 'filter', column: 'district', operator: 'is_not_null' },
      {
        type: 'group',
        by: ['district'],
        aggregates: [
          { function: 'count', alias: 'active_beneficiaries' },
          { function: 'avg', column: 'household_size', alias: 'average_household' },
        ],
      },
      { type: 'sort', columns: [{ column: 'active_beneficiaries', descending: true }] },
    ],
  };
}

/** What each programme's visits come to: clean, combine, summarize. */
export function visitsByProgramme(tables: { readonly visits: string; readonly programmes: string }): Recipe {
  return {
    steps: [
      { type: 'source', table: tables.visits },
      { type: 'clean', columns: ['programme_code'], operations: ['trim', 'upper'] },
      { type: 'clean', columns: ['attendance'], operations: ['trim', 'title'] },
      { type: 'filter', column: 'attendance', operator: 'equals', value: 'Present' },
      {
        type: 'join',
        with: tables.programmes,
        left_on: 'programme_code',
        right_on: 'programme_code',
        join_type: 'inner',
        columns: ['programme_name', 'sector'],
      },
      {
        type: 'group',
        by: ['Programmes_programme_name', 'Programmes_sector'],
        aggregates: [
          { function: 'count', alias: 'visits' },
          { function: 'count_distinct', column: 'beneficiary_id', alias: 'people_reached' },
          { function: 'sum', column: 'minutes', alias: 'minutes' },
        ],
      },
      { type: 'sort', columns: [{ column: 'visits', descending: true }] },
    ],
  };
}
