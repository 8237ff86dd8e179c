import { randomBytes } from 'node:crypto';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Id<'organization'>;
export type UserId = Id<'user'>;
export type SessionId = Id<'session'>;
export type UploadId = Id<'upload'>;
export type SourceId = Id<'source'>;
export type TransformationId = Id<'transformation'>;
export type PipelineId = Id<'pipeline'>;
export type RunId = Id<'run'>;
export type NotificationId = Id<'notification'>;
export type NotificationChannelId = Id<'notification channel'>;
export type NotificationMessageId = Id<'notification message'>;
export type ApiKeyId = Id<'API key'>;
export type WebhookKeyId = Id<'webhook key'>;
export type ExternalRunId = Id<'external run'>;
export type DataTestId = Id<'data test'>;
export type GoogleConnectionId = Id<'google connection'>;
export type SheetExportId = Id<'sheet export'>;
export type StepId = Id<'step'>;
export type SchemaReviewId = Id<'schema review'>;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Randomness is injected so that a simulation can be replayed. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says which brand it needs
export type NewId = <T extends string>() => T;

/**
 * A new opaque id: 16 characters of [a-z2-7], 80 random bits. It begins with a letter, so that `org_<id>` and a
 * bare id are both plain SQL identifiers.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
export const newId: NewId = <T extends string>() => {
  const bytes = randomBytes(16);
  let text = '';
  for (const [index, byte] of bytes.entries()) text += ALPHABET[index === 0 ? byte % 26 : byte % 32];
  // The brand exists for the compiler only.
  return text as T;
};
