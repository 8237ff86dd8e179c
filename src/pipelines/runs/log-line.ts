import type { LogLine } from '#contracts/pipelines';
import type { MetadataTransaction } from '#platform/database/database';
import type { OrganizationId, RunId, StepId } from '#platform/ids';

/** Keeps a line of a run's log, in the words of a person. */
export async function logLine(
  trx: MetadataTransaction,
  run: { readonly organizationId: OrganizationId; readonly runId: RunId },
  line: { readonly level?: LogLine['level']; readonly stepId?: StepId; readonly message: string },
): Promise<void> {
  await trx
    .insertInto('run_logs')
    .values({
      organization_id: run.organizationId,
      run_id: run.runId,
      step_id: line.stepId ?? null,
      level: line.level ?? 'info',
      message: line.message,
    })
    .execute();
}
