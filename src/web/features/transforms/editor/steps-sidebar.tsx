'use client';

import { ClipboardCopy, ClipboardList, ClipboardPaste, Plus, X } from 'lucide-react';
import { Fragment, useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { sectionsOf } from '../model/edit-steps.ts';
import { ActionItems } from './action-items.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';
import { SectionHeading } from './section-heading.tsx';
import { StepCard } from './step-card.tsx';
import { useCopiedSteps } from './use-copied-steps.ts';
import { useReorder } from './use-reorder.ts';

/** The applied steps, first to last. On a phone it lies over the data as a drawer. */
export function StepsSidebar({ onClose }: { readonly onClose: () => void }) {
  const { store, announce, canEdit } = useEditor();
  const steps = useEditorState((state) => state.history.present);
  const reorder = useReorder({
    ids: steps.map((step) => step.id),
    first: 1,
    onMove: (id, index) => {
      store.getState().move(id, index);
      announce(`Moved to place ${index + 1} of ${steps.length}`);
    },
  });
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const selectedId = useEditorState((state) => state.selectedId);
  const { copy, copied, paste } = useCopiedSteps();
  const sections = sectionsOf(steps);
  const toggle = (id: string) =>
    setFolded((now) =>
      now.has(id) ? new Set([...now].filter((other) => other !== id)) : new Set([...now, id]),
    );
  // What is worked on is never folded away.
  const isHidden = (index: number) => folded.has(sections[index] ?? '') && steps[index]?.id !== selectedId;
  return (
    <>
      {/* On a phone, a tap beside the drawer closes it. The button in it does the same for everybody else. */}
      <div aria-hidden className="absolute inset-0 z-20 bg-overlay md:hidden" onClick={onClose} />
      <aside
        aria-label="Applied steps"
        className="absolute inset-y-0 start-0 z-20 flex w-[min(300px,85%)] shrink-0 flex-col overflow-y-auto border-e border-line bg-canvas md:static md:w-[260px]"
      >
        <div className="flex items-center justify-between ps-3 pe-1.5 pt-2">
          <h2 className="me-auto text-sm font-semibold text-muted">Steps</h2>
          {steps.length > 1 || copied.length > 0 ? (
            <Menu
              trigger={
                <IconButton
                  size="sm"
                  label="Copy and paste steps"
                  className="text-muted"
                  icon={<ClipboardList aria-hidden className="size-4" />}
                />
              }
            >
              <MenuItem
                icon={<ClipboardCopy aria-hidden />}
                disabled={steps.length < 2}
                onSelect={() => copy(steps)}
              >
                Copy all steps
              </MenuItem>
              {canEdit ? (
                <MenuItem
                  icon={<ClipboardPaste aria-hidden />}
                  disabled={copied.length === 0}
                  onSelect={paste}
                >
                  {copied.length === 1 ? 'Paste a step' : `Paste ${copied.length} steps`}
                </MenuItem>
              ) : null}
            </Menu>
          ) : null}
          <span className="md:hidden">
            <IconButton
              size="sm"
              label="Close steps"
              icon={<X aria-hidden className="size-4" />}
              onClick={onClose}
            />
          </span>
        </div>
        <ol aria-label="Steps" className="flex flex-col px-2 pt-1 pb-3">
          {steps.map((step, index) => (
            <Fragment key={step.id}>
              {step.section === undefined ? null : (
                <SectionHeading
                  step={step}
                  stepCount={sections.filter((section) => section === step.id).length}
                  isOpen={!folded.has(step.id)}
                  onToggle={() => toggle(step.id)}
                />
              )}
              {isHidden(index) ? null : (
                <StepCard
                  step={step}
                  index={index}
                  count={steps.length}
                  drag={canEdit ? reorder.item(step.id) : undefined}
                  isDragged={reorder.dragged === step.id}
                  gap={
                    reorder.gap === index
                      ? 'before'
                      : reorder.gap === index + 1 && index === steps.length - 1
                        ? 'after'
                        : null
                  }
                  onMoveKey={(event) => canEdit && reorder.onKey(step.id, event)}
                />
              )}
            </Fragment>
          ))}
        </ol>
        {canEdit ? (
          <div className="px-2 pb-4">
            <Menu
              align="start"
              trigger={
                <Button
                  variant="secondary"
                  size="sm"
                  className="w-full"
                  icon={<Plus aria-hidden className="size-4" />}
                >
                  Add step
                </Button>
              }
            >
              <ActionItems index={steps.length} />
            </Menu>
          </div>
        ) : null}
      </aside>
    </>
  );
}
