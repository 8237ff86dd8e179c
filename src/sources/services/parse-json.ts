/**
 * JSON with integers exactly as they are written: those beyond 2^53 become bigints. A document without a long run of
 * digits, which is nearly every one, is parsed at full speed.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
  return JSON.parse(text, exactIntegers) as unknown;
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
