'use client';

import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import type { Pipeline } from '#contracts/pipelines';
import { usePermission, useSession } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/states.tsx';
import { NextRuns } from './next-runs.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { ScheduleSwitch } from './schedule-switch.tsx';
import { scheduleWords } from './schedule-words.ts';

/** When a pipeline runs by itself: in words, the next five times, on and off; and the form to change it. */
export function ScheduleCard({ pipeline }: { readonly pipeline: Pipeline }) {
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const mayWrite = usePermission('pipelines:write');
  const [isEditing, setEditing] = useState(false);
  const { schedule } = pipeline;
  return (
    <Card className="p-4">
      <section aria-labelledby="schedule-title">
        <div className="mb-2 flex min-h-7 items-center gap-2">
          <CalendarClock aria-hidden className="size-4 text-muted" />
          <h2 id="schedule-title" className="flex-1 text-lg font-semibold">
            Schedule
          </h2>
          {mayWrite && !isEditing ? (
            <Button size="sm" onClick={() => setEditing(true)}>
              {schedule === null || schedule.frequency === 'manual' ? 'Set a schedule' : 'Change'}
            </Button>
          ) : null}
        </div>
        {isEditing ? (
          <ScheduleForm pipeline={pipeline} onClose={() => setEditing(false)} />
        ) : (
          <>
            <p>{scheduleWords(schedule, timezone)}</p>
            <ScheduleSwitch pipeline={pipeline} />
            {schedule?.is_active ? (
              <NextRuns times={schedule.next_runs} timezone={schedule.timezone} />
            ) : null}
          </>
        )}
      </section>
    </Card>
  );
}
