'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * A piece of the page's state that lives in its address, so that a link or the back button brings it back. An empty
 * value leaves the address clean.
 * @example const [tab, setTab] = useQueryState('tab', 'data');
 */
export function useQueryState(name: string, initial: string): readonly [string, (value: string) => void] {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const set = useCallback(
    (value: string) => {
      const next = new URLSearchParams(window.location.search);
      if (value === initial || value === '') next.delete(name);
      else next.set(name, value);
      const query = next.toString();
      router.replace(pathname + (query ? `?${query}` : ''), { scroll: false });
    },
    [router, pathname, name, initial],
  );
  return [search.get(name) ?? initial, set];
}
