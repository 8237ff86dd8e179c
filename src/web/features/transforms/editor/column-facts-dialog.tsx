'use client';

import { useState } from 'react';
import { profileRecipe } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { ProfileCard } from '../../../ui/profile-card.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { useAnswer } from '../use-answer.ts';
import { useColumnFacts } from './column-facts.tsx';

interface ColumnFactsDialogProps {
  /** undefined: closed. */
  readonly column: TableColumn | undefined;
  readonly onClose: () => void;
}

/** What is in a column at the step that is shown: on a sample at once, on every row when asked. */
export function ColumnFactsDialog({ column, onClose }: ColumnFactsDialogProps) {
  return (
    <Dialog
      isOpen={column !== undefined}
      onClose={onClose}
      title={<bdi>{column?.display_name}</bdi>}
      description="What is in this column at this step"
    >
      {column === undefined ? null : <Facts key={column.name} column={column} />}
    </Dialog>
  );
}

function Facts({ column }: { readonly column: TableColumn }) {
  const { steps } = useColumnFacts();
  const [isFull, setFull] = useState(false);
  const { data, error, isCurrent } = useAnswer(JSON.stringify([steps, column.name, isFull]), (signal) =>
    call(
      profileRecipe,
      { body: { recipe: { steps: [...steps] }, columns: [column.name], full: isFull, top: 20 } },
      { signal },
    ),
  );
  return (
    <ProfileCard
      column={column}
      profile={data}
      error={error}
      isPending={!isCurrent}
      onCountAll={isFull ? null : () => setFull(true)}
    />
  );
}
