'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { TableColumn } from '#contracts/warehouse';
import { MenuItem } from '../../../ui/menu.tsx';
import { directionWords } from '../model/sort-words.ts';
import { useEditor } from './editor-context.tsx';
import { addStep } from './start-step.ts';

/** Both directions in which rows can be put in order by a column, as items of a menu. */
export function SortItems({ column }: { readonly column: TableColumn }) {
  const { store } = useEditor();
  return [false, true].map((descending) => (
    <MenuItem
      key={String(descending)}
      icon={descending ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />}
      onSelect={() =>
        addStep(store, {
          type: 'sort',
          columns: [{ column: column.name, ...(descending ? { descending } : {}) }],
        })
      }
    >
      Sort {directionWords(column.type, descending)}
    </MenuItem>
  ));
}
