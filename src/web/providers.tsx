'use client';

import './zod-without-eval.ts';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import { ApiError } from './api-error.ts';
import { Toaster } from './ui/toast.tsx';

/** What every page stands on: the data cache, tooltips and toasts. */
export function Providers({ children }: { readonly children: ReactNode }) {
  return (
    <SWRConfig
      value={{
        // A retry helps against a lost network or a busy server, never against a refusal.
        shouldRetryOnError: (error: unknown) => !(error instanceof ApiError) || error.isTransient,
        errorRetryCount: 3,
        // Live events tell us what changed; focus only has to catch what was missed while asleep.
        focusThrottleInterval: 30_000,
        keepPreviousData: true,
      }}
    >
      <Tooltip.Provider delayDuration={400} skipDelayDuration={200}>
        {children}
        <Toaster />
      </Tooltip.Provider>
    </SWRConfig>
  );
}
