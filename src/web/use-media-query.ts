'use client';

import { useCallback, useSyncExternalStore } from 'react';

/**
 * Whether a CSS media query holds, kept up to date.
 * @example const isPhone = useMediaQuery('(max-width: 639px)');
 */
export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => false,
  );
}
