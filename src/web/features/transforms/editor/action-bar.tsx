'use client';

import { clsx } from 'clsx';
import { ChevronDown, ListOrdered } from 'lucide-react';
import { actionNames } from '#contracts/recipe-words';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Menu } from '../../../ui/menu.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';
import { actions, startStep } from './start-step.ts';
import { MoreItems } from './action-items.tsx';
import { StepIcon } from './step-icon.tsx';

interface ActionBarProps {
  readonly isSidebarOpen: boolean;
  readonly onToggleSidebar: () => void;
}

/** What one can do with the data, as words and icons; each opens its form for a step after the selected one. */
export function ActionBar({ isSidebarOpen, onToggleSidebar }: ActionBarProps) {
  const { store, analysis, focusedCell, canEdit } = useEditor();
  const editing = useEditorState((state) => state.editing);
  const stepCount = useEditorState((state) => state.history.present.length);
  const open = editing?.kind === 'new' ? editing.type : null;
  return (
    <div className="flex shrink-0 items-center border-b border-line bg-surface">
      <div className="flex items-center border-e border-line px-2 py-1.5">
        <IconButton
          size="sm"
          label={isSidebarOpen ? 'Hide steps' : `Show ${stepCount} steps`}
          aria-expanded={isSidebarOpen}
          disabled={editing !== null}
          icon={<ListOrdered aria-hidden className="size-4" />}
          onClick={onToggleSidebar}
        />
      </div>
      {canEdit ? null : (
        <p className="px-3 text-sm text-muted">You can look at this transformation, not change it.</p>
      )}
      <div
        hidden={!canEdit}
        role="toolbar"
        aria-label="Add a step"
        className={clsx('min-w-0 flex-1 items-center py-1.5 ps-2 pe-1', canEdit && 'flex')}
      >
        <div className="flex min-w-0 items-center overflow-x-auto">
          {actions.map((type) => (
            <Button
              key={type}
              variant="ghost"
              size="sm"
              aria-pressed={open === type}
              className={clsx('px-1.5!', open === type && 'bg-accent-soft text-accent-ink')}
              icon={<StepIcon type={type} />}
              onClick={() => startStep({ store, analysis, type, cell: focusedCell })}
            >
              {actionNames[type]}
            </Button>
          ))}
        </div>
        {/* Outside of what scrolls, so that it is always seen. */}
        <Menu
          trigger={
            <Button
              variant="ghost"
              size="sm"
              className={clsx(
                'px-1.5!',
                open !== null && !actions.includes(open) && 'bg-accent-soft text-accent-ink',
              )}
            >
              Other<span className="sr-only"> steps</span>
              <ChevronDown aria-hidden className="size-4" />
            </Button>
          }
        >
          <MoreItems />
        </Menu>
      </div>
    </div>
  );
}
