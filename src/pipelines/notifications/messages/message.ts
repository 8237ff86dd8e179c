import type { NotificationKind, NotificationSeverity } from '#contracts/notifications';

/** One notification, as a message tells it. */
export interface MessageItem {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly severity: NotificationSeverity;
  readonly title: string;
  readonly reason: string;
  readonly affected: readonly string[];
  readonly advice: string;
  /** Complete address. */
  readonly url: string;
  readonly pipeline_id: string | null;
  readonly run_id: string | null;
  readonly times: number;
  /** RFC 3339. */
  readonly at: string;
  /** The same, as people of the organization write it. */
  readonly atWords: string;
}

/** What one recipient is sent: everything that was collected for them, the worst first. */
export interface Message {
  /** The same at every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly organization: { readonly id: string; readonly name: string };
  readonly items: readonly [MessageItem, ...MessageItem[]];
  /** Where one changes what one hears of. */
  readonly settingsUrl: string;
  /** RFC 3339. */
  readonly at: string;
}

/** The message in one line. */
export function subjectOf(message: Message): string {
  const [first, ...rest] = message.items;
  const failed = message.items.filter((item) => item.severity === 'error');
  if (rest.length === 0) return first.title;
  if (failed.length > 1) return `${failed.length} pipelines failed: ${names(failed)}`;
  return `${first.title}, and ${rest.length} more`;
}

/** The things in quotes that the titles are about. */
function names(items: readonly MessageItem[]): string {
  const shown = items.slice(0, 5).map((item) => /“[^”]*”/.exec(item.title)?.[0] ?? item.title);
  return shown.join(', ') + (items.length > shown.length ? '…' : '');
}

/** Items that a chat shows; the rest is a number. */
export const SHOWN_IN_CHAT = 10;

export function affectedWords(item: MessageItem): string | null {
  if (item.affected.length === 0) return null;
  const shown = item.affected.slice(0, 8);
  const more = item.affected.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function timesWords(item: MessageItem): string {
  return item.times > 1 ? ` (${item.times} times)` : '';
}

/** At most so many UTF-16 units, as the chats count, and never half of a character. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
