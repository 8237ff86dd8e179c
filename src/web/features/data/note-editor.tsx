'use client';

import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { describeTable, getTable, listTables } from '#contracts/warehouse';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Textarea } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';

interface NoteEditorProps {
  /** Physical name of the table. */
  readonly table: string;
  /** Physical name of the column; the table itself when absent. */
  readonly column?: string;
  /** What is described, for the names of the controls. */
  readonly subject: string;
  readonly note: string | null | undefined;
}

/** What people wrote about a table or a column, changed in place: Ctrl Enter keeps it, Escape takes it back. */
export function NoteEditor({ table, column, subject, note }: NoteEditorProps) {
  const mayWrite = usePermission('transformations:write');
  const [typed, setTyped] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function save() {
    if (typed === null) return;
    setBusy(true);
    try {
      const body = column === undefined ? { description: typed } : { columns: { [column]: typed } };
      await call(describeTable, { params: { name: table }, body });
      await refetch(getTable, listTables);
      setTyped(null);
    } catch (error) {
      toast.problem(error, 'The description could not be saved');
    } finally {
      setBusy(false);
    }
  }

  if (typed === null) {
    if (!mayWrite) return note ? <p className="text-sm wrap-anywhere text-muted">{note}</p> : null;
    return (
      <div className="flex items-start gap-1 text-sm text-muted">
        {note ? (
          <p dir="auto" className="min-w-0 wrap-anywhere whitespace-pre-line">
            {note}
          </p>
        ) : null}
        {note ? (
          <IconButton
            size="sm"
            label={`Change the description of ${subject}`}
            icon={<Pencil aria-hidden className="size-3.5" />}
            onClick={() => setTyped(note)}
          />
        ) : (
          <Button size="sm" variant="ghost" onClick={() => setTyped('')} className="-ms-2 text-faint!">
            Add a description<span className="sr-only"> of {subject}</span>
          </Button>
        )}
      </div>
    );
  }
  return (
    <form
      className="flex max-w-xl flex-col gap-1.5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Textarea
        autoFocus
        rows={2}
        maxLength={5000}
        aria-label={`Description of ${subject}`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped(null);
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
        }}
      />
      <div className="flex gap-2">
        <Button size="sm" variant="primary" type="submit" isBusy={isBusy}>
          Save
        </Button>
        <Button size="sm" onClick={() => setTyped(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
