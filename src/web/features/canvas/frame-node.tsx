'use client';

import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { FrameNode } from './flow-elements.ts';
import { frameTitleHeight } from './pipeline-frames.ts';
import { PipelineBar } from './pipeline-bar.tsx';

/** A frame around what a pipeline runs, with when it runs, how it went and Run now in its title. */
export const PipelineFrame = memo(function PipelineFrame({ data }: NodeProps<FrameNode>) {
  return (
    <div className="size-full rounded-lg border border-dashed border-line-strong">
      <div
        style={{ height: frameTitleHeight }}
        className="nopan nodrag pointer-events-auto flex items-center gap-2 ps-3 pe-1.5"
      >
        <PipelineBar pipeline={data.pipeline} isInFrame />
      </div>
    </div>
  );
});
