import { create } from 'zustand';

/** A load that somebody started on this page and waits for, wherever they go meanwhile. */
export interface WatchedLoad {
  readonly sourceId: string;
  readonly runId: string;
  readonly name: string;
}

export const useLoads = create<{ readonly loads: readonly WatchedLoad[] }>()(() => ({ loads: [] }));

export function watchLoad(load: WatchedLoad): void {
  useLoads.setState(({ loads }) => ({
    loads: [...loads.filter((one) => one.sourceId !== load.sourceId), load],
  }));
}

export function forgetLoad(runId: string): void {
  useLoads.setState(({ loads }) => ({ loads: loads.filter((one) => one.runId !== runId) }));
}
