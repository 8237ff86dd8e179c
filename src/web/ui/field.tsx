'use client';

import { clsx } from 'clsx';
import { CircleAlert, Eye, EyeOff } from 'lucide-react';
import { createContext, use, useId, useState, type ComponentProps, type ReactNode } from 'react';

interface FieldIds {
  readonly controlId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}
const FieldContext = createContext<FieldIds | undefined>(undefined);

/** Ids that tie a control to the label, help and error of the `Field` around it. */
export function useFieldControl(): {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
} {
  const field = use(FieldContext);
  if (!field) return {};
  return {
    id: field.controlId,
    ...(field.describedBy ? { 'aria-describedby': field.describedBy } : {}),
    ...(field.isInvalid ? { 'aria-invalid': true } : {}),
  };
}

interface FieldProps {
  readonly label: ReactNode;
  /** Said before something goes wrong, not after. */
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  /** Says "(optional)"; required is the rule and not marked. */
  readonly isOptional?: boolean;
  readonly isLabelHidden?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/**
 * Label, control, help and error, tied together for screen readers. The control inside takes the ids by itself.
 * @example <Field label="E-mail" error={errors.email}><Input type="email" /></Field>
 */
export function Field({ label, help, error, isOptional, isLabelHidden, className, children }: FieldProps) {
  const controlId = useId();
  const helpId = `${controlId}-help`;
  const errorId = `${controlId}-error`;
  const describedBy = clsx(error && errorId, help && helpId) || undefined;
  return (
    <div className={clsx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={controlId} className={clsx('text-sm font-medium text-ink', isLabelHidden && 'sr-only')}>
        {label}
        {isOptional ? <span className="font-normal text-muted"> (optional)</span> : null}
      </label>
      <FieldContext value={{ controlId, describedBy, isInvalid: error !== undefined }}>
        {children}
      </FieldContext>
      {help ? (
        <p id={helpId} className="text-sm text-muted">
          {help}
        </p>
      ) : null}
      {error ? (
        <p id={errorId} role="alert" className="flex items-start gap-1 text-sm text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      ) : null}
    </div>
  );
}

const control =
  'w-full min-w-0 touch-target rounded-md border border-line-strong bg-surface text-base text-ink aria-invalid:border-danger disabled:bg-sunken disabled:text-muted read-only:bg-sunken';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input dir="auto" {...useFieldControl()} {...rest} className={clsx(control, 'h-9 px-2.5', className)} />
  );
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      dir="auto"
      rows={4}
      {...useFieldControl()}
      {...rest}
      className={clsx(control, 'px-2.5 py-2', className)}
    />
  );
}

/** A password with a button to see it; paste and password managers work. */
export function PasswordInput({ className, ...rest }: Omit<ComponentProps<'input'>, 'type'>) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="relative">
      <Input
        {...rest}
        type={isShown ? 'text' : 'password'}
        dir="ltr"
        autoCapitalize="none"
        spellCheck={false}
        className={clsx('pe-11', className)}
      />
      <button
        type="button"
        aria-label={isShown ? 'Hide password' : 'Show password'}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 end-0 flex w-10 touch-target items-center justify-center rounded-md text-muted hover:text-ink"
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </div>
  );
}
