import { clsx } from 'clsx';
import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import { useFieldControl } from './field.tsx';

export interface SelectOption<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  readonly isDisabled?: boolean;
}

interface SelectProps<Value extends string> extends Omit<
  ComponentProps<'select'>,
  'value' | 'onChange' | 'children' | 'size'
> {
  readonly value: Value | '';
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  /** Shown while `value` is ''; cannot be chosen again. */
  readonly placeholder?: string;
  readonly size?: 'sm' | 'md';
}

/** A short list to pick one from. The platform's own control: it is at home on a phone and with a screen reader. */
export function Select<Value extends string>({
  value,
  options,
  onChange,
  placeholder,
  size = 'md',
  className,
  ...rest
}: SelectProps<Value>) {
  return (
    <div className={clsx('relative min-w-0', className)}>
      <select
        {...useFieldControl()}
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={clsx(
          'w-full touch-target appearance-none truncate rounded-md border border-line-strong bg-surface ps-2.5 pe-8 text-ink hover:bg-hover aria-invalid:border-danger disabled:bg-sunken disabled:text-muted',
          size === 'sm' ? 'h-7 text-sm' : 'h-9 text-base',
          value === '' && 'text-faint',
        )}
      >
        {placeholder !== undefined || value === '' ? (
          <option value="" disabled>
            {placeholder ?? 'Choose…'}
          </option>
        ) : null}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.isDisabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 end-2 my-auto size-4 text-muted"
      />
    </div>
  );
}
