import { z } from 'zod';

/** A setting that chooses among the tables which a source offers. */
export function chosenStreams(
  name: z.ZodString,
  texts: { readonly title: string; readonly order: number; readonly help: string; readonly most?: number },
) {
  return z
    .array(name)
    .max(texts.most ?? 500)
    .optional()
    .meta({ title: texts.title, 'x-order': texts.order, 'x-streams': true, 'x-help': texts.help });
}

/** One line of text as people type it. */
export function line(max: number) {
  return z.string().trim().min(1).max(max);
}

/** A password: kept encrypted, and never shown again. */
export function password(order: number) {
  return z.string().min(1).max(1000).meta({ title: 'Password', 'x-order': order, 'x-secret': true });
}
