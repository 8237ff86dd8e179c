import { sql } from 'kysely';
import { recordAudit, type AuditAction } from '#accounts';
import { endpoints } from '#contracts/all-endpoints';
import type { Endpoint } from '#contracts/endpoint';
import type { Actor } from '#platform/actor';
import type { Services } from '#platform/services';

/** Requests that change or run something, and what the audit calls them. Accounts write their own, with more in it. */
const actions: Readonly<Record<string, AuditAction>> = {
  createSource: 'source_created',
  updateSource: 'source_updated',
  deleteSource: 'source_deleted',
  syncSource: 'source_run',
  createTransformation: 'transformation_created',
  replaceTransformation: 'transformation_updated',
  updateTransformation: 'transformation_updated',
  deleteTransformation: 'transformation_deleted',
  restoreVersion: 'transformation_restored',
  executeTransformation: 'transformation_run',
  exportTable: 'table_exported',
  startSheetExport: 'table_sent_to_sheet',
  finishGoogleSignIn: 'google_signed_in',
  deleteGoogleConnection: 'google_signed_out',
  loadSample: 'sample_loaded',
  createPipeline: 'pipeline_created',
  updatePipeline: 'pipeline_updated',
  deletePipeline: 'pipeline_deleted',
  runPipeline: 'pipeline_run',
  runPipelinePart: 'pipeline_run',
  setSchedule: 'schedule_changed',
  cancelRun: 'run_cancelled',
  retryRun: 'run_retried',
  createNotificationChannel: 'channel_created',
  updateNotificationChannel: 'channel_updated',
  deleteNotificationChannel: 'channel_deleted',
};

/** Names of the requests that are audited; a test compares them with the contracts. */
export const auditedRequests: readonly string[] = Object.keys(actions);

const actionOf = new Map<Endpoint, AuditAction>(
  [...endpoints].flatMap(([name, endpoint]) => {
    const action = actions[name];
    return action === undefined ? [] : [[endpoint, action] as const];
  }),
);

function textField(value: unknown, ...names: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name of names) {
    const field: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (typeof field === 'string') return field;
  }
  return undefined;
}

/** Milliseconds within which the saves of somebody who works on one thing are one entry. */
const SAME_WORK_MS = 10 * 60_000;

/**
 * Writes who did what, after it was done. An editor saves by itself every few seconds: changes of one thing by one
 * person within ten minutes are one entry, with the time of the last.
 */
export async function auditRequest(
  services: Services,
  endpoint: Endpoint,
  actor: Actor,
  request: { readonly params: unknown; readonly body: unknown },
  answer: unknown,
): Promise<void> {
  const action = actionOf.get(endpoint);
  if (action === undefined) return;
  const target = textField(request.params, 'id', 'name') ?? textField(answer, 'id', 'run_id') ?? null;
  const name = textField(answer, 'name', 'pipeline_name') ?? textField(request.body, 'name');
  const runId = textField(answer, 'run_id');
  try {
    await services.database.withOrganization(actor.organizationId, async (trx) => {
      if (action.endsWith('_updated') && target !== null) {
        const folded = await trx
          .updateTable('audit_log')
          .set({ at: new Date(services.clock.now()) })
          .where('organization_id', '=', actor.organizationId)
          .where('user_id', 'is not distinct from', actor.userId)
          .where(sql<boolean>`details ->> 'api_key' IS NOT DISTINCT FROM ${actor.apiKeyId ?? null}`)
          .where('action', '=', action)
          .where('target', '=', target)
          .where('at', '>', new Date(services.clock.now() - SAME_WORK_MS))
          .returning('id')
          .executeTakeFirst();
        if (folded !== undefined) return;
      }
      await recordAudit(trx, {
        organizationId: actor.organizationId,
        userId: actor.userId,
        action,
        ...(target === null ? {} : { target }),
        details: {
          ...(name === undefined ? {} : { name }),
          ...(runId === undefined || runId === target ? {} : { run_id: runId }),
          ...(actor.apiKeyId === undefined ? {} : { api_key: actor.apiKeyId }),
        },
      });
    });
  } catch (error) {
    // The deed is done; that it cannot be written down must not look as if it had failed.
    services.log.error({ err: error, action }, 'the audit could not be written');
  }
}
