'use client';

import { Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { getGraph } from '#contracts/graph';
import { listSyncs, syncSource } from '#contracts/sources';
import { executeTransformation, listTransformationRuns } from '#contracts/transformations';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';
import type { CanvasNode } from './graph.ts';

/** Sync now, or Run; nothing for a table, which others write. */
export function NodeRunButton({ node }: { readonly node: CanvasNode }) {
  const [isBusy, setBusy] = useState(false);
  const isSource = node.kind === 'source';
  const mayRun = usePermission(isSource ? 'sources:run' : 'transformations:run');
  if (!mayRun || (!isSource && node.kind !== 'transformation')) return null;
  const isRunning = node.status === 'running' || node.status === 'queued';
  async function start() {
    setBusy(true);
    try {
      if (isSource) await call(syncSource, { params: { id: node.ref_id } });
      else await call(executeTransformation, { params: { id: node.ref_id }, body: {} });
      await refetch(getGraph, listSyncs, listTransformationRuns);
    } catch (error) {
      toast.problem(error, isSource ? `${node.name} could not be synced` : `${node.name} could not be run`);
    } finally {
      setBusy(false);
    }
  }
  const Icon = isSource ? RefreshCw : Play;
  return (
    <Button
      isBusy={isBusy || isRunning}
      onClick={() => void start()}
      icon={<Icon aria-hidden className="size-4" />}
    >
      {isSource ? 'Sync now' : 'Run'}
    </Button>
  );
}
