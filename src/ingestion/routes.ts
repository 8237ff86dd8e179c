import * as additions from '#contracts/file-additions';
import * as resumable from '#contracts/resumable-uploads';
import * as contract from '#contracts/sources';
import * as streams from '#contracts/streams';
import type { RouteRegistrar } from '#platform/http-route';
import type { WarehouseServices } from '#warehouse';
import { addFile, suggestAddition } from './add-file.ts';
import { createUpload, finishUpload, previewUpload } from './create-upload.ts';
import { deleteSource } from './delete-source.ts';
import { listStreams, testSource } from './describe-source.ts';
import { listSchemaChanges } from './record-changes.ts';
import { decideSchemaReview, listSchemaReviews } from './records/review-schema.ts';
import { getStreamSettings, resetStream, setStreamSettings } from './records/stream-settings.ts';

/** Routes that read a source's data or touch its table. */
export function registerIngestionRoutes(route: RouteRegistrar, services: WarehouseServices): void {
  route(contract.createUpload, {
    authorize: 'sources:write',
    handler: async ({ actor, uploadedFile, signal }) =>
      createUpload(services, actor, await uploadedFile(), signal),
  });
  route(resumable.finishUpload, {
    authorize: 'sources:write',
    handler: ({ actor, params, signal }) => finishUpload(services, actor, params.id, signal),
  });
  route(contract.previewUpload, {
    authorize: 'sources:write',
    handler: ({ actor, params, body, signal }) =>
      previewUpload(services, actor, params.id, body.options, signal),
  });
  route(additions.suggestAddition, {
    authorize: 'sources:write',
    handler: ({ actor, params, body, signal }) => suggestAddition(services, actor, params.id, body, signal),
  });
  route(additions.addFile, {
    authorize: 'sources:write',
    handler: ({ actor, params, body, signal }) => addFile(services, actor, params.id, body, signal),
  });
  route(contract.testSource, {
    authorize: 'sources:write',
    handler: ({ actor, body, signal }) => testSource(services, actor, body, signal),
  });
  route(contract.listStreams, {
    authorize: 'sources:read',
    handler: ({ actor, params, signal }) => listStreams(services, actor, params.id, signal),
  });
  route(streams.getStreamSettings, {
    authorize: 'sources:read',
    handler: ({ actor, params }) => getStreamSettings(services, actor, params.id),
  });
  route(streams.setStreamSettings, {
    authorize: 'sources:write',
    handler: ({ actor, params, body }) => setStreamSettings(services, actor, params.id, body),
  });
  route(streams.resetStream, {
    authorize: 'sources:write',
    handler: ({ actor, params, body }) => resetStream(services, actor, params.id, body),
  });
  route(streams.listSchemaChanges, {
    authorize: 'sources:read',
    handler: ({ actor, params, query }) => listSchemaChanges(services, actor, params.id, query),
  });
  route(streams.listSchemaReviews, {
    authorize: 'sources:read',
    handler: ({ actor, params, query }) => listSchemaReviews(services, actor, params.id, query),
  });
  route(streams.decideSchemaReview, {
    authorize: 'sources:write',
    handler: ({ actor, params, body }) => decideSchemaReview(services, actor, params, body.decision),
  });
  route(contract.deleteSource, {
    authorize: 'sources:write',
    handler: ({ actor, params, query }) => deleteSource(services, actor, params.id, query.force),
  });
}
