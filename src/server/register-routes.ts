import { registerAccountRoutes } from '#accounts';
import { registerIngestionRoutes } from '#ingestion';
import { registerPipelineRoutes, type PipelineServices } from '#pipelines';
import type { RouteRegistrar } from '#platform/http-route';
import { registerGoogleRoutes, registerSourceRoutes } from '#sources';
import { registerTransformRoutes } from '#transforms';
import { registerWarehouseRoutes } from '#warehouse';

/** Every route of the API, domain by domain in the order of the data's journey. */
export function registerRoutes(route: RouteRegistrar, services: PipelineServices): void {
  registerAccountRoutes(route, services);
  registerSourceRoutes(route, services);
  registerGoogleRoutes(route, services);
  registerWarehouseRoutes(route, services);
  registerIngestionRoutes(route, services);
  registerTransformRoutes(route, services);
  registerPipelineRoutes(route, services);
}
