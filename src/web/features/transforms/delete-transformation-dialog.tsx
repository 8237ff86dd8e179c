'use client';

import { useState } from 'react';
import { deleteTransformation, listTransformations } from '#contracts/transformations';
import { listTables } from '#contracts/warehouse';
import { call, refetch } from '../../api.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { ImpactList, isUsed, useImpact } from '../data/impact-list.tsx';

interface DeleteTransformationDialogProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Says what depends on it before anything is deleted. */
export function DeleteTransformationDialog({
  id,
  name,
  onClose,
  onDeleted,
}: DeleteTransformationDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const { impact, isLoading } = useImpact(`transform_${id}`);
  async function remove() {
    setBusy(true);
    try {
      await call(deleteTransformation, {
        params: { id },
        query: { force: isUsed(impact) ? 'true' : 'false' },
      });
      await refetch(listTransformations, listTables);
      toast.success(`${name} was deleted`);
      onDeleted();
    } catch (error) {
      toast.problem(error, 'It could not be deleted');
    } finally {
      setBusy(false);
    }
  }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => void remove()}
      title={
        <>
          Delete <bdi>{name}</bdi>?
        </>
      }
      confirmLabel={isUsed(impact) ? 'Delete it anyway' : 'Delete transformation'}
      isDangerous
      isBusy={isBusy || isLoading}
    >
      <p>Its steps, their history and the table that it makes are deleted. The tables that it reads stay.</p>
      <ImpactList impact={impact} isLoading={isLoading} />
    </ConfirmDialog>
  );
}
