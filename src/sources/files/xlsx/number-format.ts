/** What the numbers of a cell's format stand for. */
export type NumberMeaning = 'number' | 'date' | 'datetime' | 'time';

/** By the id of a format that Excel knows without its text. */
function builtIn(id: number): NumberMeaning {
  if (id === 22) return 'datetime';
  if (id >= 14 && id <= 17) return 'date';
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return 'time';
  // East Asian dates.
  if ((id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54) || (id >= 57 && id <= 58)) return 'date';
  return 'number';
}

export function meaningOfFormat(id: number, code: string | undefined): NumberMeaning {
  if (code === undefined) return builtIn(id);
  // Only the part for positive numbers; literal text, colours and locales say nothing. [h] counts hours.
  const plain = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?:h+|m+|s+)\]/gi, (elapsed) => elapsed.slice(1, -1))
    .replace(/\[[^\]]*\]/g, '')
    .split(';')[0]
    ?.toLowerCase();
  if (plain === undefined || /general|[#0?]/.test(plain.replace(/s\.0+/g, 's'))) return 'number';
  const hasTime = /[hs]/.test(plain);
  const hasDate = /[dy]/.test(plain) || (plain.includes('m') && !hasTime);
  if (hasDate) return hasTime ? 'datetime' : 'date';
  return hasTime ? 'time' : 'number';
}

const dayMilliseconds = 86_400_000;
const epoch1900 = Date.UTC(1899, 11, 30);
const epoch1904 = Date.UTC(1904, 0, 1);

/** A serial number as an ISO date, date with time or time of day; the number itself when it is out of range. */
export function formatSerial(text: string, meaning: NumberMeaning, is1904: boolean): string {
  const serial = Number(text);
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return text;
  const milliseconds = Math.round(serial * dayMilliseconds);
  if (meaning === 'time') return timeOfDay(Math.round(milliseconds / 1000) * 1000);
  const days = Math.floor(milliseconds / dayMilliseconds);
  const rest = milliseconds - days * dayMilliseconds;
  const date = dateOfDay(days, is1904);
  return rest === 0 ? date : `${date} ${timeOfDay(rest)}`;
}

/** Sheets repeat few days many times; the table stays small because it starts anew when it is full. */
const knownDays = new Map<number, string>();
const maxKnownDays = 10_000;

function dateOfDay(days: number, is1904: boolean): string {
  const key = is1904 ? -days - 1 : days;
  const known = knownDays.get(key);
  if (known !== undefined) return known;
  // Excel believes that 1900 was a leap year: its days before 1 March 1900 are one off.
  const shift = !is1904 && days < 60 ? 1 : 0;
  const date = new Date((is1904 ? epoch1904 : epoch1900) + (days + shift) * dayMilliseconds)
    .toISOString()
    .slice(0, 10);
  if (knownDays.size >= maxKnownDays) knownDays.clear();
  knownDays.set(key, date);
  return date;
}

function timeOfDay(milliseconds: number): string {
  const two = (value: number) => (value < 10 ? `0${value}` : String(value));
  const seconds = Math.floor(milliseconds / 1000);
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const rest = milliseconds % 1000;
  return rest === 0 ? time : `${time}.${String(rest).padStart(3, '0')}`;
}

const plainNumber = /^-?(?:0|[1-9]\d{0,14})$|^-?\d{1,7}\.\d{1,7}$/;

/** A number as Excel shows it: 15 digits count, 0.30000000000000004 is 0.3. */
export function formatNumber(text: string): string {
  if (plainNumber.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') return text;
  const rounded = Number(value.toPrecision(15));
  if (!Number.isInteger(rounded) || Math.abs(rounded) < 1e15 || Math.abs(rounded) > 1e40)
    return String(rounded);
  // 15 digits and zeros, where a double would show digits that were never typed.
  const [digits = '', exponent = ''] = value.toExponential(14).split('e+');
  const sign = digits.startsWith('-') ? '-' : '';
  return (
    sign +
    digits
      .replace(/[-.]/g, '')
      .padEnd(Number(exponent) + 1, '0')
      .slice(0, Number(exponent) + 1)
  );
}
