export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue };

/** Characters that YAML readers do not take as they are, or take for the end of a line. */
// oxlint-disable-next-line no-control-regex -- these are what has to be written differently
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A text in double quotes, which every YAML reader reads alike; a plain word as it is. */
function scalar(text: string): string {
  if (/^[a-z][a-z0-9_+]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/.test(text)) return text;
  const escaped = text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(UNSAFE, (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

function isEmpty(value: YamlValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function write(value: YamlValue, indent: string): string {
  if (typeof value === 'string') return scalar(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isEmpty(value)) return Array.isArray(value) ? '[]' : '{}';
  if (Array.isArray(value)) {
    return value.map((item: YamlValue) => `\n${indent}- ${write(item, `${indent}  `).trimStart()}`).join('');
  }
  return Object.entries(value)
    .map(([key, item]) => {
      const isBlock = typeof item === 'object' && item !== null && !isEmpty(item);
      const text = write(item, `${indent}  `);
      return `\n${indent}${scalar(key)}:${isBlock ? text : ` ${text}`}`;
    })
    .join('');
}

/** Block YAML, its keys in their order. */
export function yaml(value: { readonly [key: string]: YamlValue }): string {
  return `${write(value, '').trimStart()}\n`;
}
