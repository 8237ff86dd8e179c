'use client';

import { TriangleAlert } from 'lucide-react';
import { clsx } from 'clsx';

interface FileTabsProps {
  readonly files: readonly { readonly key: string; readonly name: string; readonly hasProblem: boolean }[];
  readonly current: string;
  readonly onChange: (key: string) => void;
}

/** Which of several files is being checked. */
export function FileTabs({ files, current, onChange }: FileTabsProps) {
  return (
    <div role="group" aria-label="Files" className="flex shrink-0 flex-wrap gap-1.5">
      {files.map((file) => (
        <button
          key={file.key}
          type="button"
          aria-pressed={file.key === current}
          onClick={() => onChange(file.key)}
          className={clsx(
            'flex h-8 max-w-60 touch-target items-center gap-1.5 rounded-full border px-3 text-sm',
            file.key === current
              ? 'border-accent bg-accent-soft font-medium text-accent-ink'
              : 'border-line-strong text-muted hover:bg-hover',
          )}
        >
          {file.hasProblem ? (
            <TriangleAlert aria-label="needs attention" className="size-3.5 text-warning" />
          ) : null}
          <bdi className="truncate">{file.name}</bdi>
        </button>
      ))}
    </div>
  );
}
