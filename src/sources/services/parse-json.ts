import { randomBytes } from 'node:crypto';

/**
 * JSON with integers exactly as they are written: those beyond 2^53 become bigints. A document without a long run of
 * digits, which is nearly every one, is parsed at full speed.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
  try {
    return JSON.parse(text, exactIntegers) as unknown;
  } catch (error) {
    if (error instanceof RangeError) return parseDeep(text);
    throw error;
  }
}

/** The same for what is nested too deeply to be looked through by JSON.parse, which calls itself for each level. */
function parseDeep(text: string): unknown {
  // Nobody could know it when the document was written.
  const mark = randomBytes(16).toString('hex');
  const marked = text.replace(
    /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])(-?\d{16,})(?![\d.eE])/g,
    (token: string, digits: string | undefined) => (digits === undefined ? token : `"${mark}${digits}"`),
  );
  const root = { value: JSON.parse(marked) as unknown };
  const left: object[] = [root];
  for (let holder = left.pop(); holder !== undefined; holder = left.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value === 'object' && value !== null) left.push(value as object);
      else if (typeof value === 'string' && value.startsWith(mark)) {
        const number = Number(value.slice(mark.length));
        Reflect.set(holder, key, Number.isSafeInteger(number) ? number : BigInt(value.slice(mark.length)));
      }
    }
  }
  return root.value;
}

// The third parameter is in Node since 21, and not in every library type.
function exactIntegers(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
