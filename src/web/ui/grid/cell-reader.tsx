'use client';

import { Copy } from 'lucide-react';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { toast } from '../toast.tsx';
import { copyText } from './copy-text.ts';

interface CellReaderProps {
  /** undefined: closed. */
  readonly cell: { readonly title: string; readonly text: string } | undefined;
  readonly onClose: () => void;
}

/** The whole of a cell whose column is too narrow for it. */
export function CellReader({ cell, onClose }: CellReaderProps) {
  return (
    <Dialog
      isOpen={cell !== undefined}
      onClose={onClose}
      title={<bdi>{cell?.title}</bdi>}
      footer={
        <Button
          icon={<Copy aria-hidden className="size-4" />}
          onClick={async () => {
            if (await copyText(cell?.text ?? '')) toast.success('Copied');
          }}
        >
          Copy
        </Button>
      }
    >
      <p dir="auto" className="max-h-[50vh] overflow-y-auto wrap-anywhere whitespace-pre-wrap select-text">
        {cell?.text}
      </p>
    </Dialog>
  );
}
