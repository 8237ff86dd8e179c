'use client';

import { useState } from 'react';
import { syncSource, type Source } from '#contracts/sources';
import { resetStream, type LoadedStream } from '#contracts/streams';
import { call } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { watchLoad } from './loads.ts';

interface ResetStreamDialogProps {
  readonly source: Source;
  readonly stream: LoadedStream;
  readonly mode: 'reset' | 'backfill';
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Says what starting over loses, and then does it. */
export function ResetStreamDialog({ source, stream, mode, onClose, onDone }: ResetStreamDialogProps) {
  const format = useFormat();
  const mayRun = usePermission('sources:run');
  const [isBusy, setBusy] = useState(false);
  async function start() {
    setBusy(true);
    try {
      await call(resetStream, { params: { id: source.id }, body: { stream: stream.stream, mode } });
      if (mayRun) {
        const { run_id: runId } = await call(syncSource, { params: { id: source.id } });
        watchLoad({ sourceId: source.id, runId, name: source.name });
      }
      onDone();
    } catch (error) {
      toast.problem(error, 'It could not be started');
      setBusy(false);
      onClose();
    }
  }
  const rows = stream.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  const isReset = mode === 'reset';
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => void start()}
      title={isReset ? `Start ${stream.title} over?` : `Read all of ${stream.title} again?`}
      confirmLabel={isReset ? 'Start over' : 'Read everything again'}
      isDangerous={isReset}
      isBusy={isBusy}
    >
      {isReset ? (
        <>
          <p>
            Everything is read from the service again, and takes the place of the{' '}
            {format.count(rows, ['row', 'rows'])} that are there. You lose:
          </p>
          <ul className="mt-1 list-disc ps-5">
            <li>rows that the service no longer has</li>
            {stream.settings.merge_strategy === 'scd2' ? <li>all earlier versions of the rows</li> : null}
            {stream.settings.write_disposition === 'append' ? (
              <li>what earlier loads added and the service has changed since</li>
            ) : null}
          </ul>
          <p className="mt-2">You see the present rows until the new ones are complete.</p>
        </>
      ) : (
        <p>
          Everything is read from the service again, and updates the {format.count(rows, ['row', 'rows'])}{' '}
          that are there. Nothing is lost; it takes as long as the first load did.
        </p>
      )}
    </ConfirmDialog>
  );
}
