import { AppError } from '#platform/errors';

function invalid(path: string, message: string, cause: unknown): AppError {
  return new AppError('invalid_input', message, { errors: [{ path, message }], cause });
}

/** An IANA timezone, as it was given: Intl would make Asia/Calcutta of Asia/Kolkata. @throws AppError invalid_input */
export function checkTimezone(timezone: string): string {
  try {
    // Offsets like +05:30 pass Intl but know no daylight saving: a schedule needs a place.
    if (/^[+-]/.test(timezone)) throw new Error('an offset is not a timezone');
    new Intl.DateTimeFormat('en', { timeZone: timezone }).format();
    return timezone;
  } catch (error) {
    throw invalid('timezone', 'This timezone is not known; use a name such as Asia/Kolkata.', error);
  }
}

/** A BCP 47 tag in its canonical spelling. @throws AppError invalid_input */
export function checkLocale(locale: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale);
    if (canonical === undefined) throw new Error('empty');
    return canonical;
  } catch (error) {
    throw invalid('locale', 'This locale is not known; use a tag such as en-IN.', error);
  }
}
