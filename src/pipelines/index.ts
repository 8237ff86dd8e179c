/** Pipelines and everything that runs: plans, the engine, schedules, the canvas and the sample. */
export { watchFolder } from './arrivals/watch-folder.ts';
export { connectDbosEngine as connectRunEngine } from './engine/dbos/connect-dbos-engine.ts';
export { migrateRunEngine } from './engine/dbos/migrate-run-engine.ts';
export type { RunEngine } from './engine/run-engine.ts';
export { openMessageSenders, type MessageSenders } from './notifications/messages/open-message-senders.ts';
export { registerPipelineRoutes } from './routes.ts';
export { loadSample, type LoadedSample } from './sample/load-sample.ts';
export type { PipelineServices } from './services.ts';
export { receiveReport, receiveRunRequest } from './webhooks/receive-webhook.ts';
export { removeOldRecords } from './keeping/remove-old-records.ts';
export { removeStaging } from './keeping/remove-staging.ts';
export { keepWatch } from './watch/keep-watch.ts';
export { doStep } from './worker/do-step.ts';
export { startRunWorker, type RunningWorker, type WorkerOptions } from './worker/start-worker.ts';
