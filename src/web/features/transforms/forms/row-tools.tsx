'use client';

import { ArrowUp, Trash2 } from 'lucide-react';
import { IconButton } from '../../../ui/button.tsx';

interface RowToolsProps<Item> {
  readonly items: readonly Item[];
  readonly index: number;
  /** What a row is, for its buttons: "rule". */
  readonly what: string;
  readonly onChange: (items: readonly Item[]) => void;
}

/** Move a row up, or remove it; nothing for a row that is alone. */
export function RowTools<Item>({ items, index, what, onChange }: RowToolsProps<Item>) {
  if (items.length < 2) return null;
  const item = items[index];
  const others = items.filter((_, at) => at !== index);
  return (
    <span className="mb-1 flex shrink-0">
      <IconButton
        size="sm"
        className="text-muted"
        label={`Move ${what} ${index + 1} up`}
        disabled={index === 0}
        icon={<ArrowUp aria-hidden className="size-4" />}
        onClick={() => {
          if (item !== undefined) onChange([...others.slice(0, index - 1), item, ...others.slice(index - 1)]);
        }}
      />
      <IconButton
        size="sm"
        className="text-muted"
        label={`Remove ${what} ${index + 1}`}
        icon={<Trash2 aria-hidden className="size-4" />}
        onClick={() => onChange(others)}
      />
    </span>
  );
}
