'use client';

import { Users } from 'lucide-react';
import { noteEditorPresence } from '#contracts/transformations';
import { useApi } from '../../../api.ts';
import { useEditorState } from './editor-context.tsx';

/** Who else has this transformation open, so that two people talk before they change the same step. */
export function OtherEditors() {
  const id = useEditorState((state) => state.id);
  const { data } = useApi(noteEditorPresence, id === null ? null : { params: { id } }, {
    // A page in the background says nothing: whoever left the tab is not at work in it.
    refreshInterval: 15_000,
    shouldRetryOnError: false,
  });
  const others = data?.others ?? [];
  return (
    <span role="status" className="flex shrink-0 items-center gap-1.5 text-sm text-warning empty:hidden">
      {others.length === 0 ? null : (
        <>
          <Users aria-hidden className="size-4" />
          <span className="max-w-40 truncate">
            {others.map((person) => person.name).join(', ')}
            {others.length === 1 ? ' is here too' : ' are here too'}
          </span>
        </>
      )}
    </span>
  );
}
