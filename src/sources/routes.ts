import * as resumable from '#contracts/resumable-uploads';
import * as contract from '#contracts/sources';
import type { RouteRegistrar } from '#platform/http-route';
import type { Services } from '#platform/services';
import { sourceTypes } from './connectors/registry.ts';
import { createSource } from './create-source.ts';
import { downloadRejectedRows } from './download-rejected-rows.ts';
import { getSource, listRejectedRows, listSources, listSyncs } from './queries.ts';
import { updateSource } from './update-source.ts';
import { appendPiece, beginUpload, cancelUpload, getUploadState } from './uploads/resume-upload.ts';

/** Routes of sources that touch no table; those that do are in `ingestion`, and starting a sync is in `pipelines`. */
export function registerSourceRoutes(route: RouteRegistrar, services: Services): void {
  route(contract.listSourceTypes, {
    authorize: 'sources:read',
    handler: async () => ({ items: [...sourceTypes(services.config)], next_cursor: null }),
  });
  route(contract.listSources, {
    authorize: 'sources:read',
    handler: ({ actor, query }) => listSources(services, actor, query),
  });
  route(contract.getSource, {
    authorize: 'sources:read',
    handler: ({ actor, params }) => getSource(services, actor, params.id),
  });
  route(contract.createSource, {
    authorize: 'sources:write',
    handler: ({ actor, body, signal }) => createSource(services, actor, body, signal),
  });
  route(contract.updateSource, {
    authorize: 'sources:write',
    handler: ({ actor, params, body, signal }) => updateSource(services, actor, params.id, body, signal),
  });
  route(resumable.beginUpload, {
    authorize: 'sources:write',
    handler: ({ actor, body }) => beginUpload(services, actor, body),
  });
  route(resumable.getUploadState, {
    authorize: 'sources:write',
    handler: ({ actor, params }) => getUploadState(services, actor, params.id),
  });
  route(resumable.sendPiece, {
    authorize: 'sources:write',
    handler: async ({ actor, params, query, uploadedFile, signal }) =>
      appendPiece(services, actor, params.id, query.offset, await uploadedFile(), signal),
  });
  route(resumable.cancelUpload, {
    authorize: 'sources:write',
    handler: ({ actor, params }) => cancelUpload(services, actor, params.id),
  });
  route(contract.listSyncs, {
    authorize: 'sources:read',
    handler: ({ actor, params, query }) => listSyncs(services, actor, params.id, query),
  });
  route(contract.listRejectedRows, {
    authorize: 'data:read',
    handler: ({ actor, params, query }) =>
      listRejectedRows(services, actor, params.id, { ...query, runId: query.run_id }),
  });
  route(contract.downloadRejectedRows, {
    authorize: 'data:export',
    file: ({ actor, params, query }) => downloadRejectedRows(services, actor, params.id, query.run_id),
  });
}
