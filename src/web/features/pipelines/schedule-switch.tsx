'use client';

import { useState } from 'react';
import { getGraph } from '#contracts/graph';
import { getPipeline, listPipelines, setSchedule, type Pipeline } from '#contracts/pipelines';
import { call, refetch } from '../../api.ts';
import { usePermission, useSession } from '../../session.ts';
import { Switch } from '../../ui/choice.tsx';
import { toast } from '../../ui/toast.tsx';
import { bodyOf, draftOf } from './schedule-draft.ts';

/** Turns the schedule of a pipeline on and off; nothing where there is no schedule. */
export function ScheduleSwitch({
  pipeline,
  isLabelHidden,
}: {
  readonly pipeline: Pipeline;
  readonly isLabelHidden?: boolean;
}) {
  const timezone = useSession((state) => state.organization?.timezone) ?? 'UTC';
  const mayWrite = usePermission('pipelines:write');
  const { schedule } = pipeline;
  // What was asked for, until the server has it: a switch must move under the finger.
  const [wanted, setWanted] = useState<boolean>();
  if (schedule === null || schedule.frequency === 'manual') return null;
  async function change(isActive: boolean) {
    setWanted(isActive);
    try {
      await call(setSchedule, {
        params: { id: pipeline.id },
        body: bodyOf(draftOf(schedule, timezone), isActive),
      });
      await refetch(listPipelines, getPipeline, getGraph);
    } catch (error) {
      toast.problem(error, 'The schedule could not be changed');
    } finally {
      setWanted(undefined);
    }
  }
  return (
    <Switch
      checked={wanted ?? schedule.is_active}
      disabled={!mayWrite || wanted !== undefined}
      onChange={(isActive) => void change(isActive)}
      label={isLabelHidden ? `Schedule of ${pipeline.name}` : 'Runs by itself'}
      {...(isLabelHidden ? { isLabelHidden } : {})}
    />
  );
}
