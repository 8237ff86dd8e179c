'use client';

import { ChevronDown, ChevronRight, Ellipsis, TextCursorInput, Ungroup } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import type { EditorStep } from '../model/editor-step.ts';
import { useEditor } from './editor-context.tsx';
import { StepTextInput } from './step-text-input.tsx';

interface SectionHeadingProps {
  /** The step that it begins with. */
  readonly step: EditorStep;
  readonly stepCount: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** Title of a part of a long recipe; its steps can be folded away. */
export function SectionHeading({ step, stepCount, isOpen, onToggle }: SectionHeadingProps) {
  const { store, canEdit } = useEditor();
  const [isRenaming, setRenaming] = useState(false);
  const title = step.section ?? '';
  const write = (text: string) => store.getState().writeAtStep(step.id, 'section', text);
  return (
    <li className="mt-2 flex items-center first:mt-0">
      {isRenaming ? (
        <StepTextInput
          label="Title of the section"
          text={title}
          maxLength={80}
          onDone={(text) => {
            setRenaming(false);
            if (text !== null) write(text);
          }}
        />
      ) : (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="flex min-w-0 flex-1 items-center gap-1 rounded-md py-1 pe-1 text-start text-sm font-semibold hover:bg-hover"
        >
          {isOpen ? (
            <ChevronDown aria-hidden className="size-4 shrink-0" />
          ) : (
            <ChevronRight aria-hidden className="size-4 shrink-0 rtl:-scale-x-100" />
          )}
          <span dir="auto" className="truncate">
            {title}
          </span>
          {isOpen ? null : (
            <span className="shrink-0 font-normal text-muted">
              {stepCount === 1 ? '1 step' : `${stepCount} steps`}
            </span>
          )}
        </button>
      )}
      {canEdit && !isRenaming ? (
        <Menu
          trigger={
            <IconButton
              size="sm"
              label={`Actions for the section ${title}`}
              className="text-muted"
              icon={<Ellipsis aria-hidden className="size-4" />}
            />
          }
        >
          <MenuItem icon={<TextCursorInput aria-hidden />} onSelect={() => setRenaming(true)}>
            Rename section
          </MenuItem>
          <MenuItem icon={<Ungroup aria-hidden />} onSelect={() => write('')}>
            Remove the heading, keep the steps
          </MenuItem>
        </Menu>
      ) : null}
    </li>
  );
}
