/** Spreadsheet words for types, as they stand in messages. */
export const typeWords = {
  text: 'text',
  integer: 'whole numbers',
  decimal: 'numbers',
  float: 'numbers',
  boolean: 'yes/no values',
  date: 'dates',
  timestamp: 'dates with time',
  timestamptz: 'dates with time',
  time: 'times of day',
  json: 'nested data',
} as const;
