import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, UserId } from '#platform/ids';

export type AuditAction =
  | 'signed_up'
  | 'organization_created'
  | 'organization_updated'
  | 'system_user_created'
  | 'logged_in'
  | 'login_failed'
  | 'logged_out'
  | 'refresh_token_reused'
  | 'password_changed'
  | 'member_added'
  | 'member_role_changed'
  | 'member_removed'
  | 'source_created'
  | 'source_updated'
  | 'source_deleted'
  | 'source_run'
  | 'transformation_created'
  | 'transformation_updated'
  | 'transformation_deleted'
  | 'transformation_restored'
  | 'transformation_run'
  | 'table_exported'
  | 'table_sent_to_sheet'
  | 'google_signed_in'
  | 'google_signed_out'
  | 'pipeline_created'
  | 'pipeline_updated'
  | 'pipeline_deleted'
  | 'pipeline_run'
  | 'sample_loaded'
  | 'schedule_changed'
  | 'run_cancelled'
  | 'run_retried'
  | 'channel_created'
  | 'channel_updated'
  | 'channel_deleted'
  | 'api_key_created'
  | 'api_key_deleted'
  | 'webhook_key_created'
  | 'webhook_key_deleted';

/** Where a request came from, for the audit log and the list of sessions. */
export interface Client {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Writes who did what, in the transaction of the deed. Never a secret, and never an e-mail that has no account. */
export async function recordAudit(
  trx: MetadataTransaction,
  entry: {
    readonly organizationId: OrganizationId | null;
    readonly userId: UserId | null;
    readonly action: AuditAction;
    readonly target?: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly client?: Client;
  },
): Promise<void> {
  await trx
    .insertInto('audit_log')
    .values({
      organization_id: entry.organizationId,
      user_id: entry.userId,
      action: entry.action,
      target: entry.target ?? null,
      details: JSON.stringify({
        ...entry.details,
        ...(entry.client === undefined ? {} : { address: entry.client.address }),
      }),
    })
    .execute();
}
