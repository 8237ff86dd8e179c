'use client';

import { useState } from 'react';
import { updateSource, syncSource, type Source } from '#contracts/sources';
import { getTable } from '#contracts/warehouse';
import { call, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { useLeaveGuard } from '../../ui/leave-guard.tsx';
import { Card } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { CheckStep } from './check-step.tsx';
import { compareColumns } from './compare-columns.ts';
import { draftProblem, sourceOptions } from './file-draft.ts';
import { FileStep } from './file-step.tsx';
import { watchLoad } from './loads.ts';
import { useUploads } from './use-uploads.ts';

interface ReplaceFileProps {
  readonly source: Source;
  readonly onChanged: () => void;
}

/** A newer file for the same source: the table keeps its name, and what uses it goes on. */
export function ReplaceFile({ source, onChanged }: ReplaceFileProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">Replace the file</h2>
        <p className="text-muted">
          Put a newer file in its place. Until it is loaded, everybody sees the old data; if it fails, they
          keep it.
        </p>
      </div>
      <Button onClick={() => setOpen(true)}>Replace file…</Button>
      {isOpen ? <ReplaceDialog source={source} onChanged={onChanged} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

function ReplaceDialog({ source, onChanged, onClose }: ReplaceFileProps & { readonly onClose: () => void }) {
  const { uploads, add, remove, setDraft } = useUploads();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const table = useApi(
    getTable,
    source.last_synced_at ? { params: { name: source.warehouse_table_name } } : null,
  ).data;
  const ready = uploads.find((upload) => upload.state === 'ready');
  const problem = ready ? draftProblem(ready.draft) : undefined;
  // Of a table in several parts only the first is at hand, and says nothing of the columns in the others.
  const isWhole = table !== undefined && table.parts.length === 0;
  const differences = ready && isWhole ? compareColumns(table.columns, ready.draft.upload.columns) : [];

  const { requestClose, question } = useLeaveGuard(
    uploads.length > 0,
    onClose,
    'The source keeps the file that it has.',
  );

  async function load() {
    if (!ready) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const { draft } = ready;
      const params = { id: source.id };
      const config = { upload_id: draft.upload.id, options: sourceOptions(draft) };
      await call(updateSource, { params, body: { config } });
      const { run_id: runId } = await call(syncSource, { params });
      watchLoad({ sourceId: source.id, runId, name: source.name });
      toast.info(`Loading ${source.name}`, { description: 'You are told when it is done.' });
      onChanged();
      onClose();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      isSticky={uploads.length > 0}
      onClose={requestClose}
      title={`Replace the file of ${source.name}`}
      size={ready ? 'full' : 'md'}
      footer={
        ready ? (
          <>
            {problem ? <p className="me-auto text-sm text-danger">{problem}</p> : null}
            <Button onClick={() => remove(ready.key)}>Another file</Button>
            <Button
              variant="primary"
              isBusy={isBusy}
              disabled={problem !== undefined}
              onClick={() => void load()}
            >
              Load
            </Button>
          </>
        ) : undefined
      }
    >
      <FormProblem error={failure} />
      {ready ? (
        <div className="flex flex-1 flex-col gap-3 lg:min-h-0">
          {differences.length > 0 ? (
            <ul className="list-disc rounded-md bg-warning-soft py-2 ps-8 pe-3">
              {differences.map((difference) => (
                <li key={difference}>{difference}</li>
              ))}
            </ul>
          ) : null}
          <div className="flex flex-1 flex-col lg:min-h-0">
            <CheckStep
              draft={{ ...ready.draft, name: source.name }}
              isNameFixed
              onChange={(change) => setDraft(ready.key, change)}
            />
          </div>
        </div>
      ) : (
        <FileStep
          isMultiple={false}
          uploads={uploads}
          onFiles={(files) => {
            for (const upload of uploads) remove(upload.key);
            add(files);
          }}
          onRemove={remove}
        />
      )}
      {question}
    </Dialog>
  );
}
