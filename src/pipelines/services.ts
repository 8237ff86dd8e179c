import type { WarehouseServices } from '#warehouse';
import type { RunEngine } from './engine/run-engine.ts';

/** What the commands of this domain stand on: everything, and the engine that runs long work. */
export interface PipelineServices extends WarehouseServices {
  readonly runEngine: RunEngine;
}
