import { z } from 'zod';

/** A server at an address of one's own, as a choice beside those of the service. */
export function ownServer(texts: {
  readonly title: string;
  readonly example: string;
  readonly help?: string;
}) {
  return z
    .strictObject({
      kind: z.literal('own'),
      url: serverAddress().meta({
        title: 'Address',
        'x-target': true,
        examples: [texts.example],
        ...(texts.help === undefined ? {} : { 'x-help': texts.help }),
      }),
    })
    .meta({ title: texts.title });
}

/** Of which only the part up to the first single slash counts: `originOf`. */
export function serverAddress() {
  return z.url({ protocol: /^https?$/ }).max(500);
}

/** Without a slash at the end. */
export function originOf(address: string): string {
  return new URL(address).origin;
}

/** What becomes of questions that take several answers. */
export function selectMultiple(order: number, service: string) {
  return z
    .enum(['columns', 'list', 'text'])
    .default('columns')
    .meta({
      title: 'Questions with several answers',
      'x-order': order,
      'x-step': 'load',
      'x-labels': {
        columns: 'A yes/no column for each choice',
        list: 'A table of their own, a row for each answer',
        text: `One text, as ${service} sends it`,
      },
    });
}

/** What a sync loads: everything, or what came since. */
export function syncMode(
  initial: 'incremental' | 'full',
  texts: { readonly order: number; readonly incremental: string; readonly help?: string },
) {
  return z
    .enum(initial === 'full' ? ['full', 'incremental'] : ['incremental', 'full'])
    .default(initial)
    .meta({
      title: 'What a sync loads',
      'x-order': texts.order,
      'x-step': 'load',
      'x-labels': { incremental: texts.incremental, full: 'Everything' },
      ...(texts.help === undefined ? {} : { 'x-help': texts.help }),
    });
}

/** How often everything is loaded all the same, for what a service tells only so. */
export function fullEveryHours(texts: {
  readonly order: number;
  readonly initial: number;
  readonly most?: number;
  readonly help?: string;
}) {
  return z
    .number()
    .int()
    .min(1)
    .max(texts.most ?? 24 * 366)
    .default(texts.initial)
    .meta({
      title: 'Hours after which everything is loaded again',
      'x-order': texts.order,
      'x-step': 'load',
      'x-show-if': { sync: 'incremental' },
      ...(texts.help === undefined ? {} : { 'x-help': texts.help }),
    });
}

/** In which of a form's languages its questions become names of columns. */
export function questionLanguage(texts: {
  readonly order: number;
  readonly example: string;
  readonly help: string;
}) {
  return z
    .string()
    .max(100)
    .optional()
    .meta({
      title: 'Language of the questions',
      'x-order': texts.order,
      'x-step': 'load',
      examples: [texts.example],
      'x-help': texts.help,
    });
}
