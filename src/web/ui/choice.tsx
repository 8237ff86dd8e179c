'use client';

import { clsx } from 'clsx';
import { Check, Minus } from 'lucide-react';
import { Checkbox as RadixCheckbox, RadioGroup as RadixRadio, Switch as RadixSwitch } from 'radix-ui';
import { useId, type ReactNode } from 'react';

interface CheckboxProps {
  readonly checked: boolean | 'indeterminate';
  readonly onChange: (checked: boolean) => void;
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly isLabelHidden?: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
}

export function Checkbox({
  checked,
  onChange,
  label,
  help,
  isLabelHidden,
  disabled,
  className,
}: CheckboxProps) {
  const id = useId();
  return (
    <div className={clsx('flex min-h-8 items-start gap-2 py-1.5', className)}>
      <RadixCheckbox.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={(state) => onChange(state === true)}
        aria-describedby={help ? `${id}-help` : undefined}
        className="relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-surface text-on-accent before:absolute before:-inset-3 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent disabled:opacity-55"
      >
        <RadixCheckbox.Indicator>
          {checked === 'indeterminate' ? (
            <Minus aria-hidden className="size-3" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3" strokeWidth={3} />
          )}
        </RadixCheckbox.Indicator>
      </RadixCheckbox.Root>
      <Caption id={id} label={label} help={help} isLabelHidden={isLabelHidden} />
    </div>
  );
}

interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly isLabelHidden?: boolean;
  readonly disabled?: boolean;
}

/** For what takes effect at once; a form that is saved later has checkboxes. */
export function Switch({ checked, onChange, label, help, isLabelHidden, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex min-h-8 items-start gap-2 py-1.5">
      <RadixSwitch.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={onChange}
        aria-describedby={help ? `${id}-help` : undefined}
        className="relative h-5 w-9 shrink-0 rounded-full bg-line-strong transition-colors duration-100 before:absolute before:-inset-3 data-[state=checked]:bg-accent disabled:opacity-55"
      >
        <RadixSwitch.Thumb className="block size-4 translate-x-0.5 rounded-full bg-surface transition-transform duration-100 data-[state=checked]:translate-x-[18px] rtl:-translate-x-0.5 rtl:data-[state=checked]:-translate-x-[18px]" />
      </RadixSwitch.Root>
      <Caption id={id} label={label} help={help} isLabelHidden={isLabelHidden} />
    </div>
  );
}

interface RadioGroupProps<Value extends string> {
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
  readonly options: readonly {
    readonly value: Value;
    readonly label: ReactNode;
    readonly help?: ReactNode;
  }[];
  /** The question that the choices answer. */
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly isHorizontal?: boolean;
  readonly disabled?: boolean;
}

export function RadioGroup<Value extends string>({
  value,
  onChange,
  options,
  label,
  isLabelHidden,
  isHorizontal,
  disabled,
}: RadioGroupProps<Value>) {
  const id = useId();
  return (
    <div>
      <p id={`${id}-label`} className={clsx('text-sm font-medium', isLabelHidden && 'sr-only')}>
        {label}
      </p>
      <RadixRadio.Root
        value={value ?? null}
        onValueChange={(next) => {
          const option = options.find((one) => one.value === next);
          if (option) onChange(option.value);
        }}
        disabled={disabled ?? false}
        aria-labelledby={`${id}-label`}
        className={clsx('flex', isHorizontal ? 'flex-wrap gap-x-4' : 'flex-col')}
      >
        {options.map((option) => (
          <div key={option.value} className="flex min-h-8 items-start gap-2 py-1.5">
            <RadixRadio.Item
              id={`${id}-${option.value}`}
              value={option.value}
              aria-describedby={option.help ? `${id}-${option.value}-help` : undefined}
              className="relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface before:absolute before:-inset-3 data-[state=checked]:border-accent disabled:opacity-55"
            >
              <RadixRadio.Indicator className="size-2 rounded-full bg-accent" />
            </RadixRadio.Item>
            <Caption id={`${id}-${option.value}`} label={option.label} help={option.help} />
          </div>
        ))}
      </RadixRadio.Root>
    </div>
  );
}

interface CaptionProps {
  readonly id: string;
  readonly label: ReactNode;
  readonly help: ReactNode;
  readonly isLabelHidden?: boolean | undefined;
}

function Caption({ id, label, help, isLabelHidden }: CaptionProps) {
  return (
    <div className={clsx('min-w-0', isLabelHidden && 'sr-only')}>
      <label htmlFor={id} className="text-base">
        {label}
      </label>
      {help ? (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      ) : null}
    </div>
  );
}
