'use client';

import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';

interface FoldedProps {
  readonly title: string;
  /** Open whatever a person does: something in it asks for attention. */
  readonly isHeldOpen?: boolean;
  readonly children: ReactNode;
}

/** What few people need, folded away until somebody opens it. */
export function Folded({ title, isHeldOpen = false, children }: FoldedProps) {
  const [isOpened, setOpened] = useState(false);
  return (
    <details
      open={isOpened || isHeldOpen}
      onToggle={(event) => setOpened(event.currentTarget.open)}
      className="group rounded-md border border-line px-3 py-1"
    >
      <summary className="flex touch-target cursor-pointer items-center gap-2 py-1 text-sm font-medium">
        {title}
        <ChevronDown
          aria-hidden
          className="ms-auto size-4 shrink-0 text-muted transition-transform group-open:rotate-180"
        />
      </summary>
      <div className="flex flex-col gap-4 pt-2 pb-3">{children}</div>
    </details>
  );
}
