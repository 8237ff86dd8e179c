/** "A", "A and B", "A, B and C". */
export function listWords(items: readonly string[], conjunction = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length <= 1 ? last : `${items.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** A list where it is short, else how many there are: "A and B", "5 columns". */
export function columnsWords(names: readonly string[], say: (name: string) => string): string {
  return names.length <= 3 ? listWords(names.map(say)) : `${names.length} columns`;
}
