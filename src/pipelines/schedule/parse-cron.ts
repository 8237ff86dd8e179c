import { AppError } from '#platform/errors';

/** A cron expression as sets: a minute fires when every field has it. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  /** 1–12 */
  readonly months: ReadonlySet<number>;
  /** 0 = Sunday … 6 = Saturday, as in cron. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** Both days are restricted: as in cron, either of them is enough then. */
  readonly eitherDay: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Field = { name: 'minute', min: 0, max: 59 };
const HOUR: Field = { name: 'hour', min: 0, max: 23 };
const DAY_OF_MONTH: Field = { name: 'day of the month', min: 1, max: 31 };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS };
/** 7 is Sunday too. */
const DAY_OF_WEEK: Field = { name: 'day of the week', min: 0, max: 7, names: DAYS };

const SHORTHANDS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

function invalid(message: string): AppError {
  return new AppError('schedule_invalid', message, { errors: [{ path: 'cron', message }] });
}

function parseValue(text: string, field: Field): number {
  const byName = field.names?.indexOf(text) ?? -1;
  if (byName >= 0) return byName + field.min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < field.min || value > field.max) {
    throw invalid(`“${text}” is not a ${field.name}; use ${field.min} to ${field.max}.`);
  }
  return value;
}

function parseField(text: string, field: Field): Set<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...more] = part.split('/');
    if (more.length > 0) throw invalid(`“${part}” has more than one step.`);
    const step = stepText === undefined ? 1 : /^\d{1,2}$/.test(stepText) ? Number(stepText) : 0;
    if (step < 1) throw invalid(`“${part}” needs a step of 1 or more.`);
    let from = field.min;
    let to = field.max;
    if (range !== '*') {
      const [first = '', last, ...rest] = range.split('-');
      if (rest.length > 0) throw invalid(`“${range}” is not a range.`);
      from = parseValue(first, field);
      // `5/10` means from 5 on, every 10.
      to = last === undefined ? (stepText === undefined ? from : field.max) : parseValue(last, field);
      if (to < from) throw invalid(`“${range}” ends before it begins.`);
    }
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/**
 * Reads the usual five fields (minute, hour, day of the month, month, day of the week) with lists, ranges, steps and
 * English names, and the shorthands like `@daily`.
 *
 * @throws AppError schedule_invalid naming the field.
 * @example parseCron('30 6 * * mon-fri')
 */
export function parseCron(expression: string): Cron {
  const text = expression.trim().toLowerCase();
  const fields = (SHORTHANDS[text] ?? text).split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (
    fields.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined
  ) {
    throw invalid(
      'A cron expression has five fields: minute, hour, day of the month, month, day of the week.',
    );
  }
  return {
    minutes: parseField(minute, MINUTE),
    hours: parseField(hour, HOUR),
    daysOfMonth: parseField(dayOfMonth, DAY_OF_MONTH),
    months: parseField(month, MONTH),
    daysOfWeek: new Set([...parseField(dayOfWeek, DAY_OF_WEEK)].map((day) => day % 7)),
    eitherDay: !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*'),
  };
}
