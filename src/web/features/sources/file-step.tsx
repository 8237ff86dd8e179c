'use client';

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { describeError } from '../../api-error.ts';
import { useFormat } from '../../use-format.ts';
import { IconButton } from '../../ui/button.tsx';
import { Progress } from '../../ui/states.tsx';
import { DropZone } from './drop-zone.tsx';
import type { PendingUpload } from './use-uploads.ts';

interface FileStepProps {
  readonly uploads: readonly PendingUpload[];
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemove: (key: string) => void;
  readonly isMultiple?: boolean;
}

export function FileStep({ uploads, onFiles, onRemove, isMultiple = true }: FileStepProps) {
  return (
    <div className="flex flex-col gap-3">
      <DropZone onFiles={onFiles} isMultiple={isMultiple} isSmall={uploads.length > 0} />
      {uploads.length > 1 ? (
        <p className="text-sm text-muted">Each file becomes a source of its own.</p>
      ) : null}
      <ul className="flex flex-col gap-2">
        {uploads.map((upload) => (
          <UploadRow key={upload.key} upload={upload} onRemove={() => onRemove(upload.key)} />
        ))}
      </ul>
    </div>
  );
}

function UploadRow({ upload, onRemove }: { readonly upload: PendingUpload; readonly onRemove: () => void }) {
  const format = useFormat();
  return (
    <li className="flex items-center gap-3 rounded-md border border-line px-3 py-2">
      {upload.state === 'failed' ? (
        <CircleAlert aria-hidden className="size-5 shrink-0 text-danger" />
      ) : upload.state === 'ready' ? (
        <CircleCheck aria-hidden className="size-5 shrink-0 text-success" />
      ) : null}
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <bdi className="truncate font-medium">{upload.filename}</bdi>
          <span data-numeric className="shrink-0 text-sm text-muted">
            {format.bytes(upload.size)}
          </span>
        </div>
        {upload.state === 'sending' ? <Sending upload={upload} /> : null}
        {upload.state === 'ready' ? (
          <p className="text-sm text-muted">
            {format.count(upload.draft.upload.columns.length, ['column', 'columns'])} found
          </p>
        ) : null}
        {upload.state === 'failed' ? <Failure error={upload.error} /> : null}
      </div>
      <IconButton
        label={upload.state === 'sending' ? `Cancel ${upload.filename}` : `Remove ${upload.filename}`}
        size="sm"
        icon={<X aria-hidden className="size-4" />}
        onClick={onRemove}
      />
    </li>
  );
}

function Sending({ upload }: { readonly upload: Extract<PendingUpload, { readonly state: 'sending' }> }) {
  const format = useFormat();
  const { sentBytes, bytesPerSecond, secondsLeft, isWaiting } = upload.progress;
  const fraction = upload.size === 0 ? 0 : sentBytes / upload.size;
  return (
    <>
      <div className="mt-1 flex items-center gap-2">
        <Progress value={fraction} label={`Sending ${upload.filename}`} className="flex-1" />
        <span data-numeric className="w-20 text-end text-sm text-muted">
          {fraction >= 1 ? 'Reading…' : format.percent(Math.floor(fraction * 100) / 100)}
        </span>
      </div>
      {/* Its place is kept, so that nothing moves when there is something to say. */}
      <p data-numeric className="min-h-5 text-sm text-muted">
        {isWaiting
          ? 'No connection. It goes on by itself from here.'
          : bytesPerSecond === null || fraction >= 1
            ? ''
            : `${format.bytes(sentBytes)}, ${format.bytes(bytesPerSecond)}/s${
                secondsLeft === null ? '' : `, ${format.duration(secondsLeft * 1000)} left`
              }`}
      </p>
    </>
  );
}

function Failure({ error }: { readonly error: unknown }) {
  const { message, hint } = describeError(error);
  return (
    <p role="alert" className="text-sm text-danger">
      {message} {hint}
    </p>
  );
}
