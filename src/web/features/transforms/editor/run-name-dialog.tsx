'use client';

import { useState } from 'react';
import { displayName } from '#contracts/primitives';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field, Input } from '../../../ui/field.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';

interface RunNameDialogProps {
  readonly suggestion: string;
  readonly onClose: () => void;
  readonly onRun: (name: string) => void;
}

/** Asked before the first run: what the table that comes out is called. */
export function RunNameDialog({ suggestion, onClose, onRun }: RunNameDialogProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState<string>();
  const { tables } = useEditor();
  const ownId = useEditorState((state) => state.id);
  const isTaken = (name: string) =>
    tables.some(
      (table) =>
        table.kind !== 'source' &&
        table.transformation_id !== ownId &&
        table.display_name.trim().toLocaleLowerCase() === name.trim().toLocaleLowerCase(),
    );
  const formId = 'run-name-form';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title="Name the result"
      description="The result is saved as a table. You can use it in other transformations, and each run replaces its rows."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId}>
            Run
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const name = displayName.safeParse(typed ?? suggestion);
          if (!name.success) setError(name.error.issues[0]?.message);
          else if (isTaken(name.data)) setError('Another transformation makes a table of this name.');
          else onRun(name.data);
        }}
      >
        <Field label="Name of the table" error={error}>
          <Input
            value={typed ?? suggestion}
            maxLength={200}
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              setTyped(event.target.value);
              setError(undefined);
            }}
          />
        </Field>
      </form>
    </Dialog>
  );
}
