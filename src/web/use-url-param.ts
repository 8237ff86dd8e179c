'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * A part of a page's state that lives in its address, so that a link or the back button brings it back. Setting it does
 * not ask the server for the page again.
 * @param options.isStep setting it is a step that the back button undoes; else it replaces the address.
 * @example const [run, setRun] = useUrlParam('run', { isStep: true });
 */
export function useUrlParam(
  name: string,
  options: { readonly isStep?: boolean } = {},
): readonly [string | null, (value: string | null) => void] {
  const value = useSearchParams().get(name);
  const isStep = options.isStep === true;
  const set = useCallback(
    (next: string | null) => {
      const url = new URL(window.location.href);
      if (url.searchParams.get(name) === next) return;
      if (next === null) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      // Next follows both calls: `useSearchParams` answers the new address.
      if (isStep) window.history.pushState(null, '', url);
      else window.history.replaceState(null, '', url);
    },
    [name, isStep],
  );
  return [value, set];
}
