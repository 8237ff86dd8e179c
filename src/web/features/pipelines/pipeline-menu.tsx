'use client';

import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { getGraph } from '#contracts/graph';
import { deletePipeline, listPipelines, type Pipeline } from '#contracts/pipelines';
import { call, refetch } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { IconButton } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { toast } from '../../ui/toast.tsx';

/** What else can be done with a pipeline. */
export function PipelineMenu({
  pipeline,
  onEdit,
}: {
  readonly pipeline: Pipeline;
  readonly onEdit: () => void;
}) {
  const router = useRouter();
  const mayWrite = usePermission('pipelines:write');
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  if (!mayWrite) return null;
  async function remove() {
    setBusy(true);
    try {
      await call(deletePipeline, { params: { id: pipeline.id } });
      router.push('/pipelines');
      toast.success(`${pipeline.name} was deleted`);
      await refetch(listPipelines, getGraph);
    } catch (error) {
      toast.problem(error, `${pipeline.name} could not be deleted`);
      setBusy(false);
      setAsking(false);
    }
  }
  return (
    <>
      <Menu trigger={<IconButton label="More actions" icon={<Ellipsis aria-hidden className="size-4" />} />}>
        <MenuItem icon={<Pencil aria-hidden />} onSelect={onEdit}>
          Edit name and contents
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Trash2 aria-hidden />} isDangerous onSelect={() => setAsking(true)}>
          Delete…
        </MenuItem>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void remove()}
        title={`Delete ${pipeline.name}?`}
        confirmLabel="Delete pipeline"
        isDangerous
        isBusy={isBusy}
      >
        Its schedule and the history of its runs go with it. The sources, transformations and tables stay, but
        nothing brings them up to date by itself any more.
      </ConfirmDialog>
    </>
  );
}
