'use client';

import type { RunStatus } from '#contracts/primitives';
import { listSyncs } from '#contracts/sources';
import { listTransformationRuns } from '#contracts/transformations';
import { useApi } from '../../api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import type { CanvasNode } from './graph.ts';

const last = { limit: 5 };

interface RunLine {
  readonly id: string;
  readonly status: RunStatus;
  readonly at: string | null;
  readonly rows: number | null;
  readonly durationMs: number | null;
}

/** The last runs of a source or transformation; a table has none of its own. */
export function NodeRuns({ node }: { readonly node: CanvasNode }) {
  if (node.kind === 'source') return <SourceRuns id={node.ref_id} />;
  return node.kind === 'transformation' ? <TransformationRuns id={node.ref_id} /> : null;
}

function SourceRuns({ id }: { readonly id: string }) {
  const { data } = useApi(listSyncs, { params: { id }, query: last });
  const runs = data?.items.map((run) => ({
    id: run.run_id,
    status: run.status,
    at: run.started_at,
    rows: run.rows_synced,
    durationMs: run.duration_ms,
  }));
  return <RunLines runs={runs} />;
}

function TransformationRuns({ id }: { readonly id: string }) {
  const { data } = useApi(listTransformationRuns, { params: { id }, query: last });
  const runs = data?.items.map((run) => ({
    id: run.run_id,
    status: run.status,
    at: run.started_at,
    rows: run.row_count,
    durationMs: run.duration_ms,
  }));
  return <RunLines runs={runs} />;
}

function RunLines({ runs }: { readonly runs: readonly RunLine[] | undefined }) {
  const format = useFormat();
  return (
    <section aria-label="Last runs">
      <h3 className="mb-1.5 text-sm font-semibold">Last runs</h3>
      {runs === undefined ? <Skeleton className="h-16 w-full" /> : null}
      {runs?.length === 0 ? <p className="text-muted">It has not run yet.</p> : null}
      <ul className="flex flex-col gap-1">
        {runs?.map((run) => (
          <li key={run.id} className="flex min-h-6 items-center gap-2 text-sm">
            <StatusBadge status={run.status} />
            {run.at ? <RelativeTime value={run.at} className="text-muted" /> : null}
            <span data-numeric className="ms-auto text-muted">
              {[
                run.rows === null ? undefined : format.count(run.rows, ['row', 'rows']),
                run.durationMs === null ? undefined : format.duration(run.durationMs),
              ]
                .filter((part) => part !== undefined)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
