'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import type { WarehouseTable } from '#contracts/warehouse';
import { ActionBar } from './action-bar.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { EditorProvider } from './editor-context.tsx';
import { EditorGrid } from './editor-grid.tsx';
import { EditorHeader } from './editor-header.tsx';
import { SkeletonRows } from '../../../ui/states.tsx';
import { StepsSidebar } from './steps-sidebar.tsx';
import { announcementId, useEditorSession, type EditorStart } from './use-editor-session.ts';

const loadStepPanel = async () => (await import('./step-panel.tsx')).StepPanel;
/** The forms of all steps are as large as the rest of the editor. */
const StepPanel = dynamic(loadStepPanel, { ssr: false, loading: () => <StepPanelSkeleton /> });

interface EditorProps {
  readonly start: EditorStart;
  readonly tables: readonly WarehouseTable[];
}

/** Steps at the side, data in the middle, actions above: a recipe being made. */
export function Editor({ start, tables }: EditorProps) {
  const session = useEditorSession(start, tables);
  const [isSidebarOpen, setSidebarOpen] = useState(() => !window.matchMedia('(max-width: 767px)').matches);
  useEffect(() => void loadStepPanel(), []);
  useUndoKeys(session.store.getState().undo, session.store.getState().redo);
  return (
    <EditorProvider value={session}>
      <div className="flex h-full min-h-0 flex-1 flex-col">
        <EditorHeader />
        <ActionBar isSidebarOpen={isSidebarOpen} onToggleSidebar={() => setSidebarOpen(!isSidebarOpen)} />
        <div className="relative flex min-h-0 flex-1">
          {session.draft === null ? (
            isSidebarOpen && <StepsSidebar onClose={() => setSidebarOpen(false)} />
          ) : (
            <StepPanel />
          )}
          <EditorGrid />
        </div>
      </div>
      <ConflictDialog />
      <div id={announcementId} role="status" aria-live="polite" className="sr-only" />
    </EditorProvider>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y, except where text is typed, which has its own undo. */
function useUndoKeys(undo: () => void, redo: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      if (target?.closest('input:not([type=checkbox]), textarea, [contenteditable=true], [role=dialog]'))
        return;
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === 'z' && !event.shiftKey) undo();
      else if (key === 'y' || key === 'z') redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [undo, redo]);
}

function StepPanelSkeleton() {
  return (
    <div className="absolute inset-0 z-20 border-e border-line bg-surface p-4 md:static md:w-[380px] md:shrink-0">
      <SkeletonRows rows={6} />
    </div>
  );
}
