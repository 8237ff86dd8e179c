'use client';

import { Plug, Shuffle } from 'lucide-react';
import Link from 'next/link';
import { listSources } from '#contracts/sources';
import { listTransformations } from '#contracts/transformations';
import type { Pipeline, PipelineRun } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { StatusBadge } from '../../ui/badge.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { diagramItems, type DiagramItem } from './dependencies.ts';
import { layers } from './layered-layout.ts';

const all = { query: { limit: 500 } } as const;
const width = 208;
const height = 56;
const columnGap = 56;
const rowGap = 12;

interface ContentsDiagramProps {
  readonly pipeline: Pipeline;
  /** The run whose states stand on the items. */
  readonly run: PipelineRun | undefined;
}

/** What a pipeline runs, in the order in which it does: what waits for something stands to its right. */
export function ContentsDiagram({ pipeline, run }: ContentsDiagramProps) {
  const sources = useApi(listSources, all);
  const transformations = useApi(listTransformations, all);
  const error = sources.error ?? transformations.error;
  if (error && (!sources.data || !transformations.data)) {
    return <ErrorState error={error} title="What it runs could not be read" />;
  }
  if (!sources.data || !transformations.data) return <Skeleton className="h-32 w-full" />;
  const columns = layers(
    diagramItems(
      { sources: sources.data.items, transformations: transformations.data.items },
      { sourceIds: pipeline.source_ids, transformationIds: pipeline.transformation_ids },
    ),
  );
  if (columns.length === 0)
    return <p className="text-muted">It runs nothing yet. Edit it to choose what it runs.</p>;
  const rows = Math.max(...columns.map((column) => column.length));
  const total = rows * (height + rowGap) - rowGap;
  const places = new Map(
    columns.flatMap((column, index) =>
      column.map((item, row) => {
        const top = (total - (column.length * (height + rowGap) - rowGap)) / 2;
        return [item.key, { x: index * (width + columnGap), y: top + row * (height + rowGap) }] as const;
      }),
    ),
  );
  const totalWidth = columns.length * (width + columnGap) - columnGap;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard
      tabIndex={0}
      role="region"
      aria-label="What it runs, in order"
      className="max-h-80 overflow-auto rounded-md"
    >
      {/* Its sides are not those of a text: data flows to the right in every language. */}
      <div dir="ltr" className="relative" style={{ width: totalWidth, height: total }}>
        <svg aria-hidden width={totalWidth} height={total} className="absolute inset-0">
          {columns.flat().flatMap((item) =>
            item.from.map((key) => {
              const [from, to] = [places.get(key), places.get(item.key)];
              return from && to ? (
                <path
                  key={`${key} ${item.key}`}
                  d={curve(from.x + width, from.y + height / 2, to.x, to.y + height / 2)}
                  fill="none"
                  strokeWidth={1.5}
                  className="stroke-line-strong"
                />
              ) : null;
            }),
          )}
        </svg>
        <ol>
          {columns.flat().map((item) => {
            const place = places.get(item.key);
            return (
              <li
                key={item.key}
                className="absolute"
                style={{ left: place?.x, top: place?.y, width, height }}
              >
                <DiagramCard item={item} run={run} />
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function DiagramCard({ item, run }: { readonly item: DiagramItem; readonly run: PipelineRun | undefined }) {
  const Icon = item.kind === 'source' ? Plug : Shuffle;
  const step = run?.steps.find((one) => one.ref_id === item.id);
  const isNews = step && step.status !== 'succeeded' && step.status !== 'queued';
  return (
    <Link
      href={item.kind === 'source' ? `/sources/${item.id}` : `/transformations/${item.id}`}
      className="flex size-full items-center gap-2 rounded-md border border-line bg-surface px-2.5 -outline-offset-2! hover:bg-hover"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="flex min-w-0 flex-1 flex-col items-start">
        <bdi className="max-w-full truncate" title={item.name}>
          {item.name}
        </bdi>
        {isNews ? (
          <StatusBadge status={step.status} />
        ) : (
          <span className="text-xs text-muted">{item.kind === 'source' ? 'Source' : 'Transformation'}</span>
        )}
      </span>
    </Link>
  );
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
}
