'use client';

import { useState } from 'react';
import { deleteTransformation, listTransformations } from '#contracts/transformations';
import { getTable, listTables } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../api.ts';
import { ConfirmDialog } from '../../ui/dialog.tsx';
import { SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

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
  // A transformation that never ran has no table; then nothing can read it, and the answer is a 404.
  const { data, isLoading } = useApi(
    getTable,
    { params: { name: `transform_${id}` } },
    { shouldRetryOnError: false },
  );
  const users = data?.used_by ?? [];
  async function remove() {
    setBusy(true);
    try {
      await call(deleteTransformation, {
        params: { id },
        query: { force: users.length > 0 ? 'true' : 'false' },
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
      confirmLabel={users.length > 0 ? 'Delete it anyway' : 'Delete transformation'}
      isDangerous
      isBusy={isBusy || isLoading}
    >
      <p>Its steps, their history and the table that it makes are deleted. The tables that it reads stay.</p>
      {isLoading ? <SkeletonRows rows={1} className="mt-2" /> : null}
      {users.length > 0 ? (
        <>
          <p className="mt-2 font-medium text-ink">These use it and will stop working:</p>
          <ul className="list-disc ps-5">
            {users.map((user) => (
              <li key={`${user.kind} ${user.id}`}>
                <bdi>{user.name}</bdi> ({user.kind})
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </ConfirmDialog>
  );
}
