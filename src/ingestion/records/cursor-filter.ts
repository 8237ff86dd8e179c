import { AppError } from '#platform/errors';
import type { SourceRecord } from '#sources';
import { hashOfKey, hashOfRecord, pathsOf, valueAtPath } from './row-identity.ts';

/** What is remembered of a cursor from one load to the next. */
export interface CursorMemory {
  readonly field: string;
  /** The greatest value that was loaded; absent before the first. */
  readonly last?: string | number | undefined;
  /** Of the records at that value. */
  readonly hashes: readonly string[];
}

export interface CursorOptions {
  readonly field: string;
  readonly lag?: number | undefined;
  readonly initialValue?: string | number | undefined;
  readonly onMissing: 'fail' | 'include' | 'exclude';
  /** Leaves out what is older; else the cursor is only followed. */
  readonly skipsOlder: boolean;
  /** Leaves out what was loaded with the last value; not needed where rows replace themselves. */
  readonly knowsBoundary: boolean;
  /** Tells records at the boundary apart; without it the whole record does. */
  readonly primaryKey: readonly string[] | undefined;
}

/**
 * Lets through only what is new since the load before. A service that is asked “from X on” answers with the records at
 * X again: those that were loaded are known by their hash and stay out, those that came later with the same value come
 * in. With a lag everything within it comes again, to replace itself.
 */
export class CursorFilter {
  readonly #options: CursorOptions;
  readonly #path: readonly string[];
  readonly #key: readonly (readonly string[])[] | undefined;
  readonly #start: string | number | undefined;
  readonly #atStart: ReadonlySet<string>;
  readonly #before: CursorMemory | undefined;
  #last: string | number | undefined;
  #hashes = new Set<string>();

  constructor(options: CursorOptions, before: CursorMemory | undefined) {
    this.#options = options;
    this.#path = options.field.split('.');
    this.#key = options.primaryKey === undefined ? undefined : pathsOf(options.primaryKey);
    this.#before = before?.field === options.field ? before : undefined;
    const last = this.#before?.last;
    const shifted = last === undefined ? undefined : shiftBack(last, options.lag ?? 0);
    // Never before the beginning that was asked for.
    this.#start =
      shifted === undefined ||
      (options.initialValue !== undefined && compareCursors(shifted, options.initialValue) < 0)
        ? options.initialValue
        : shifted;
    this.#last = last;
    const isExact = options.knowsBoundary && (options.lag ?? 0) === 0;
    this.#atStart = new Set(isExact ? this.#before?.hashes : []);
    this.#hashes = new Set(this.#before?.hashes);
  }

  /**
   * Whether a record is to be loaded.
   *
   * @throws AppError cursor_value_missing
   */
  takes(record: SourceRecord): boolean {
    const value = cursorValue(valueAtPath(record, this.#path) ?? record[this.#options.field]);
    if (value === undefined) {
      if (this.#options.onMissing === 'fail') {
        throw new AppError(
          'cursor_value_missing',
          `A record has no value in “${this.#options.field}”, by which new records are found.`,
        );
      }
      return this.#options.onMissing === 'include';
    }
    const order = this.#start === undefined ? 1 : compareCursors(value, this.#start);
    if (order < 0 && this.#options.skipsOlder) return false;
    if (order === 0 && this.#atStart.size > 0 && this.#atStart.has(this.#hash(record))) return false;
    const place = this.#last === undefined ? 1 : compareCursors(value, this.#last);
    if (place > 0) {
      this.#last = value;
      this.#hashes = new Set([this.#hash(record)]);
    } else if (place === 0) this.#hashes.add(this.#hash(record));
    return true;
  }

  memory(): CursorMemory {
    return {
      field: this.#options.field,
      ...(this.#last === undefined ? {} : { last: this.#last }),
      hashes: [...this.#hashes],
    };
  }

  #hash(record: SourceRecord): string {
    const key = this.#key === undefined ? null : hashOfKey(record, this.#key);
    // 14 characters each: thousands of records in one second are still small.
    return key ?? hashOfRecord(record);
  }
}

function cursorValue(value: unknown): string | number | undefined {
  if (typeof value === 'bigint') return value.toString();
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? value : undefined;
}

const wholeNumber = /^-?\d{1,40}$/;
const instant = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}/;
const day = /^\d{4}-\d{2}-\d{2}$/;

/** Numbers by size, times by when they are, other texts by their letters. Negative, zero or positive. */
export function compareCursors(left: string | number, right: string | number): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [from, to] = [String(left), String(right)];
  if (from === to) return 0;
  if (wholeNumber.test(from) && wholeNumber.test(to)) return BigInt(from) < BigInt(to) ? -1 : 1;
  if (instant.test(from) && instant.test(to) && zoneOf(from) !== zoneOf(to)) {
    const apart = millisecondsOf(from) - millisecondsOf(to);
    if (apart !== 0 && !Number.isNaN(apart)) return apart;
    const [a, b] = [fractionOf(from), fractionOf(to)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return from < to ? -1 : 1;
}

/** Seconds for a time, days for a date, else the number itself. What is none of them stays. */
export function shiftBack(value: string | number, lag: number): string | number {
  if (lag === 0) return value;
  if (typeof value === 'number') return value - lag;
  if (wholeNumber.test(value)) return (BigInt(value) - BigInt(Math.round(lag))).toString();
  if (day.test(value)) {
    return new Date(Date.parse(`${value}T00:00:00Z`) - lag * 86_400_000).toISOString().slice(0, 10);
  }
  if (!instant.test(value)) return value;
  const zone = zoneOf(value);
  const shifted = new Date(millisecondsOf(value) - lag * 1000).toISOString();
  // In the form in which the service wrote it: it may compare letters.
  return zone === '' ? shifted.slice(0, -1).replace('T', value[10] ?? 'T') : shifted;
}

function zoneOf(text: string): string {
  return /(Z|[+-]\d{2}(:?\d{2})?)$/i.exec(text.slice(10))?.[0] ?? '';
}

function millisecondsOf(text: string): number {
  const iso = text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
  return Date.parse(zoneOf(text) === '' ? `${iso}Z` : iso);
}

function fractionOf(text: string): string {
  return (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(9, '0');
}
