import * as contract from '#contracts/sources';
import type { RouteRegistrar } from '#platform/http-route';
import type { WarehouseServices } from '#warehouse';
import { createUpload, previewUpload } from './create-upload.ts';
import { deleteSource } from './delete-source.ts';
import { listStreams, testSource } from './describe-source.ts';

/** Routes that read a source's data or touch its table. */
export function registerIngestionRoutes(route: RouteRegistrar, services: WarehouseServices): void {
  route(contract.createUpload, {
    authorize: 'sources:write',
    handler: async ({ actor, uploadedFile, signal }) =>
      createUpload(services, actor, await uploadedFile(), signal),
  });
  route(contract.previewUpload, {
    authorize: 'sources:write',
    handler: ({ actor, params, body, signal }) =>
      previewUpload(services, actor, params.id, body.options, signal),
  });
  route(contract.testSource, {
    authorize: 'sources:write',
    handler: ({ actor, body, signal }) => testSource(services, actor, body, signal),
  });
  route(contract.listStreams, {
    authorize: 'sources:read',
    handler: ({ actor, params, signal }) => listStreams(services, actor, params.id, signal),
  });
  route(contract.deleteSource, {
    authorize: 'sources:write',
    handler: ({ actor, params, query }) => deleteSource(services, actor, params.id, query.force),
  });
}
