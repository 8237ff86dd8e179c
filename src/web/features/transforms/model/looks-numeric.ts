/** Whether nearly all of the texts are numbers, with or without groups of digits: a column that became text by a few. */
export function looksNumeric(texts: readonly { readonly value: string; readonly count: number }[]): boolean {
  const rows = (of: typeof texts): number => of.reduce((sum, { count }) => sum + count, 0);
  const numbers = texts.filter(({ value }) => isNumber(value.trim()));
  return texts.length > 0 && rows(numbers) >= 0.8 * rows(texts);
}

/** Leading zeros mark codes and phone numbers, which are no amounts. */
function isNumber(text: string): boolean {
  return /^[-+]?(\d+|\d{1,3}([, \u00a0\u202f]\d{2,3})+)([.,]\d+)?$/.test(text) && !/^[-+]?0\d/.test(text);
}
