import type { ComboboxOption } from '../../ui/combobox.tsx';
import type { SelectOption } from '../../ui/select.tsx';

/** Every timezone that the browser knows, with its present distance from UTC. */
export function timezoneOptions(current: string): ComboboxOption[] {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', current]);
  return [...zones].sort().map((zone) => ({
    value: zone,
    label: zone.replaceAll('_', ' ').replaceAll('/', ' / '),
    hint: offsetOf(zone),
  }));
}

function offsetOf(zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      timeZoneName: 'longOffset',
    }).formatToParts();
    return parts.find((part) => part.type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
  } catch {
    return '';
  }
}

/** Where the NGOs that we know of work, then what is common elsewhere. */
const locales = [
  'en-IN',
  'hi-IN',
  'ta-IN',
  'bn-IN',
  'te-IN',
  'mr-IN',
  'gu-IN',
  'kn-IN',
  'ml-IN',
  'pa-IN',
  'ur-PK',
  'bn-BD',
  'ne-NP',
  'si-LK',
  'en-GB',
  'en-US',
  'en-KE',
  'sw-KE',
  'en-NG',
  'en-ZA',
  'am-ET',
  'ar-EG',
  'fr-FR',
  'fr-SN',
  'es-ES',
  'es-MX',
  'pt-BR',
  'pt-MZ',
  'de-DE',
  'de-CH',
  'id-ID',
];

export function localeOptions(current: string): ComboboxOption[] {
  const names = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' });
  return [...new Set([current, ...locales])].map((locale) => ({
    value: locale,
    label: nameOf(names, locale),
    hint: exampleOf(locale),
  }));
}

function nameOf(names: Intl.DisplayNames, locale: string): string {
  try {
    return names.of(locale) ?? locale;
  } catch {
    return locale;
  }
}

function exampleOf(locale: string): string {
  try {
    return new Intl.NumberFormat(locale).format(1_234_567.5);
  } catch {
    return '';
  }
}

export function monthOptions(): SelectOption[] {
  const format = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => ({
    value: String(month + 1),
    label: format.format(new Date(Date.UTC(2026, month, 1))),
  }));
}
