'use client';

import { useState } from 'react';
import { listTransformations, publishTransformation } from '#contracts/transformations';
import { call, refetch } from '../../../api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';

/** Says that pipelines still run an older version, and makes them run this one. */
export function Unpublished() {
  const { store, autosave, analysis, canEdit } = useEditor();
  const id = useEditorState((state) => state.id);
  const version = useEditorState((state) => state.version);
  const published = useEditorState((state) => state.publishedVersion);
  const [isBusy, setBusy] = useState(false);
  if (id === null || published >= version) return null;
  const isBroken = analysis.results.some((result) => result.errors.length > 0);

  async function publish(transformation: string) {
    setBusy(true);
    try {
      // What was typed last belongs to it.
      if (!(await autosave.flush())) return;
      const saved = await call(publishTransformation, { params: { id: transformation } });
      store.getState().markPublished(saved.published_version);
      void refetch(listTransformations);
      toast.success('Pipelines run this version from now on');
    } catch (error) {
      toast.problem(error, 'It could not be published');
    } finally {
      setBusy(false);
    }
  }
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      <Tooltip
        content={`Pipelines still run version ${published}. They take over your changes when you publish them or choose “Save & run”.`}
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip must be reachable by keyboard */}
        <span tabIndex={0} className="max-sm:hidden">
          <Badge tone="warning">Draft</Badge>
        </span>
      </Tooltip>
      {canEdit ? (
        <Button size="sm" isBusy={isBusy} disabled={isBroken} onClick={() => void publish(id)}>
          Publish
        </Button>
      ) : null}
    </span>
  );
}
