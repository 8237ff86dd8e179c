import type { Endpoint } from './endpoint.ts';
import * as accounts from './accounts.ts';
import * as administration from './administration.ts';
import * as apiKeys from './api-keys.ts';
import * as dataTests from './data-tests.ts';
import * as fileAdditions from './file-additions.ts';
import * as google from './google.ts';
import * as graph from './graph.ts';
import * as lineage from './lineage.ts';
import * as notifications from './notifications.ts';
import * as overview from './overview.ts';
import * as pipelines from './pipelines.ts';
import * as resumableUploads from './resumable-uploads.ts';
import * as sources from './sources.ts';
import * as streams from './streams.ts';
import * as transformations from './transformations.ts';
import * as warehouse from './warehouse.ts';
import * as webhooks from './webhooks.ts';

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value;
}

/** Every operation of the API by name; the tenant suite and the route test walk it, so none can be forgotten. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  [
    accounts,
    apiKeys,
    sources,
    fileAdditions,
    resumableUploads,
    streams,
    warehouse,
    dataTests,
    lineage,
    google,
    transformations,
    pipelines,
    graph,
    notifications,
    webhooks,
    administration,
    overview,
  ]
    .flatMap((module) => Object.entries(module))
    .filter((entry): entry is [string, Endpoint] => isEndpoint(entry[1])),
);
