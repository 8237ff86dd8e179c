'use client';

import {
  ArrowDown,
  ArrowUp,
  ClipboardCopy,
  ClipboardPaste,
  CopyPlus,
  Ellipsis,
  Eye,
  EyeOff,
  Heading,
  Pencil,
  StickyNote,
  Table2,
  TextCursorInput,
  Trash2,
} from 'lucide-react';
import { IconButton } from '../../../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../../ui/menu.tsx';
import type { EditorStep } from '../model/editor-step.ts';
import type { StepText } from '../model/edit-steps.ts';
import { useEditor } from './editor-context.tsx';
import { useCopiedSteps } from './use-copied-steps.ts';

interface StepMenuProps {
  readonly step: EditorStep;
  readonly index: number;
  readonly count: number;
  readonly onEdit: () => void;
  readonly onWrite: (field: StepText) => void;
  readonly onRemove: () => void;
}

/** All that can be done with a step. */
export function StepMenu({ step, index, count, onEdit, onWrite, onRemove }: StepMenuProps) {
  const { store } = useEditor();
  const { copy, copied, paste } = useCopiedSteps();
  const isSource = step.type === 'source';
  return (
    <Menu
      trigger={
        <IconButton
          size="sm"
          label={`Actions for step ${index + 1}`}
          className="text-muted"
          icon={<Ellipsis aria-hidden className="size-4" />}
        />
      }
    >
      {isSource ? (
        <MenuItem icon={<Table2 aria-hidden />} onSelect={onEdit}>
          Change table…
        </MenuItem>
      ) : (
        <MenuItem icon={<Pencil aria-hidden />} onSelect={onEdit}>
          Edit…
        </MenuItem>
      )}
      <MenuItem icon={<TextCursorInput aria-hidden />} hint="F2" onSelect={() => onWrite('label')}>
        Rename
      </MenuItem>
      <MenuItem icon={<StickyNote aria-hidden />} onSelect={() => onWrite('note')}>
        {step.note === undefined ? 'Add a note' : 'Change the note'}
      </MenuItem>
      {step.section === undefined ? (
        <MenuItem icon={<Heading aria-hidden />} onSelect={() => onWrite('section')}>
          Begin a section here
        </MenuItem>
      ) : null}
      {isSource ? null : (
        <>
          <MenuItem
            icon={step.disabled ? <Eye aria-hidden /> : <EyeOff aria-hidden />}
            onSelect={() => store.getState().setDisabled(step.id, step.disabled !== true)}
          >
            {step.disabled ? 'Enable' : 'Disable'}
          </MenuItem>
          <MenuItem icon={<CopyPlus aria-hidden />} onSelect={() => store.getState().duplicate(step.id)}>
            Duplicate
          </MenuItem>
          <MenuItem icon={<ClipboardCopy aria-hidden />} onSelect={() => copy([step])}>
            Copy
          </MenuItem>
        </>
      )}
      {copied.length === 0 ? null : (
        <MenuItem
          icon={<ClipboardPaste aria-hidden />}
          onSelect={() => {
            store.getState().select(step.id);
            paste();
          }}
        >
          {copied.length === 1 ? 'Paste a step below' : `Paste ${copied.length} steps below`}
        </MenuItem>
      )}
      {isSource ? null : (
        <>
          <MenuSeparator />
          <MenuItem
            icon={<ArrowUp aria-hidden />}
            hint="Alt ↑"
            disabled={index <= 1}
            onSelect={() => store.getState().move(step.id, index - 1)}
          >
            Move up
          </MenuItem>
          <MenuItem
            icon={<ArrowDown aria-hidden />}
            hint="Alt ↓"
            disabled={index >= count - 1}
            onSelect={() => store.getState().move(step.id, index + 1)}
          >
            Move down
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Trash2 aria-hidden />} hint="Del" isDangerous onSelect={onRemove}>
            Delete
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
