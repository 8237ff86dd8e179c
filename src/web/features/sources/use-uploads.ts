'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { newDraft, type FileDraft } from './file-draft.ts';
import { uploadFile } from './upload-file.ts';
import type { UploadProgress } from './upload-meter.ts';

export type PendingUpload = {
  readonly key: string;
  readonly filename: string;
  readonly size: number;
} & (
  | { readonly state: 'sending'; readonly progress: UploadProgress }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly draft: FileDraft }
);

const notBegun: UploadProgress = {
  sentBytes: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  isWaiting: false,
};

let counter = 0;

/** Files on their way to the server, two at a time, and their drafts once they have arrived. */
export function useUploads(initial?: readonly File[]) {
  const [uploads, setUploads] = useState<readonly PendingUpload[]>([]);
  const aborters = useRef(new Map<string, AbortController>());
  const queue = useRef<Promise<unknown>[]>([Promise.resolve(), Promise.resolve()]);

  useEffect(() => {
    const running = aborters.current;
    return () => {
      for (const aborter of running.values()) aborter.abort();
    };
  }, []);

  const replace = useCallback((key: string, change: (old: PendingUpload) => PendingUpload) => {
    setUploads((old) => old.map((one) => (one.key === key ? change(one) : one)));
  }, []);

  const add = useCallback(
    (files: readonly File[]) => {
      for (const file of files) {
        counter += 1;
        const key = String(counter);
        const aborter = new AbortController();
        aborters.current.set(key, aborter);
        const about = { key, filename: file.name, size: file.size };
        setUploads((old) => [...old, { ...about, state: 'sending', progress: notBegun }]);
        const lane = counter % queue.current.length;
        const before = queue.current[lane] ?? Promise.resolve();
        queue.current[lane] = send(before);

        async function send(previous: Promise<unknown>): Promise<void> {
          await previous;
          try {
            if (aborter.signal.aborted) return;
            const upload = await uploadFile(file, {
              signal: aborter.signal,
              onProgress: (progress) => replace(key, () => ({ ...about, state: 'sending', progress })),
            });
            replace(key, () => ({ ...about, state: 'ready', draft: newDraft(upload) }));
          } catch (error) {
            if (!aborter.signal.aborted) replace(key, () => ({ ...about, state: 'failed', error }));
          } finally {
            aborters.current.delete(key);
          }
        }
      }
    },
    [replace],
  );

  // Files given from outside are sent once, also when React mounts twice while developing.
  const isStarted = useRef(false);
  useEffect(() => {
    if (isStarted.current || !initial) return;
    isStarted.current = true;
    add(initial);
  }, [add, initial]);

  const remove = useCallback((key: string) => {
    aborters.current.get(key)?.abort();
    setUploads((old) => old.filter((one) => one.key !== key));
  }, []);

  const setDraft = useCallback(
    (key: string, change: (draft: FileDraft) => FileDraft) =>
      replace(key, (old) => (old.state === 'ready' ? { ...old, draft: change(old.draft) } : old)),
    [replace],
  );

  return { uploads, add, remove, setDraft };
}
