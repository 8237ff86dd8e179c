'use client';

import { getRun, type PipelineRun } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useConnection, useEvents } from '../../events.ts';
import { isActive, withRunEvent } from './live-run.ts';

/**
 * One run, live: an event shows at once, the reading that follows brings reasons and exact times.
 * @param known what a list already told about it, shown until it is read itself.
 */
export function useLiveRun(id: string | null, known?: PipelineRun | null) {
  const isLive = useConnection((state) => state.isLive);
  const answer = useApi(getRun, id === null ? null : { params: { id } }, {
    keepPreviousData: false,
    ...(known && known.run_id === id ? { fallbackData: known } : {}),
    refreshInterval: (run) => (run && isActive(run.status) ? (isLive ? 10_000 : 2000) : 0),
  });
  useEvents((event) => {
    void answer.mutate((run) => (run ? withRunEvent(run, event) : run), { revalidate: false });
  });
  return answer;
}
