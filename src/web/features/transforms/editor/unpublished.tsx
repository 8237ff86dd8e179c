'use client';

import { useState } from 'react';
import { listTransformations, publishTransformation } from '#contracts/transformations';
import { call, refetch } from '../../../api.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.tsx';
import { Tooltip } from '../../../ui/tooltip.tsx';
import { useEditor, useEditorState } from './editor-context.tsx';

export interface Publishing {
  readonly isBusy: boolean;
  /** The version that pipelines run; null when they run the newest. */
  readonly older: number | null;
  /** undefined when there is nothing to publish, or it must not be. */
  readonly publish: (() => void) | undefined;
}

/** Makes pipelines run the steps as they are now. */
export function usePublish(): Publishing {
  const { store, autosave, analysis, canEdit } = useEditor();
  const id = useEditorState((state) => state.id);
  const version = useEditorState((state) => state.version);
  const published = useEditorState((state) => state.publishedVersion);
  const [isBusy, setBusy] = useState(false);
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
  const isOlder = id !== null && published < version;
  return {
    isBusy,
    older: isOlder ? published : null,
    publish: isOlder && canEdit && !isBroken ? () => void publish(id) : undefined,
  };
}

/** Says that pipelines still run an older version, and offers to make them run this one. */
export function Unpublished({ publishing }: { readonly publishing: Publishing }) {
  const { canEdit } = useEditor();
  const { older, isBusy, publish } = publishing;
  if (older === null) return null;
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      <Tooltip
        content={`Pipelines still run version ${older}. They take over your changes when you publish them or choose “Save & run”.`}
      >
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the tooltip must be reachable by keyboard */}
        <span tabIndex={0} className="max-sm:hidden">
          <Badge tone="warning">Draft</Badge>
        </span>
      </Tooltip>
      {canEdit ? (
        <Button size="sm" isBusy={isBusy} disabled={publish === undefined} onClick={publish}>
          Publish
        </Button>
      ) : null}
    </span>
  );
}
