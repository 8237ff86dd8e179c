import type { RecipeStepType } from '#contracts/recipe';

/** What a step is for, in a line, with what it is like in a spreadsheet where there is such a thing. */
export const explanations: Partial<Record<RecipeStepType, string>> = {
  filter: 'Keep only the rows that meet a condition',
  join: 'Bring in columns from another table (like VLOOKUP)',
  group: 'One row per group, with counts and sums (like a Pivot Table)',
  select: 'Choose which columns to keep, and their order',
  sort: 'Put the rows in order',
  clean: 'Tidy up spaces, capital letters and repeated rows',
  categorize: 'Put rows into groups by rules (like IF)',
  add_column: 'Calculate a new column from others',
  distinct: 'Keep each row only once',
  rename: 'Give columns other names',
  reorder: 'Put columns in another place; all of them stay',
  cast: 'Turn text into numbers, numbers into text and so on',
  parse_date: 'Turn text into dates, however they are written',
  replace_values: 'Correct spellings and codes (like Find and Replace)',
  fill_empty: 'Put something where a cell is empty',
  split_column: 'Take a text apart at each comma or other mark (like Text to Columns)',
  merge_columns: 'Put several columns together into one text',
  extract_text: 'Take a part of a text (like LEFT, MID and RIGHT)',
  date_part: 'Take the month, the weekday, an age or the days between dates',
  stack: 'Put the rows of other tables below these',
  unpivot: 'A column for each month becomes a row for each month (like Unpivot)',
  pivot: 'A column for each value, with counts or sums in the cells (like a Pivot Table)',
  remove_duplicates: 'Keep one row of those that are the same',
  top_n: 'The largest, newest or first rows, of everything or of each group',
  sample: 'Some rows at random',
  list_to_rows: 'A row for each answer of a question with several choices',
  window: 'A new column that looks at other rows: totals so far, ranks, shares',
  lookup: 'Bring one value from another table (like VLOOKUP)',
  bin: 'Put numbers into ranges, for instance age groups',
  mask: 'Hide names, phone numbers and ids of people',
  flatten_json: 'Fields of nested data as columns',
<<<<<<< HEAD
  formula: 'Calculate with a formula, as in Excel',
=======
>>>>>>> 71ce2a2 (wip)
};
