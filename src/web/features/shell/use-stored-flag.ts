'use client';

import { useCallback, useSyncExternalStore } from 'react';

const changed = 'dalgo-stored-flag';

/** A yes or no that this browser remembers; no until it was chosen. */
export function useStoredFlag(key: string): readonly [value: boolean, set: (value: boolean) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => false,
  );
  const set = useCallback(
    (next: boolean) => {
      try {
        localStorage.setItem(key, next ? '1' : '0');
      } catch {
        // Storage is off in this browser: it stays as it was.
      }
      window.dispatchEvent(new Event(changed));
    },
    [key],
  );
  return [value, set];
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener('storage', listener);
  };
}

function read(key: string): boolean {
  try {
    return localStorage.getItem(key) === '1';
  } catch {
    return false;
  }
}
