'use client';

import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { listVersions, restoreVersion, type TransformationVersion } from '#contracts/transformations';
import { call, refetch, useApi } from '../../../api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { SidePanel } from '../../../ui/dialog.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { ErrorState, SkeletonRows } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { columnNaming, visibleColumns } from '../model/column-naming.ts';
import { describeStep } from '../model/step-words.ts';
import { useEditor, useEditorState } from './editor-context.tsx';

/** Every saved version with what changed in it; any can be made the newest again. */
export function VersionsPanel({ onClose }: { readonly onClose: () => void }) {
  const { store, autosave, canEdit } = useEditor();
  const id = useEditorState((state) => state.id);
  const current = useEditorState((state) => state.version);
  const [restoring, setRestoring] = useState<number | null>(null);
  const { data, error, mutate } = useApi(
    listVersions,
    id !== null ? { params: { id }, query: { limit: 100 } } : null,
  );
  async function restore(version: number) {
    if (id === null) return;
    setRestoring(version);
    try {
      // What is unsaved becomes a version first, so that a restore loses nothing.
      if (!(await autosave.flush())) return;
      store.getState().load(await call(restoreVersion, { params: { id, version } }));
      await refetch(listVersions);
      toast.success(`Version ${version} is the newest again`);
      onClose();
    } catch (failure) {
      toast.problem(failure, 'The version could not be restored');
    } finally {
      setRestoring(null);
    }
  }
  const versions = data?.items ?? [];
  return (
    <SidePanel isOpen onClose={onClose} title="History" description="Every saved version, newest first">
      {error === undefined ? null : (
        <ErrorState title="The history could not be read" error={error} onRetry={() => void mutate()} />
      )}
      {data === undefined && error === undefined ? <SkeletonRows rows={6} /> : null}
      <ol aria-label="Versions" className="flex flex-col gap-3">
        {versions.map((version, index) => (
          <li key={version.version} className="rounded-md border border-line p-3">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">Version {version.version}</span>
              {version.version === current ? <Badge tone="accent">Current</Badge> : null}
              <span className="text-sm text-muted">
                <RelativeTime value={version.created_at} />
                {version.created_by ? ` · ${version.created_by.name}` : ''}
              </span>
            </div>
            <Changes version={version} before={versions[index + 1]} />
            {canEdit && version.version !== current ? (
              <Button
                size="sm"
                className="mt-2"
                icon={<RotateCcw aria-hidden className="size-3.5" />}
                isBusy={restoring === version.version}
                onClick={() => void restore(version.version)}
              >
                Restore version {version.version}
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
    </SidePanel>
  );
}

const words = { added: 'Added', removed: 'Removed', changed: 'Changed', moved: 'Moved' } as const;
const tones = { added: 'success', removed: 'danger', changed: 'running', moved: 'neutral' } as const;

function Changes({
  version,
  before,
}: {
  readonly version: TransformationVersion;
  readonly before: TransformationVersion | undefined;
}) {
  const { tables, analysis } = useEditor();
  const naming = columnNaming(
    [...analysis.results.map((result) => result.columns).reverse(), ...tables.map(visibleColumns)],
    tables,
  );
  if (version.changes.length === 0) {
    return (
      <p className="mt-1 text-sm text-muted">
        {before === undefined ? 'First version' : 'Name or output changed'}
      </p>
    );
  }
  return (
    <ul className="mt-1.5 flex flex-col gap-1">
      {version.changes.map((change) => {
        const recipe = change.kind === 'removed' ? before?.recipe : version.recipe;
        const step = recipe?.steps[change.step];
        return (
          <li key={`${change.kind} ${change.step}`} className="flex items-start gap-2 text-sm">
            <Badge tone={tones[change.kind]}>{words[change.kind]}</Badge>
            <span dir="auto" className="min-w-0 wrap-anywhere">
              {step === undefined ? `Step ${change.step + 1}` : (step.label ?? describeStep(step, naming))}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
