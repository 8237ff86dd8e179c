'use client';

import { Check, CircleAlert, CloudUpload, PencilLine } from 'lucide-react';
import { useEffect, useState } from 'react';
import { describeError } from '../../../api-error.ts';
import { Button } from '../../../ui/button.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { useFormat } from '../../../use-format.ts';
import type { SaveState } from '../model/autosave.ts';
import { useEditor } from './editor-context.tsx';

/** "Saved just now", "Draft", "Saving…": always there, so that nobody looks for a Save button. */
export function SaveStatus() {
  const { saveState, autosave } = useEditor();
  return (
    <div
      role="status"
      aria-label="Saved state"
      className="flex shrink-0 items-center gap-1.5 text-sm text-muted"
    >
      <Words state={saveState} onRetry={() => void autosave.flush()} />
    </div>
  );
}

function Words({ state, onRetry }: { readonly state: SaveState; readonly onRetry: () => void }) {
  switch (state.kind) {
    case 'draft':
      return (
        <Tooltip content="It is saved with its first step, or when you run it">
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip must be reachable by keyboard */}
          <span tabIndex={0} className="flex items-center gap-1.5">
            <PencilLine aria-hidden className="size-4" /> Draft
          </span>
        </Tooltip>
      );
    case 'saving':
      return (
        <>
          <CloudUpload aria-hidden className="size-4" /> Saving…
        </>
      );
    case 'saved':
      return <SavedAt at={state.at} />;
    case 'conflict':
      return (
        <span className="flex items-center gap-1.5 text-warning">
          <CircleAlert aria-hidden className="size-4" /> Not saved: somebody else saved
        </span>
      );
    case 'failed':
      return (
        <span className="flex items-center gap-1.5 text-danger">
          <CircleAlert aria-hidden className="size-4" />
          <Tooltip content={describeError(state.error).message}>
            <Button size="sm" variant="ghost" className="text-danger" onClick={onRetry}>
              Not saved · Try again
            </Button>
          </Tooltip>
        </span>
      );
    default:
      return state satisfies never;
  }
}

function SavedAt({ at }: { readonly at: Date }) {
  const format = useFormat();
  const [clock, setClock] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setClock(new Date()), 15_000);
    return () => clearInterval(timer);
  }, []);
  // Right after a save the clock of the page is still from before it.
  const now = clock > at ? clock : at;
  return (
    <Tooltip content={format.dateTime(at)}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip must be reachable by keyboard */}
      <span tabIndex={0} className="flex items-center gap-1.5">
        <Check aria-hidden className="size-4 text-success" />
        {/* The time moves on by itself; only a new save is news for a screen reader. */}
        Saved{' '}
        <span aria-hidden className="hidden sm:inline">
          {format.relative(at, now)}
        </span>
      </span>
    </Tooltip>
  );
}
