'use client';

import { LoaderCircle, Play } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { getGraph } from '#contracts/graph';
import { getPipeline, listPipelineRuns, listPipelines, runPipeline } from '#contracts/pipelines';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button, LinkButton, type ButtonSize, type ButtonVariant } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';

interface RunNowButtonProps {
  readonly pipelineId: string;
  readonly name: string;
  /** Run that goes on; the button then leads to it, or says so where it is shown already (`onStarted`). */
  readonly runningRunId: string | null;
  readonly size?: ButtonSize;
  readonly variant?: ButtonVariant;
  /** Called with the new run, instead of a message that offers to see it. */
  readonly onStarted?: (runId: string) => void;
}

/** Runs a pipeline; while it runs, the way to its run. */
export function RunNowButton({
  pipelineId,
  name,
  runningRunId,
  size = 'md',
  variant = 'secondary',
  onStarted,
}: RunNowButtonProps) {
  const router = useRouter();
  const mayRun = usePermission('pipelines:run');
  const [isBusy, setBusy] = useState(false);
  if (runningRunId !== null && !onStarted) {
    return (
      <LinkButton
        href={`/pipelines/${pipelineId}?run=${runningRunId}`}
        size={size}
        icon={<LoaderCircle aria-hidden className="size-3.5 animate-spin" />}
        aria-label={`See run: ${name}`}
      >
        See run
      </LinkButton>
    );
  }
  if (!mayRun) return null;
  if (runningRunId !== null) {
    return (
      <Button variant={variant} size={size} isBusy>
        Running
      </Button>
    );
  }
  async function start() {
    setBusy(true);
    try {
      const run = await call(runPipeline, { params: { id: pipelineId } });
      void refetch(getGraph, getPipeline, listPipelines, listPipelineRuns);
      if (onStarted) onStarted(run.run_id);
      else {
        toast.info(`${name} is running`, {
          id: `run-${pipelineId}`,
          action: {
            label: 'See the run',
            onClick: () => router.push(`/pipelines/${pipelineId}?run=${run.run_id}`),
          },
        });
      }
    } catch (error) {
      toast.problem(error, `${name} could not be started`);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      variant={variant}
      size={size}
      isBusy={isBusy}
      onClick={() => void start()}
      icon={<Play aria-hidden className="size-3.5" />}
      aria-label={`Run now: ${name}`}
    >
      Run now
    </Button>
  );
}
