'use client';

import { useEffect, useState } from 'react';
import { previewSchedule } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { NextRuns } from './next-runs.tsx';
import { bodyOf, problemsOf, type ScheduleDraft } from './schedule-draft.ts';

/** The next five times of what is in the form, as the server counts them. */
export function SchedulePreview({ draft }: { readonly draft: ScheduleDraft }) {
  const settled = useSettled(draft);
  const isGood = Object.keys(problemsOf(settled)).length === 0;
  const { data } = useApi(previewSchedule, isGood ? { body: bodyOf(settled, true) } : null, {
    keepPreviousData: true,
    shouldRetryOnError: false,
  });
  return isGood && data ? <NextRuns times={data.next_runs} timezone={settled.timezone} /> : null;
}

/** What somebody types, once they pause. */
function useSettled(draft: ScheduleDraft): ScheduleDraft {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), 300);
    return () => clearTimeout(timer);
  }, [draft]);
  return settled;
}
