import { z } from 'zod';
import { chosenStreams } from '../../services/service-settings.ts';

const headerName = z
  .string()
  .trim()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'A header or parameter has a plain name');
const secret = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^[^\r\n]*$/, 'A secret has one line');

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).meta({ title: 'Nothing' }),
  z
    .strictObject({
      kind: z.literal('bearer'),
      token: secret.meta({ title: 'Token', 'x-secret': true }),
    })
    .meta({ title: 'Token (Bearer)' }),
  z
    .strictObject({
      kind: z.literal('api_key'),
      name: headerName.meta({ title: 'Name', 'x-order': 1, examples: ['X-API-Key'] }),
      key: secret.meta({ title: 'Key', 'x-order': 2, 'x-secret': true }),
      place: z
        .enum(['header', 'query'])
        .default('header')
        .meta({
          title: 'Sent as',
          'x-order': 3,
          'x-labels': { header: 'Header', query: 'Part of the address' },
        }),
    })
    .meta({ title: 'Key' }),
  z
    .strictObject({
      kind: z.literal('basic'),
      username: z.string().min(1).max(500).meta({ title: 'User name', 'x-order': 1 }),
      password: secret.meta({ title: 'Password', 'x-order': 2, 'x-secret': true }),
    })
    .meta({ title: 'User name and password' }),
  z
    .strictObject({
      kind: z.literal('oauth2'),
      token_url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .meta({ title: 'Address of the token', 'x-order': 1, 'x-target': true }),
      client_id: z.string().min(1).max(500).meta({ title: 'Client id', 'x-order': 2 }),
      client_secret: secret.meta({ title: 'Client secret', 'x-order': 3, 'x-secret': true }),
      scope: z.string().max(1000).optional().meta({ title: 'Scope', 'x-order': 4 }),
    })
    .meta({ title: 'OAuth 2 client credentials' }),
]);

const name = (title: string, initial: string, order: number) =>
  z.string().min(1).max(200).default(initial).meta({ title, 'x-order': order });
const size = z.number().int().min(1).max(10_000).default(100).meta({ title: 'Rows per page', 'x-order': 9 });

const paginator = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('auto') }).meta({
    title: 'Find out',
    description: 'By a Link header, a link to the next page, or a cursor in the answer.',
  }),
  z.strictObject({ kind: z.literal('single') }).meta({ title: 'There is only one page' }),
  z
    .strictObject({
      kind: z.literal('page'),
      page_param: name('Parameter of the page', 'page', 1),
      first_page: z
        .number()
        .int()
        .min(0)
        .max(1)
        .default(1)
        .meta({ title: 'Number of the first page', 'x-order': 2 }),
    })
    .meta({ title: 'Pages by number' }),
  z
    .strictObject({
      kind: z.literal('offset'),
      offset_param: name('Parameter of the offset', 'offset', 1),
      limit_param: name('Parameter of the limit', 'limit', 2),
      limit: size,
    })
    .meta({ title: 'Offset and limit' }),
  z
    .strictObject({
      kind: z.literal('cursor'),
      cursor_path: name('Where the answer has the cursor', 'next_cursor', 1),
      cursor_param: name('Parameter of the cursor', 'cursor', 2),
    })
    .meta({ title: 'Cursor in the answer' }),
  z.strictObject({ kind: z.literal('link_header') }).meta({ title: 'Link header' }),
  z
    .strictObject({
      kind: z.literal('next_url'),
      next_path: name('Where the answer has the link', 'next', 1),
    })
    .meta({ title: 'Link to the next page in the answer' }),
]);

const path = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\r\n\t]*$/, 'A path has one line');

const isPath = (text: string) => !/^[a-z][a-z0-9+.-]*:|^\/\/|\\/i.test(text);
const onlyPath = 'Only the part behind the address';
const listPath = path.min(1).refine(isPath, onlyPath);

const requestSection = 'Parameters and headers';
const answerSection = 'Rows and pages, where they are not found by themselves';

