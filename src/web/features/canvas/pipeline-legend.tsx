'use client';

import { ChevronDown, ChevronUp } from 'lucide-react';
import { useId, useState } from 'react';
import type { GraphPipeline } from './graph.ts';
import { PipelineBar } from './pipeline-bar.tsx';

/** Pipelines whose nodes lie among others, so that no frame can hold them; their names stand on their nodes. */
export function PipelineLegend({ pipelines }: { readonly pipelines: readonly GraphPipeline[] }) {
  const [isOpen, setOpen] = useState(true);
  const listId = useId();
  return (
    <section
      aria-label="Pipelines"
      className="w-[340px] max-w-[calc(100vw-2rem)] rounded-lg bg-surface shadow-pop"
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpen(!isOpen)}
        className="flex h-9 w-full touch-target items-center justify-between rounded-lg px-3 text-sm font-medium hover:bg-hover"
      >
        Pipelines
        {isOpen ? (
          <ChevronUp aria-hidden className="size-4" />
        ) : (
          <ChevronDown aria-hidden className="size-4" />
        )}
      </button>
      <ul id={listId} hidden={!isOpen} className="nowheel max-h-56 overflow-y-auto border-t border-line">
        {pipelines.map((pipeline) => (
          <li key={pipeline.id} className="flex items-center gap-2 px-3 py-1.5">
            <PipelineBar pipeline={pipeline} />
          </li>
        ))}
      </ul>
    </section>
  );
}
