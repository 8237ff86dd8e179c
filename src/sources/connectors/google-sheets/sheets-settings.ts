import { z } from 'zod';
import type { Config } from '#platform/config';
import { chosenStreams } from '../../services/service-settings.ts';

const login = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('google'),
      connection_id: z
        .string()
        .regex(/^[a-z2-7]{16}$/, 'Sign in with Google')
        .meta({
          title: 'Account',
          'x-connection': 'google',
          'x-owned': true,
          'x-help': 'It is only asked for leave to read spreadsheets.',
        }),
    })
    .meta({ title: 'Myself: sign in with Google' }),
  z
    .strictObject({
      kind: z.literal('key'),
      credentials: z.string().trim().min(1).max(20_000).meta({
        title: 'Key of a service account',
        'x-secret': true,
        multiline: true,
        'x-help':
          'The JSON file that Google Cloud gives for a service account. Share the spreadsheet with the address that stands in it as client_email.',
      }),
    })
    .meta({ title: 'A service account' }),
  z.strictObject({ kind: z.literal('shared') }).meta({ title: 'The service account of this installation' }),
]);

/** How a Google Sheets source is set up. */
export const sheetsSettings = z.strictObject({
  spreadsheet: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .refine(
      (text) => spreadsheetId(text) !== undefined,
      'Paste the address of the spreadsheet from your browser',
    )
    .meta({
      title: 'Spreadsheet',
      'x-order': 1,
      'x-owned': true,
      examples: ['https://docs.google.com/spreadsheets/d/1AbC…/edit'],
      'x-help': 'The address in your browser, or only the id in it.',
    }),
  login: login.meta({ title: 'Read it as', 'x-order': 2 }),
  streams: chosenStreams(z.string().regex(/^\d{1,20}$/), {
    title: 'Sheets',
    order: 3,
    most: 200,
    help: 'Every sheet becomes a table, and stays the same table when it is renamed. Without a choice, all are loaded.',
  }),
  header_row: z.number().int().min(1).max(1000).optional().meta({
    title: 'Row with the column names',
    'x-order': 4,
    'x-step': 'load',
    'x-help': 'Found by itself when empty: the first row that is filled like a header.',
  }),
});
/** Settings as they were before there was a choice of logins had the key, or nothing, in the place of `login`. */
export function withLogin(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || 'login' in config) return config;
  const { credentials, ...rest } = config as Readonly<Record<string, unknown>>; // an object, as just asked
  return {
    ...rest,
    login:
      credentials === undefined || credentials === '' ? { kind: 'shared' } : { kind: 'key', credentials },
  };
}

/** The form, without the ways to log in that this installation is not set up for. */
export function sheetsSpec(config?: Config): Record<string, unknown> {
  const has = (kind: unknown) =>
    config === undefined ||
    ((kind === 'google' ? config.googleOauthClient !== undefined : true) &&
      (kind === 'shared' ? config.googleCredentialsJson !== undefined : true));
  const spec = z.toJSONSchema(sheetsSettings, { io: 'input' });
  const { login: choice } = spec.properties ?? {};
  if (typeof choice !== 'object') throw new Error('the login has a schema');
  const kindOf = (one: object) =>
    z.object({ properties: z.object({ kind: z.object({ const: z.string() }) }) }).parse(one).properties.kind
      .const;
  const choices = (choice.oneOf ?? choice.anyOf ?? []).filter(
    (one) => typeof one === 'object' && has(kindOf(one)),
  );
  return {
    ...spec,
    title: 'Google Sheets',
    properties: { ...spec.properties, login: { ...choice, oneOf: choices } },
  };
}

export type SheetsSettings = z.output<typeof sheetsSettings>;

/** The id in an address of a spreadsheet, or the id itself. */
export function spreadsheetId(text: string): string | undefined {
  const inAddress = /\/spreadsheets\/d\/([\w-]{10,200})/.exec(text)?.[1];
  return inAddress ?? (/^[\w-]{10,200}$/.test(text) ? text : undefined);
}
