/**
 * Quoting for the metadata database's own administration (roles, databases): PostgreSQL only. Everything about
 * people's data goes through the dialects of `#warehouse`.
 */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string literal; E'' form only when a backslash needs it, so it does not depend on standard_conforming_strings. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? ` E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}
