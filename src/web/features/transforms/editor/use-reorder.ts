import { useState, type DragEvent, type KeyboardEvent } from 'react';

export interface ReorderOptions {
  readonly ids: readonly string[];
  /** Lowest index that things can move to. */
  readonly first?: number;
  /** Puts a thing so that it is at `index` afterwards. */
  readonly onMove: (id: string, index: number) => void;
}

/**
 * Reordering of a list by dragging and by Alt+↑ / Alt+↓.
 * @example <li {...reorder.item(id)}>…<button {...reorder.keys(id)}>
 */
export function useReorder({ ids, first = 0, onMove }: ReorderOptions) {
  const [dragged, setDragged] = useState<string | null>(null);
  /** Where the dragged thing would go: before this index. */
  const [gap, setGap] = useState<number | null>(null);

  const end = (): void => {
    setDragged(null);
    setGap(null);
  };

  return {
    dragged,
    gap,
    item: (id: string) => {
      const index = ids.indexOf(id);
      return {
        draggable: index >= first,
        onDragStart: (event: DragEvent<HTMLElement>) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', id);
          setDragged(id);
        },
        onDragOver: (event: DragEvent<HTMLElement>) => {
          if (dragged === null) return;
          event.preventDefault();
          const box = event.currentTarget.getBoundingClientRect();
          const isLowerHalf = event.clientY > box.top + box.height / 2;
          setGap(Math.max(first, index + (isLowerHalf ? 1 : 0)));
        },
        onDrop: (event: DragEvent<HTMLElement>) => {
          event.preventDefault();
          const from = dragged === null ? -1 : ids.indexOf(dragged);
          if (dragged !== null && gap !== null && from >= 0) onMove(dragged, gap > from ? gap - 1 : gap);
          end();
        },
        onDragEnd: end,
      };
    },
    /** Moves by the keyboard; answers whether the key was one of its own. */
    onKey: (id: string, event: KeyboardEvent<HTMLElement>): boolean => {
      if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return false;
      event.preventDefault();
      const index = ids.indexOf(id);
      const to = index + (event.key === 'ArrowUp' ? -1 : 1);
      if (index >= first && to >= first && to < ids.length) onMove(id, to);
      return true;
    },
  };
}
