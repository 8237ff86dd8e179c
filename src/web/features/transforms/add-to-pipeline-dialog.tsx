'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { createPipeline, listPipelines, updatePipeline } from '#contracts/pipelines';
import { getTransformation } from '#contracts/transformations';
import { listTables } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

interface AddToPipelineDialogProps {
  readonly transformationId: string;
  readonly name: string;
  readonly onClose: () => void;
}

const newPipeline = 'new';

/** Puts a transformation on a pipeline that exists, or on a new one together with the sources that it reads. */
export function AddToPipelineDialog({ transformationId, name, onClose }: AddToPipelineDialogProps) {
  const router = useRouter();
  const { data, error, mutate } = useApi(listPipelines, { query: { limit: 500 } });
  const [choice, setChoice] = useState(newPipeline);
  const [isBusy, setBusy] = useState(false);
  const pipelines = data?.items ?? [];

  async function add() {
    setBusy(true);
    try {
      const existing = pipelines.find((pipeline) => pipeline.id === choice);
      const pipeline =
        existing === undefined
          ? await createWithSources(transformationId, name)
          : await call(updatePipeline, {
              params: { id: existing.id },
              body: { transformation_ids: [...new Set([...existing.transformation_ids, transformationId])] },
            });
      await refetch(listPipelines);
      toast.success(`Added to the pipeline “${pipeline.name}”`, {
        action: { label: 'Open pipeline', onClick: () => router.push(`/pipelines/${pipeline.id}`) },
      });
      onClose();
    } catch (failure) {
      toast.problem(failure, 'It could not be added');
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title="Add to a pipeline"
      description="A pipeline refreshes the sources and runs the transformations, on a schedule if you like."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={isBusy} disabled={data === undefined} onClick={() => void add()}>
            Add
          </Button>
        </>
      }
    >
      {error !== undefined ? (
        <ErrorState title="The pipelines could not be read" error={error} onRetry={() => void mutate()} />
      ) : data === undefined ? (
        <SkeletonRows rows={3} />
      ) : (
        <RadioGroup
          label="Pipeline"
          isLabelHidden
          value={choice}
          onChange={setChoice}
          options={[
            {
              value: newPipeline,
              label: 'A new pipeline',
              help: 'With the sources that this transformation reads',
            },
            ...pipelines.map((pipeline) => ({
              value: pipeline.id,
              label: pipeline.name,
              ...(pipeline.transformation_ids.includes(transformationId)
                ? { help: 'It is on this one already' }
                : {}),
            })),
          ]}
        />
      )}
    </Dialog>
  );
}

async function createWithSources(transformationId: string, name: string) {
  const [transformation, tables] = await Promise.all([
    call(getTransformation, { params: { id: transformationId } }),
    call(listTables, { query: { limit: 500 } }),
  ]);
  const sources = tables.items.flatMap((table) =>
    transformation.depends_on.includes(table.name) && table.source_id ? [table.source_id] : [],
  );
  return call(createPipeline, {
    body: {
      name: `Refresh ${name}`.slice(0, 200),
      source_ids: [...new Set(sources)],
      transformation_ids: [transformationId],
    },
  });
}
