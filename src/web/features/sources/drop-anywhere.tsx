'use client';

import { UploadCloud } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

/** Files dropped on any page become sources; while they hover, the page says so. */
export function DropAnywhere({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  useEffect(() => {
    // A window that is open has a place of its own for files, or is about something else.
    const isOurs = (event: DragEvent) =>
      event.dataTransfer?.types.includes('Files') === true &&
      document.querySelector('[role=dialog]') === null;
    const over = (event: DragEvent) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!isOurs(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) latest.current(files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-60 flex animate-fade-in items-center justify-center bg-overlay p-6">
      <div className="flex flex-col items-center gap-2 rounded-lg border-2 border-dashed border-accent bg-surface px-12 py-10 shadow-dialog">
        <UploadCloud aria-hidden className="size-9 stroke-[1.5] text-accent" />
        <p className="text-lg font-medium">Drop to add as a source</p>
      </div>
    </div>
  );
}
