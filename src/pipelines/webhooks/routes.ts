import * as contract from '#contracts/webhooks';
import type { RouteRegistrar } from '#platform/http-route';
import type { Services } from '#platform/services';
import { listExternalRuns } from './report-run.ts';
import { createWebhookKey, deleteWebhookKey, listWebhookKeys } from './webhook-keys.ts';

/** Keys of other programs, and what they told of. What they post to is outside of the API (`receive-webhook.ts`). */
export function registerWebhookRoutes(route: RouteRegistrar, services: Services): void {
  route(contract.listWebhookKeys, {
    authorize: 'pipelines:read',
    handler: async ({ actor }) => ({ items: await listWebhookKeys(services, actor), next_cursor: null }),
  });
  route(contract.createWebhookKey, {
    authorize: 'organization:manage',
    handler: ({ actor, body }) => createWebhookKey(services, actor, body),
  });
  route(contract.deleteWebhookKey, {
    authorize: 'organization:manage',
    handler: ({ actor, params }) => deleteWebhookKey(services, actor, params.id),
  });
  route(contract.listExternalRuns, {
    authorize: 'pipelines:read',
    handler: async ({ actor, query }) => ({
      items: await listExternalRuns(services, actor, query.limit),
      next_cursor: null,
    }),
  });
}
