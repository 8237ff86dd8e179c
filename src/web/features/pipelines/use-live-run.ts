'use client';

import { getRun } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useConnection, useEvents } from '../../events.ts';
import { isActive, withRunEvent } from './live-run.ts';

/** One run, live: an event shows at once, the reading that follows brings reasons and exact times. */
export function useLiveRun(id: string | null) {
  const isLive = useConnection((state) => state.isLive);
  const answer = useApi(getRun, id === null ? null : { params: { id } }, {
    keepPreviousData: false,
    refreshInterval: (run) => (run && isActive(run.status) ? (isLive ? 10_000 : 2000) : 0),
  });
  useEvents((event) => {
    void answer.mutate((run) => (run ? withRunEvent(run, event) : run), { revalidate: false });
  });
  return answer;
}
