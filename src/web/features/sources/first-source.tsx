'use client';

import { FlaskConical } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { loadSample } from '#contracts/graph';
import { listSources } from '#contracts/sources';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { DropZone } from './drop-zone.tsx';

/** An organization without sources: what they are for, and two ways to the first one. */
export function FirstSource({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const router = useRouter();
  const mayAdd = usePermission('sources:write');
  const [isBusy, setBusy] = useState(false);
  if (!mayAdd) {
    return (
      <EmptyState title="No sources yet">
        When an editor of your organization brings in a file, you find it here.
      </EmptyState>
    );
  }
  async function sample() {
    setBusy(true);
    try {
      await call(loadSample, {});
      await refetch(listSources);
      router.push('/');
    } catch (error) {
      toast.problem(error, 'The sample could not be loaded');
      setBusy(false);
    }
  }
  return (
    <div className="mx-auto flex w-full max-w-xl flex-col gap-4 py-6">
      <div className="text-center">
        <h2 className="text-lg font-semibold">Bring in your first file</h2>
        <p className="text-muted">
          Its rows become a table that you can look at, clean and combine with others.
        </p>
      </div>
      <DropZone onFiles={onFiles} />
      <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-2">
        <p className="text-muted">No file at hand?</p>
        <Button
          icon={<FlaskConical aria-hidden className="size-4" />}
          isBusy={isBusy}
          onClick={() => void sample()}
        >
          Load the sample of a small NGO
        </Button>
      </div>
    </div>
  );
}
