'use client';

import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useEditor } from './editor-context.tsx';

/** Two people changed the same transformation: one of them has to choose, and nothing is lost, as versions are kept. */
export function ConflictDialog() {
  const { saveState, autosave } = useEditor();
  const [busy, setBusy] = useState<'theirs' | 'mine' | null>(null);
  async function decide(which: 'theirs' | 'mine') {
    setBusy(which);
    try {
      await (which === 'theirs' ? autosave.takeTheirs() : autosave.keepMine());
    } catch (error) {
      toast.problem(error, 'The other version could not be read');
    } finally {
      setBusy(null);
    }
  }
  return (
    <Dialog
      isOpen={saveState.kind === 'conflict'}
      onClose={() => undefined}
      isSticky
      size="sm"
      title="Somebody else saved this transformation"
      footer={
        <>
          <Button isBusy={busy === 'theirs'} disabled={busy !== null} onClick={() => void decide('theirs')}>
            Reload theirs
          </Button>
          <Button
            variant="primary"
            isBusy={busy === 'mine'}
            disabled={busy !== null}
            onClick={() => void decide('mine')}
          >
            Keep mine
          </Button>
        </>
      }
    >
      <p>
        While you were working, another person or another tab saved a newer version. Nothing is overwritten
        until you choose.
      </p>
      <ul className="mt-2 list-disc ps-5 text-muted">
        <li>Reload theirs: your changes since the last save are dropped.</li>
        <li>Keep mine: yours becomes the newest version. Theirs stays in the history.</li>
      </ul>
    </Dialog>
  );
}
