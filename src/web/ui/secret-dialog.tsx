'use client';

import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field, Input } from './field.tsx';
import { toast } from './toast.tsx';

function copy(text: string): void {
  void navigator.clipboard.writeText(text).then(
    () => toast.success('Copied'),
    () => toast.warning('Copy it by hand: the browser did not allow it'),
  );
}

/** A secret that is shown only once, with a command that uses it. */
export function SecretDialog({
  title,
  secret,
  example,
  onClose,
}: {
  readonly title: string;
  readonly secret: string;
  readonly example: string;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={title}
      description="It is shown only now."
      footer={
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Token">
          <div className="flex gap-2">
            <Input readOnly dir="ltr" value={secret} className="font-mono" />
            <Button onClick={() => copy(secret)}>Copy</Button>
          </div>
        </Field>
        <div>
          <p className="text-sm font-medium">For instance</p>
          <pre
            dir="ltr"
            className="mt-1 rounded-md bg-sunken p-3 font-mono text-xs wrap-anywhere whitespace-pre-wrap"
          >
            {example}
          </pre>
          <Button size="sm" className="mt-2" onClick={() => copy(example)}>
            Copy the example
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
