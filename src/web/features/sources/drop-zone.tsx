'use client';

import { clsx } from 'clsx';
import { UploadCloud } from 'lucide-react';
import { useId, useState, type DragEvent } from 'react';
import { buttonClass } from '../../ui/button.tsx';

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  readonly isMultiple?: boolean;
  readonly isSmall?: boolean;
}

/** Drop files on it, or choose them with the button; the keyboard reaches the button. */
export function DropZone({ onFiles, isMultiple = true, isSmall }: DropZoneProps) {
  const id = useId();
  const [isOver, setOver] = useState(false);
  const stop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      onDragEnter={(event) => {
        stop(event);
        setOver(true);
      }}
      onDragOver={stop}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget instanceof Node ? event.relatedTarget : null)) {
          setOver(false);
        }
      }}
      onDrop={(event) => {
        stop(event);
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onFiles(isMultiple ? files : files.slice(0, 1));
      }}
      className={clsx(
        'flex flex-col items-center gap-1.5 rounded-lg border-2 border-dashed px-4 text-center transition-colors duration-100',
        isSmall ? 'py-5' : 'py-12',
        isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-canvas',
      )}
    >
      <UploadCloud aria-hidden className={clsx('text-faint', isSmall ? 'size-6' : 'size-9 stroke-[1.5]')} />
      <p className="font-medium">{isMultiple ? 'Drop files here' : 'Drop the file here'}</p>
      <p className="text-sm text-muted">Excel, CSV, JSON or Parquet, also as zip or gzip, of any size.</p>
      <input
        id={id}
        type="file"
        multiple={isMultiple}
        accept=".csv,.tsv,.txt,.tab,.psv,.xlsx,.xlsm,.json,.ndjson,.jsonl,.geojson,.parquet,.gz,.zip,text/csv,text/tab-separated-values,text/plain"
        className="peer sr-only"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same file chosen again must count as a choice.
          event.target.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
      <label
        htmlFor={id}
        className={buttonClass(
          'secondary',
          'md',
          'mt-2 peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent',
        )}
      >
        {isMultiple ? 'Choose files' : 'Choose a file'}
      </label>
    </div>
  );
}
