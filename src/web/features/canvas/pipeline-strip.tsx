import type { GraphPipeline } from './graph.ts';
import { PipelineBar } from './pipeline-bar.tsx';

/**
 * Pipelines whose nodes lie among others, so that no frame can hold them: in a strip above the canvas, their names on
 * their nodes.
 */
export function PipelineStrip({ pipelines }: { readonly pipelines: readonly GraphPipeline[] }) {
  if (pipelines.length === 0) return null;
  return (
    <section aria-label="Pipelines" className="shrink-0 border-b border-line bg-surface">
      <ul className="flex gap-6 overflow-x-auto px-4 py-1.5">
        {pipelines.map((pipeline) => (
          <li key={pipeline.id} className="flex max-w-[560px] min-w-[400px] items-center gap-2">
            <PipelineBar pipeline={pipeline} isInFrame />
          </li>
        ))}
      </ul>
    </section>
  );
}
