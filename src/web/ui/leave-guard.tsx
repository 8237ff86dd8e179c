'use client';

import { useState, type ReactNode } from 'react';
import { ConfirmDialog } from './dialog.tsx';

interface LeaveGuard {
  /** Closes at once, or asks first when something would be lost. */
  readonly requestClose: () => void;
  /** To be drawn beside the window that it guards. */
  readonly question: ReactNode;
}

/**
 * Asks before a window is closed whose content would be lost.
 * @example const { requestClose, question } = useLeaveGuard(files.length > 0, onClose, 'The files are not loaded yet.');
 */
export function useLeaveGuard(isDirty: boolean, onClose: () => void, consequence: string): LeaveGuard {
  const [isAsking, setAsking] = useState(false);
  return {
    requestClose: () => (isDirty ? setAsking(true) : onClose()),
    question: (
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={onClose}
        title="Close without loading?"
        confirmLabel="Close"
        isDangerous
      >
        {consequence}
      </ConfirmDialog>
    ),
  };
}