/** How a generic REST API is set up. */
export const restSettings = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ title: 'Address', 'x-order': 1, 'x-target': true, examples: ['https://api.example.org/v1'] }),
  path: path
    .refine(isPath, onlyPath)
    .default('')
    .meta({
      title: 'What to load',
      'x-order': 2,
      examples: ['donations'],
      'x-help': 'The path behind the address; empty when you entered the whole address.',
    }),
  auth: auth.default({ kind: 'none' }).meta({ title: 'Log in with', 'x-order': 3 }),
  params: z
    .array(z.string().regex(/^[^=\s]{1,200}=.{0,2000}$/, 'Write name=value'))
    .max(50)
    .optional()
    .meta({
      title: 'Parameters',
      'x-order': 4,
      'x-section': requestSection,
      'x-help': 'One per line, as name=value.',
    }),
  headers: z
    .array(
      z
        .string()
        .regex(/^[\w-]{1,100}:\s?[^\r\n]{0,2000}$/, 'Write Name: value')
        .refine(
          (line) => !/^(authorization|cookie|x-api-key):/i.test(line),
          'This is a secret: enter it under “Log in with”, as a key with this name',
        ),
    )
    .max(20)
    .optional()
    .meta({
      title: 'Headers',
      'x-order': 5,
      'x-section': requestSection,
      'x-help': 'One per line, as Name: value. Not for secrets: they can be read.',
    }),
  records_path: path.optional().meta({
    title: 'Where the rows are in the answer',
    'x-order': 6,
    'x-section': answerSection,
    examples: ['data.items'],
    'x-help': 'Keys with dots between. Found by itself when empty.',
  }),
  children: z
    .array(
      z.strictObject({
        name: z
          .string()
          .trim()
          .min(1)
          .max(100)
          .refine((text) => text !== 'records', 'Choose another name')
          .meta({ title: 'Name', 'x-order': 1, examples: ['Tasks'] }),
        path: listPath.meta({
          title: 'What to load for each row',
          'x-order': 2,
          examples: ['projects/{id}/tasks'],
          'x-help': 'The path behind the address; in braces the field of the row that stands there.',
        }),
        parent: z.string().trim().max(100).optional().meta({
          title: 'Rows of',
          'x-order': 3,
          'x-help': 'The name of a list above this one; the first list when empty.',
        }),
        records_path: path.optional().meta({
          title: 'Where the rows are in the answer',
          'x-order': 4,
          'x-help': 'Found by itself when empty.',
        }),
      }),
    )
    .max(20)
    .optional()
    .meta({
      title: 'Lists within',
      'x-order': 10,
      'x-item': 'list',
      'x-help':
        'What belongs to each row, such as the tasks of each project. Each becomes a table with a column that says to which row it belongs.',
    }),
  streams: chosenStreams(z.string().min(1).max(100), {
    title: 'Lists',
    order: 11,
    most: 21,
    help: 'Without a choice, all are loaded.',
  }),
  paginator: paginator
    .default({ kind: 'auto' })
    .meta({ title: 'Pages', 'x-order': 7, 'x-section': answerSection }),
  primary_key: z
    .array(z.string().min(1).max(200))
    .max(10)
    .optional()
    .meta({
      title: 'Fields that tell rows apart',
      'x-order': 8,
      'x-step': 'load',
      examples: ['id'],
      'x-help': 'One per line. Needed to load only what is new or changed.',
    }),
  incremental: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('full') }).meta({ title: 'Everything' }),
      z
        .strictObject({
          kind: z.literal('cursor'),
          field: z
            .string()
            .min(1)
            .max(200)
            .meta({
              title: 'Field',
              'x-order': 1,
              examples: ['updated_at'],
              'x-help': 'It grows with every new or changed row.',
            }),
          param: z
            .string()
            .min(1)
            .max(200)
            .meta({
              title: 'Parameter that asks for what is newer',
              'x-order': 2,
              examples: ['updated_since'],
            }),
        })
        .meta({ title: 'Only what is new or changed' }),
    ])
    .default({ kind: 'full' })
    .meta({ title: 'What a sync loads', 'x-order': 9, 'x-step': 'load' }),
});
export type RestSettings = z.output<typeof restSettings>;
