'use client';

import { useEffect, useState } from 'react';
import { runLogs, type LogLine } from '#contracts/pipelines';
import { authorizedFetch, urlOf } from '../../api.ts';
import { takeLogLines } from './log-lines.ts';

const pause = 1500;

interface RunLogs {
  readonly lines: readonly LogLine[];
  readonly error: unknown;
  /** Nothing was read yet. */
  readonly isLoading: boolean;
}

/**
 * The log of a run. While the run goes on it is read again and again, line by line as it comes, so that it is live
 * whether the server ends its answer at once or keeps it open.
 */
export function useRunLogs(runId: string, isGoingOn: boolean): RunLogs {
  const [state, setState] = useState<RunLogs>({ lines: [], error: undefined, isLoading: true });
  useEffect(() => {
    const abort = new AbortController();
    void (async () => {
      for (;;) {
        try {
          await readLogs(runId, abort.signal, (lines, isWhole) =>
            setState((old) => {
              // Part of a new reading must not make the list shorter for a moment.
              if (!isWhole && lines.length < old.lines.length) return old;
              return { lines, error: undefined, isLoading: false };
            }),
          );
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((old) => ({ ...old, error, isLoading: false }));
        }
        if (!isGoingOn) return;
        await new Promise((resolve) => setTimeout(resolve, pause));
        if (abort.signal.aborted) return;
      }
    })();
    return () => abort.abort();
  }, [runId, isGoingOn]);
  return state;
}

async function readLogs(
  runId: string,
  signal: AbortSignal,
  onLines: (lines: readonly LogLine[], isWhole: boolean) => void,
): Promise<void> {
  const response = await authorizedFetch(urlOf(runLogs.path, { id: runId }), { signal });
  if (!response.body) return onLines([], true);
  let lines: readonly LogLine[] = [];
  let rest = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    const taken = takeLogLines(rest + (done ? '\n' : value));
    rest = taken.rest;
    lines = [...lines, ...taken.lines];
    onLines(lines, done);
    if (done) return;
  }
}
