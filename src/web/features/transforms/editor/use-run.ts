import { useEffect, useState } from 'react';
import { cancelRun } from '#contracts/pipelines';
import {
  executeTransformation,
  listTransformationRuns,
  type TransformationRun,
} from '#contracts/transformations';
import type { SyncProgress } from '#contracts/sources';
import { listTables } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../../api.ts';
import { useConnection } from '../../../events.ts';
import { useProgress } from '../../../live-data.ts';
import { toast } from '../../../ui/toast.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';

export interface RunControl {
  /** The run to show: one that goes on, or the one that was started here. */
  readonly run: TransformationRun | undefined;
  readonly progress: SyncProgress | undefined;
  readonly isActive: boolean;
  readonly start: () => Promise<void>;
  readonly cancel: () => Promise<void>;
  readonly dismiss: () => void;
}

function isGoingOn(run: TransformationRun | undefined): boolean {
  return run?.status === 'queued' || run?.status === 'running';
}

/**
 * Saves, runs and follows the run. It goes on when one leaves the page; who comes back while it does sees it again.
 */
export function useRun(): RunControl {
  const { autosave, announce, store } = useEditor();
  const id = useEditorState((state) => state.id);
  const [started, setStarted] = useState<TransformationRun>();
  const [isStarting, setStarting] = useState(false);
  const isLive = useConnection((state) => state.isLive);
  const { data } = useApi(
    listTransformationRuns,
    id === null ? null : { params: { id }, query: { limit: 1 } },
    {
      refreshInterval: (runs) =>
        isGoingOn(runs?.items[0]) || isGoingOn(started) ? (isLive ? 3000 : 1000) : 0,
    },
  );
  const newest = data?.items[0];
  const run =
    newest !== undefined && newest.run_id === started?.run_id ? newest : isGoingOn(newest) ? newest : started;
  const isActive = isStarting || isGoingOn(run);
  const progress = useProgress(isGoingOn(run) ? (id ?? undefined) : undefined);

  const followed = run?.run_id;
  const status = run?.status;
  useEffect(() => {
    // A run that was met going on stays to be seen when it ends.
    if (followed !== undefined && status !== undefined && isGoingOn(run)) setStarted(run);
    if (status === 'succeeded') {
      announce('The run is done');
      void refetch(listTables);
    }
    // oxlint-disable-next-line react/exhaustive-deps, react/exhaustive-effect-dependencies -- only a change of state is news
  }, [followed, status]);

  return {
    run,
    progress,
    isActive,
    async start() {
      setStarting(true);
      try {
        if (!(await autosave.flush())) {
          toast.error('It could not be saved, so it was not run', { id: 'run' });
          return;
        }
        const saved = store.getState();
        if (saved.id === null) return;
        const output = saved.outputTableName;
        setStarted(
          await call(executeTransformation, {
            params: { id: saved.id },
            body: output === null ? {} : { output_table_name: output },
          }),
        );
        // To run it is to publish it.
        store.getState().markPublished(saved.version);
        void refetch(listTransformationRuns);
      } catch (error) {
        toast.problem(error, 'The run could not be started');
      } finally {
        setStarting(false);
      }
    },
    async cancel() {
      if (run === undefined) return;
      try {
        await call(cancelRun, { params: { id: run.run_id } });
        void refetch(listTransformationRuns);
      } catch (error) {
        toast.problem(error, 'The run could not be cancelled');
      }
    },
    dismiss: () => setStarted(undefined),
  };
}
