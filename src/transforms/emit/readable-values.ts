/*
 * Which texts are numbers, dates and yes or no: the same on every engine, whatever it would read by itself.
 */

/** Up to 28 digits before the point, which every engine's decimal holds. */
export const PLAIN_NUMBER = '^[+-]?([0-9]{1,28}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9])?$';
/** 1,234.5 and 1,23,456.7: thousands, or lakhs and crores. */
export const GROUPED = '^[+-]?[0-9]{1,3}(,[0-9]{2,3}){0,8},[0-9]{3}([.][0-9]{0,200})?$';
const DATE = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}';
const TIME = '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?';
export type Temporal = 'date' | 'timestamp' | 'timestamptz' | 'time';
/** How dates and times are written. */
export const SHAPES: Readonly<Record<Temporal, string>> = {
  date: `^${DATE}$`,
  timestamp: `^${DATE}([T ]${TIME})?$`,
  timestamptz: `^${DATE}([T ]${TIME}(Z|[+-][0-9]{2}:[0-9]{2})?)?$`,
  time: `^${TIME}$`,
};
export const YES_WORDS = ['true', 't', 'yes', 'y', '1', 'on'] as const;
export const NO_WORDS = ['false', 'f', 'no', 'n', '0', 'off'] as const;
