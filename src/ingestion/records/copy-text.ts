/** How COPY writes a missing value. */
export const copyNull = '\\N';

// oxlint-disable-next-line no-control-regex -- NUL is what is looked for
const special = /[\\\n\r\t\u0000]/;
const everySpecial = new RegExp(special, 'g');
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
    ? value.replace(everySpecial, (character) => escapes[character] ?? character)
    : value;
  // Half a surrogate pair is no character in UTF-8: it becomes the replacement character.
  return text.isWellFormed() ? text : text.toWellFormed();
}

// In Node since 22, and not yet in the library types: a text that is written into JSON as it stands.
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** A JSON value as text for a `json` column. @throws RangeError when it is nested too deeply. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'bigint' ? rawJSON(String(inner)) : inner,
  );
  // jsonb knows no NUL and no half surrogate pair: their escapes become what a person can see, unless the backslash
  // itself is escaped.
  return /\\u(0000|d[89a-f])/.test(text)
    ? text.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (match) =>
        match === '\\\\' ? match : match === '\\u0000' ? '\u2400' : '\ufffd',
      )
    : text;
}
