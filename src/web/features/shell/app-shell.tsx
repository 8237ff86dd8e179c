'use client';

import { Suspense, type ReactNode } from 'react';
import { Skeleton } from '../../ui/states.tsx';
import { AddSourceHost } from '../sources/add-source-host.tsx';
import { LoadToasts } from '../sources/load-toasts.tsx';
import { useLiveData } from '../../live-data.ts';
import { BottomBar, LeftRail } from './left-rail.tsx';
import { RequireSession } from './require-session.tsx';
import { TopBar } from './top-bar.tsx';

/** Everything around a page of a logged-in person. A page gets the whole height that is left and scrolls inside it. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  return (
    <Suspense fallback={<ShellSkeleton />}>
      <RequireSession fallback={<ShellSkeleton />}>
        <Shell>{children}</Shell>
      </RequireSession>
    </Suspense>
  );
}

function Shell({ children }: { readonly children: ReactNode }) {
  useLiveData();
  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="absolute start-2 -top-20 z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:top-2"
      >
        Skip to the content
      </a>
      <div className="flex min-h-0 flex-1">
        <LeftRail />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar />
          <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none">
            {children}
          </main>
        </div>
      </div>
      <BottomBar />
      <AddSourceHost />
      <LoadToasts />
    </div>
  );
}

function ShellSkeleton() {
  return (
    <div role="status" className="flex h-dvh">
      <span className="sr-only">Loading…</span>
      <div className="hidden w-[184px] shrink-0 flex-col gap-2 border-e border-line bg-surface p-3 md:flex">
        <Skeleton className="mb-2 h-7 w-24" />
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} className="h-8 w-full" />
        ))}
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex h-12 items-center border-b border-line bg-surface px-3">
          <Skeleton className="h-5 w-40" />
        </div>
        <div className="flex flex-col gap-3 p-6">
          <Skeleton className="h-8 w-56" />
          <Skeleton className="h-64 w-full" />
        </div>
      </div>
    </div>
  );
}
