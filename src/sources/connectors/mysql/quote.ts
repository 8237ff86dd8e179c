/** A name in SQL of MySQL, in every `sql_mode`. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text in SQL of MySQL: its bytes in hex, which no `sql_mode` reads in another way. */
export function quoteText(text: string): string {
  return text === '' ? "''" : `CONVERT(0x${Buffer.from(text).toString('hex')} USING utf8mb4)`;
}
