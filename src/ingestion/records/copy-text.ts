/** How COPY writes a missing value. */
export const copyNull = '\\N';

const special = /[\\\n\r\t\u0000]/;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // PostgreSQL keeps no NUL; its picture shows that there was one.
  '\u0000': '\u2400',
};

/** A value in the text form of COPY. The spelling fits every type that the value may end up in. */
export function copyText(value: string | number | bigint | boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = special.test(value)
    ? value.replace(/[\\\n\r\t\u0000]/g, (character) => escapes[character] ?? character)
    : value;
  // Half a surrogate pair is no character in UTF-8: it becomes the replacement character.
  return text.isWellFormed() ? text : text.toWellFormed();
}

/** A JSON value as text for a `json` column. @throws AppError-free RangeError when it is nested too deeply. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? JSON.rawJSON(String(inner)) : inner,
  );
  // jsonb knows no NUL: its escape becomes the picture of one, unless the backslash itself is escaped.
  return text.includes('\\u0000')
    ? text.replace(/(\\\\)|\\u0000/g, (match, escaped?: string) => escaped ?? (match && '\\u2400'))
    : text;
}
