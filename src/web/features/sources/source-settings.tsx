'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { deleteSource, listSources, updateSource, type Source } from '#contracts/sources';
import { listTables } from '#contracts/warehouse';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Card } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { useEndpointForm } from '../../use-endpoint-form.ts';
import { ImpactList, useImpact } from '../data/impact-list.tsx';
import { ConnectionSettings } from './connection-settings.tsx';
import { ReplaceFile } from './replace-file.tsx';

interface SourceSettingsProps {
  readonly source: Source;
  readonly onChanged: () => void;
}

export function SourceSettings({ source, onChanged }: SourceSettingsProps) {
  const mayWrite = usePermission('sources:write');
  if (!mayWrite) {
    return <p className="text-muted">Only editors and admins may change a source.</p>;
  }
  return (
    <div className="flex max-w-2xl flex-col gap-4 pb-6">
      <Rename key={source.name} source={source} onChanged={onChanged} />
      {typeof source.config['upload_id'] === 'string' ? (
        <ReplaceFile source={source} onChanged={onChanged} />
      ) : (
        <ConnectionSettings source={source} onChanged={onChanged} />
      )}
      <Delete source={source} />
    </div>
  );
}

function Rename({ source, onChanged }: SourceSettingsProps) {
  const form = useEndpointForm({
    schema: updateSource.body,
    initial: { name: source.name },
    onSubmit: async (body) => {
      await call(updateSource, { params: { id: source.id }, body });
      onChanged();
      void refetch(listSources, listTables);
      toast.success('The source has a new name');
    },
  });
  return (
    <Card className="p-4">
      <form onSubmit={form.submit} noValidate className="flex flex-col gap-3">
        <div>
          <h2 className="font-semibold">Name</h2>
          <p className="text-muted">What reads its table goes on to work, and shows the new name.</p>
        </div>
        <FormProblem error={form.failure} />
        <div className="flex items-end gap-2">
          <Field label="Name of the source" isLabelHidden error={form.errors.name} className="flex-1">
            <Input {...form.field('name')} />
          </Field>
          <Button type="submit" isBusy={form.isBusy} disabled={form.values.name.trim() === source.name}>
            Rename
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Delete({ source }: { readonly source: Source }) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { impact, isLoading } = useImpact(isAsking ? source.warehouse_table_name : null);
  async function remove() {
    setBusy(true);
    try {
      // What depends on it was shown and confirmed in the dialog.
      await call(deleteSource, { params: { id: source.id }, query: { force: 'true' } });
      toast.success(`${source.name} was deleted`);
      router.replace('/sources');
      void refetch(listSources, listTables);
    } catch (error) {
      toast.problem(error, 'The source could not be deleted');
      setBusy(false);
      setAsking(false);
    }
  }
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <div className="min-w-0 flex-1">
        <h2 className="font-semibold">Delete</h2>
        <p className="text-muted">The source and its table. What uses the table stops working.</p>
      </div>
      <Button onClick={() => setAsking(true)} className="text-danger!">
        Delete source…
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void remove()}
        title={`Delete ${source.name}?`}
        confirmLabel="Delete source"
        isDangerous
        isBusy={isBusy || isLoading}
      >
        <p>Its table with all rows is deleted too. This cannot be undone.</p>
        <ImpactList impact={impact} isLoading={isLoading} />
      </ConfirmDialog>
    </Card>
  );
}
