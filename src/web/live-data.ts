'use client';

import { useEffect } from 'react';
import { create } from 'zustand';
import type { OrganizationEvent } from '#contracts/events';
import type { SyncProgress } from '#contracts/sources';
import { refetchUnder } from './api.ts';
import { connectEvents, useEvents } from './events.ts';
import { useSession } from './session.ts';

interface ProgressState {
  /** By id of the source or transformation that is being worked on. */
  readonly byRef: Readonly<Record<string, { readonly runId: string; readonly progress: SyncProgress }>>;
}

const useProgressStore = create<ProgressState>()(() => ({ byRef: {} }));

/** How far the work on a source or transformation is, while it goes on. */
export function useProgress(refId: string | undefined): SyncProgress | undefined {
  return useProgressStore((state) => (refId === undefined ? undefined : state.byRef[refId]?.progress));
}

/** Which answers of the API an event makes old, as beginnings of their paths. */
export function staleAfter(event: OrganizationEvent): readonly string[] {
  switch (event.type) {
    case 'progress':
      return [];
    case 'run':
      return ['/pipelines', '/runs', '/graph', '/overview', '/sources', '/transformations'];
    case 'step':
      return ['/runs', '/graph', '/overview', event.kind === 'sync' ? '/sources' : '/transformations'];
    case 'notification':
      // A job of another system is heard of this way alone.
      return ['/notifications', '/overview'];
    case 'changed':
      return changedPaths[event.kind];
    default:
      return event satisfies never;
  }
}

const changedPaths: Record<Extract<OrganizationEvent, { type: 'changed' }>['kind'], readonly string[]> = {
  source: ['/sources', '/graph', '/warehouse'],
  table: ['/warehouse', '/graph', '/sources'],
  transformation: ['/transformations', '/graph', '/warehouse'],
  pipeline: ['/pipelines', '/graph', '/overview'],
  organization: ['/organization', '/auth/me'],
};

/** Keeps every list, table and the canvas up to date from the live events; the shell calls it once. */
export function useLiveData(): void {
  const organizationId = useSession((state) => state.organization?.id);
  useEffect(() => (organizationId === undefined ? undefined : connectEvents()), [organizationId]);
  useEvents((event) => {
    if (event.type === 'progress') {
      useProgressStore.setState(({ byRef }) => ({
        byRef: { ...byRef, [event.ref_id]: { runId: event.run_id, progress: event.progress } },
      }));
      return;
    }
    if (event.type === 'step' && event.status !== 'running' && event.status !== 'queued')
      forget(event.ref_id);
    for (const path of staleAfter(event)) stalePaths.add(path);
    // A run of many steps sends many events in a moment; one reading is enough for all of them.
    timer ??= setTimeout(readAgain, 250);
  });
}

const stalePaths = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

function readAgain(): void {
  timer = undefined;
  const paths = [...stalePaths];
  stalePaths.clear();
  void refetchUnder(paths);
}

function forget(refId: string): void {
  useProgressStore.setState(({ byRef }) => {
    const { [refId]: _, ...rest } = byRef;
    return { byRef: rest };
  });
}
