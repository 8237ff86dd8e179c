'use client';

import { Fragment } from 'react';
import { actionNames } from '#contracts/recipe-words';
import { MenuItem, MenuLabel, MenuSeparator } from '../../../ui/menu.tsx';
import type { EditableType } from '../model/editor-store.ts';
import { useEditor } from './editor-context.tsx';
import { actions, moreActions, startStep } from './start-step.ts';
import { StepIcon } from './step-icon.tsx';

interface ItemsProps {
  /** Index of the new step; after the selected one when absent. */
  readonly index?: number;
}

/** All actions as items of a menu. */
export function ActionItems(props: ItemsProps) {
  return (
    <>
      {actions.map((type) => (
        <ActionItem key={type} type={type} {...props} />
      ))}
      <MenuSeparator />
      <MoreItems {...props} />
    </>
  );
}

/** The less common actions, by what they are about. */
export function MoreItems(props: ItemsProps) {
  return moreActions.map(({ about, types }, position) => (
    <Fragment key={about}>
      {position === 0 ? null : <MenuSeparator />}
      <MenuLabel>{about}</MenuLabel>
      {types.map((type) => (
        <ActionItem key={type} type={type} {...props} />
      ))}
    </Fragment>
  ));
}

function ActionItem({ type, index }: ItemsProps & { readonly type: EditableType }) {
  const { store, analysis, focusedCell } = useEditor();
  return (
    <MenuItem
      icon={<StepIcon type={type} />}
      onSelect={() =>
        startStep({ store, analysis, type, cell: focusedCell, ...(index === undefined ? {} : { index }) })
      }
    >
      {actionNames[type]}
    </MenuItem>
  );
}
