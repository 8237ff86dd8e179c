'use client';

import { Plug, Plus, Shuffle, Workflow } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { usePermission } from '../../session.ts';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';

interface CreateActionsProps {
  /** One button with a menu instead of three. */
  readonly isNarrow: boolean;
  readonly onAddSource: () => void;
  readonly onAddPipeline: () => void;
}

/** What can be added to the canvas, as far as the person may. */
export function CreateActions({ isNarrow, onAddSource, onAddPipeline }: CreateActionsProps) {
  const router = useRouter();
  const maySource = usePermission('sources:write');
  const mayTransform = usePermission('transformations:write');
  const mayPipeline = usePermission('pipelines:write');
  const plus = <Plus aria-hidden className="size-4" />;
  if (isNarrow) {
    if (!maySource && !mayTransform && !mayPipeline) return null;
    return (
      <Menu
        trigger={
          <Button variant="primary" icon={plus}>
            Add
          </Button>
        }
      >
        {maySource ? (
          <MenuItem icon={<Plug aria-hidden />} onSelect={onAddSource}>
            Source
          </MenuItem>
        ) : null}
        {mayTransform ? (
          <MenuItem icon={<Shuffle aria-hidden />} onSelect={() => router.push('/transformations/new')}>
            Transformation
          </MenuItem>
        ) : null}
        {mayPipeline ? (
          <MenuItem icon={<Workflow aria-hidden />} onSelect={onAddPipeline}>
            Pipeline
          </MenuItem>
        ) : null}
      </Menu>
    );
  }
  return (
    <>
      {mayPipeline ? (
        <Button icon={plus} onClick={onAddPipeline}>
          Pipeline
        </Button>
      ) : null}
      {mayTransform ? (
        <LinkButton href="/transformations/new" icon={plus}>
          Transformation
        </LinkButton>
      ) : null}
      {maySource ? (
        <Button variant="primary" icon={plus} onClick={onAddSource}>
          Source
        </Button>
      ) : null}
    </>
  );
}
