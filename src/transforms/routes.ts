import * as tests from '#contracts/data-tests';
import { getImpact as impactContract, getLineage as lineageContract } from '#contracts/lineage';
import * as contract from '#contracts/transformations';
import { previewTable as previewTableContract } from '#contracts/warehouse';
import type { RouteRegistrar } from '#platform/http-route';
import type { WarehouseServices } from '#warehouse';
import { compileForOrganization } from './compile-for-organization.ts';
import {
  createDataTest,
  deleteDataTest,
  listDataTestResults,
  listDataTests,
  runDataTests,
  updateDataTest,
} from './data-tests/tests-of-table.ts';
import { suggestDataTests } from './data-tests/suggest-tests.ts';
import { deleteTransformation } from './delete-transformation.ts';
import { distinctValues } from './distinct-values.ts';
import { exportDbt, exportSql } from './export/export-transformation.ts';
import { getImpact } from './graph/get-impact.ts';
import { getLineage } from './graph/get-lineage.ts';
import { noteEditorPresence } from './editor-presence.ts';
import { formulaFunctions } from './plan/formula/formula-functions.ts';
import { previewRecipe } from './preview/preview-recipe.ts';
import { previewTable } from './preview/preview-table.ts';
import { profileRecipe } from './preview/profile-recipe.ts';
import { publishTransformation } from './publish-transformations.ts';
import { getTransformation, listTransformationRuns, listTransformations, listVersions } from './queries.ts';
import { createTransformation, restoreVersion, updateTransformation } from './save-transformation.ts';

/** Routes of transformations. Executing one is a run, so that route is in `pipelines`. */
export function registerTransformRoutes(route: RouteRegistrar, services: WarehouseServices): void {
  route(contract.listTransformations, {
    authorize: 'transformations:read',
    handler: ({ actor, query }) => listTransformations(services, actor, query),
  });
  route(contract.createTransformation, {
    authorize: 'transformations:write',
    handler: ({ actor, body }) => createTransformation(services, actor, body),
  });
  route(contract.previewRecipe, {
    authorize: 'data:read',
    handler: ({ actor, body, signal }) => previewRecipe(services, actor, body, signal),
  });
  route(contract.compileRecipe, {
    authorize: 'transformations:read',
    handler: ({ actor, body, signal }) => compileForOrganization(services, actor, body, signal),
  });
  route(contract.distinctValues, {
    authorize: 'data:read',
    handler: ({ actor, body, signal }) => distinctValues(services, actor, body, signal),
  });
  route(contract.profileRecipe, {
    authorize: 'data:read',
    handler: ({ actor, body, signal }) => profileRecipe(services, actor, body, signal),
  });
  route(contract.getTransformation, {
    authorize: 'transformations:read',
    handler: ({ actor, params }) => getTransformation(services, actor, params.id),
  });
  route(contract.replaceTransformation, {
    authorize: 'transformations:write',
    handler: ({ actor, params, body }) =>
      updateTransformation(services, actor, params.id, 'steps' in body ? { recipe: body } : body),
  });
  route(contract.updateTransformation, {
    authorize: 'transformations:write',
    handler: ({ actor, params, body }) => updateTransformation(services, actor, params.id, body),
  });
  route(contract.deleteTransformation, {
    authorize: 'transformations:write',
    handler: ({ actor, params, query }) => deleteTransformation(services, actor, params.id, query),
  });
  route(contract.previewTransformation, {
    authorize: 'data:read',
    handler: async ({ actor, params, body, signal }) => {
      const { recipe } = await getTransformation(services, actor, params.id);
      return previewRecipe(services, actor, { ...body, recipe: body.recipe ?? recipe }, signal);
    },
  });
  route(contract.exportTransformation, {
    authorize: 'transformations:read',
    file: ({ actor, params, query }) =>
      query.format === 'dbt' ? exportDbt(services, actor, params.id) : exportSql(services, actor, params.id),
  });
  route(contract.listTransformationRuns, {
    authorize: 'transformations:read',
    handler: ({ actor, params, query }) => listTransformationRuns(services, actor, params.id, query),
  });
  route(contract.listVersions, {
    authorize: 'transformations:read',
    handler: ({ actor, params, query }) => listVersions(services, actor, params.id, query),
  });
  route(contract.restoreVersion, {
    authorize: 'transformations:write',
    handler: ({ actor, params }) => restoreVersion(services, actor, params.id, params.version),
  });
  route(contract.publishTransformation, {
    authorize: 'transformations:write',
    handler: ({ actor, params }) => publishTransformation(services, actor, params.id),
  });
  route(contract.noteEditorPresence, {
    authorize: 'transformations:read',
    handler: ({ actor, params }) => noteEditorPresence(services, actor, params.id),
  });
  route(contract.listFormulaFunctions, {
    authorize: 'transformations:read',
    handler: async () => ({
      items: formulaFunctions.map(({ name, group, signature, help, example }) => ({
        name,
        group,
        signature,
        help,
        example,
      })),
    }),
  });
  route(previewTableContract, {
    authorize: 'data:read',
    handler: ({ actor, params, query, signal }) => previewTable(services, actor, params.name, query, signal),
  });
  route(lineageContract, {
    authorize: 'data:read',
    handler: ({ actor, params }) => getLineage(services, actor, params.name),
  });
  route(impactContract, {
    authorize: 'data:read',
    handler: ({ actor, params, query }) => getImpact(services, actor, params.name, query.column),
  });
  registerDataTestRoutes(route, services);
}

function registerDataTestRoutes(route: RouteRegistrar, services: WarehouseServices): void {
  route(tests.listDataTests, {
    authorize: 'data:read',
    handler: ({ actor, params }) => listDataTests(services, actor, params.name),
  });
  route(tests.createDataTest, {
    authorize: 'transformations:write',
    handler: ({ actor, params, body }) => createDataTest(services, actor, params.name, body),
  });
  route(tests.updateDataTest, {
    authorize: 'transformations:write',
    handler: ({ actor, params, body }) => updateDataTest(services, actor, params.id, body),
  });
  route(tests.deleteDataTest, {
    authorize: 'transformations:write',
    handler: ({ actor, params }) => deleteDataTest(services, actor, params.id),
  });
  route(tests.runDataTests, {
    authorize: 'transformations:run',
    handler: ({ actor, params, signal }) => runDataTests(services, actor, params.name, signal),
  });
  route(tests.suggestDataTests, {
    authorize: 'data:read',
    handler: ({ actor, params, signal }) => suggestDataTests(services, actor, params.name, signal),
  });
  route(tests.listDataTestResults, {
    authorize: 'data:read',
    handler: ({ actor, params }) => listDataTestResults(services, actor, params.id),
  });
}
