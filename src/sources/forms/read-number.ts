/**
 * The number that a text is, for services that write every answer as text. Only what is written the way numbers are:
 * "007" and "1.10" are none, and stay what they are beside texts.
 */
export function readNumber(text: string): number | bigint | undefined {
  if (/^-?(0|[1-9]\d{0,17})$/.test(text)) {
    const number = Number(text);
    return Number.isSafeInteger(number) && !Object.is(number, -0) ? number : BigInt(text);
  }
  if (/^-?\d{1,15}\.\d{1,15}$/.test(text) && String(Number(text)) === text) return Number(text);
  return undefined;
}
