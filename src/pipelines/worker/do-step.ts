import { runSync } from '#ingestion';
import type { SourceId, StepId, TransformationId } from '#platform/ids';
import { examinePublished, examineTable, executeTransformation, requirePassed } from '#transforms';
import type { WarehouseServices } from '#warehouse';
import type { DoStep } from './step-work.ts';

/** What steps do: load a source, or execute a transformation with the recipe that the plan froze. */
export function doStep(services: WarehouseServices): DoStep {
  return async ({ organizationId, runId, step, trigger, signal, onProgress, assertCurrent }) => {
    // Ids lose their brand in a plan's JSON.
    const stepId = step.id as StepId;
    if (step.kind === 'sync') {
      let isExamined = false;
      const outcome = await runSync(services, {
        organizationId,
        sourceId: step.ref_id as SourceId, // as above
        stepId,
        runId,
        trigger,
        signal,
        onProgress,
        assertCurrent,
        examine: async ({ name, publishedAs, displayName, columns }) => {
          isExamined = true;
          const results = await examineTable(services, {
            organizationId,
            publishedAs,
            table: {
              name,
              displayName,
              hasRowPosition: true,
              columns: columns.map((column) => ({ ...column, displayName: column.display_name })),
            },
            runId,
            stepId,
            signal,
          });
          requirePassed(results, displayName);
        },
      });
      if (!isExamined) {
        const tables = outcome.sync.tables.map((table) => table.name);
        await examinePublished(services, { organizationId, tables, runId, stepId, signal });
      }
      return outcome;
    }
    const { rowCount } = await executeTransformation(services, {
      organizationId,
      transformationId: step.ref_id as TransformationId, // as above
      stepId,
      recipe: step.recipe,
      signal,
      assertCurrent,
    });
    return { rows: rowCount, rejected: 0 };
  };
}
