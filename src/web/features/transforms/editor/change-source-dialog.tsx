'use client';

import { Dialog } from '../../../ui/dialog.tsx';
import { TableList } from '../table-list.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';

/** Another table as the start; later steps are checked against its columns at once, and undo returns. */
export function ChangeSourceDialog({ onClose }: { readonly onClose: () => void }) {
  const { store, tables } = useEditor();
  const id = useEditorState((state) => state.id);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Start with another table"
      description="The steps stay and are checked against its columns."
    >
      <TableList
        tables={tables.filter((table) => id === null || table.transformation_id !== id)}
        onPick={(table) => {
          store.getState().changeSource(table.name);
          onClose();
        }}
      />
    </Dialog>
  );
}
