'use client';

import { Play } from 'lucide-react';
import { useState } from 'react';
import {
  getRun,
  listPipelineRuns,
  runPipelinePart,
  type PartScope,
  type PipelineRun,
  type RunStep,
} from '#contracts/pipelines';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';
import { isActive } from './live-run.ts';

interface RunPartMenuProps {
  readonly run: PipelineRun;
  /** The step that is chosen; without one there is nothing to run a part of. */
  readonly step: RunStep | undefined;
  readonly onShow: (id: string) => void;
}

/** Runs a part of the pipeline again: the chosen step, up to it, or from it on. */
export function RunPartMenu({ run, step, onShow }: RunPartMenuProps) {
  const mayRun = usePermission('pipelines:run');
  const [isBusy, setBusy] = useState(false);
  const { pipeline_id: pipelineId } = run;
  if (!mayRun || step === undefined || pipelineId === null || isActive(run.status)) return null;
  const { ref_id: ref } = step;

  async function start(id: string, scope: PartScope) {
    setBusy(true);
    try {
      const started = await call(runPipelinePart, { params: { id }, body: { step: ref, scope } });
      await refetch(getRun, listPipelineRuns);
      onShow(started.run_id);
    } catch (error) {
      toast.problem(error, 'The run could not be started');
    } finally {
      setBusy(false);
    }
  }
  return (
    <div className="flex items-center gap-2">
      <Menu
        align="start"
        trigger={
          <Button size="sm" isBusy={isBusy} icon={<Play aria-hidden className="size-3.5" />}>
            Run a part again
          </Button>
        }
      >
        <MenuItem onSelect={() => void start(pipelineId, 'only')}>
          Only <bdi>{step.name}</bdi>
        </MenuItem>
        <MenuItem onSelect={() => void start(pipelineId, 'from')}>
          From <bdi>{step.name}</bdi> on
        </MenuItem>
        <MenuItem onSelect={() => void start(pipelineId, 'to')}>
          Up to <bdi>{step.name}</bdi>
        </MenuItem>
      </Menu>
    </div>
  );
}
