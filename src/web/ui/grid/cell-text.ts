import type { ColumnType } from '#contracts/column-types';
import { formatDate, formatDateTime, formatNumericText, type FormatSettings } from '../../format.ts';

/**
 * What a cell shows; undefined for an empty one, which the grid draws as a dash of its own so that nobody takes it for
 * text. Whole numbers below 10,000 are not grouped: most of them are years, ages and codes.
 */
export function cellText(value: unknown, type: ColumnType, settings: FormatSettings): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (type) {
    case 'integer':
    case 'decimal':
    case 'float':
      return numberText(value, settings);
    case 'boolean':
      return value === true || value === 'true' ? 'Yes' : 'No';
    case 'date':
      return typeof value === 'string' ? formatDate(value.slice(0, 10), settings) : plainText(value);
    case 'timestamp':
      // Without a timezone it is what the clock on the wall said; no conversion may touch it.
      return typeof value === 'string'
        ? formatDateTime(`${value.replace(' ', 'T').replace(/Z$/, '')}Z`, { ...settings, timezone: 'UTC' })
        : plainText(value);
    case 'timestamptz':
      return typeof value === 'string' ? formatDateTime(value, settings) : plainText(value);
    case 'text':
    case 'time':
    case 'json':
      return plainText(value);
    default:
      return type satisfies never;
  }
}

/** What a copied cell puts on the clipboard: the value itself, so that a spreadsheet reads it as what it is. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return JSON.stringify(value);
}

function numberText(value: unknown, settings: FormatSettings): string {
  const text = plainText(value);
  if (/^-?\d{1,4}$/.test(text)) return text;
  return formatNumericText(rounded(expandExponent(text)), settings);
}

/** Fractions of more digits than this were calculated: nobody measures so finely, coordinates included. */
const READABLE_DIGITS = 6;

/** 0.6666666666666666 → 0.6667; a fraction that begins late keeps four digits that count. Exact ones stay. */
function rounded(text: string): string {
  const fraction = /\.(\d+)$/.exec(text)?.[1] ?? '';
  const value = Number(text);
  if (fraction.length <= READABLE_DIGITS || Math.abs(value) >= 1e15) return text;
  const places = Math.max(4, 4 + (/^-?0\./.test(text) ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0));
  return value.toFixed(Math.min(places, 20)).replace(/\.?0+$/, '');
}

/** The whole of a number whose cell shows it rounded; undefined where the cell shows all of it. */
export function exactNumber(value: unknown, type: ColumnType, settings: FormatSettings): string | undefined {
  if (type !== 'decimal' && type !== 'float') return undefined;
  const text = expandExponent(plainText(value));
  return rounded(text) === text ? undefined : formatNumericText(text, settings);
}

/** 1e+21 is how a double writes itself, not how a person does. */
function expandExponent(text: string): string {
  if (!/e/i.test(text)) return text;
  const value = Number(text);
  if (!Number.isFinite(value) || Math.abs(value) < 1e-6) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}
