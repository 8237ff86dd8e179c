'use client';

import { clsx } from 'clsx';
import { Command } from 'cmdk';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import { useFieldControl } from './field.tsx';

export interface ComboboxOption<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
  readonly icon?: ReactNode;
  /** A word at the end of the row: a type, a count. */
  readonly hint?: string;
  readonly isDisabled?: boolean;
}

interface PickerProps<Value extends string> {
  readonly options: readonly ComboboxOption<Value>[];
  readonly placeholder?: string;
  readonly searchPlaceholder?: string;
  readonly emptyText?: string;
  readonly disabled?: boolean;
  /** Name for screen readers when there is no `Field` around it. */
  readonly label?: string;
  readonly size?: 'sm' | 'md';
  readonly className?: string;
}

interface ComboboxProps<Value extends string> extends PickerProps<Value> {
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
}

/**
 * Pick one of many, with search.
 * @example <Combobox options={columns.map((c) => ({ value: c.name, label: c.display_name }))} value={x} onChange={setX} />
 */
export function Combobox<Value extends string>({ value, onChange, ...rest }: ComboboxProps<Value>) {
  const [isOpen, setOpen] = useState(false);
  const chosen = rest.options.find((option) => option.value === value);
  return (
    <Picker
      {...rest}
      isOpen={isOpen}
      onOpenChange={setOpen}
      isChosen={(option) => option === value}
      onPick={(option) => {
        onChange(option);
        setOpen(false);
      }}
      summary={
        chosen ? (
          <>
            {chosen.icon}
            <bdi className="truncate">{chosen.label}</bdi>
          </>
        ) : undefined
      }
    />
  );
}

interface MultiSelectProps<Value extends string> extends PickerProps<Value> {
  readonly value: readonly Value[];
  readonly onChange: (value: Value[]) => void;
}

/** Pick several of many, with search; keeps the order in which they were picked. */
export function MultiSelect<Value extends string>({ value, onChange, ...rest }: MultiSelectProps<Value>) {
  const [isOpen, setOpen] = useState(false);
  const labels = value.map((one) => rest.options.find((option) => option.value === one)?.label ?? one);
  const everything = rest.options
    .filter((option) => option.isDisabled !== true)
    .map((option) => option.value);
  return (
    <Picker
      {...rest}
      isOpen={isOpen}
      onOpenChange={setOpen}
      isChosen={(option) => value.includes(option)}
      onPick={(option) =>
        onChange(value.includes(option) ? value.filter((one) => one !== option) : [...value, option])
      }
      summary={
        labels.length === 0 ? undefined : (
          <bdi className="truncate">{labels.length > 3 ? `${labels.length} chosen` : labels.join(', ')}</bdi>
        )
      }
      foot={
        <div className="flex justify-between border-t border-line p-1">
          <FootButton onClick={() => onChange(everything)}>Choose all</FootButton>
          <FootButton onClick={() => onChange([])}>Choose none</FootButton>
        </div>
      }
    />
  );
}

function FootButton({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="touch-target rounded-sm px-2 py-1 text-sm text-accent-ink hover:bg-hover"
    >
      {children}
    </button>
  );
}

interface InnerProps<Value extends string> extends PickerProps<Value> {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly isChosen: (value: Value) => boolean;
  readonly onPick: (value: Value) => void;
  readonly summary: ReactNode;
  readonly foot?: ReactNode;
}

function Picker<Value extends string>({
  options,
  placeholder = 'Choose…',
  searchPlaceholder = 'Search',
  emptyText = 'Nothing matches',
  disabled,
  label,
  size = 'md',
  className,
  isOpen,
  onOpenChange,
  isChosen,
  onPick,
  summary,
  foot,
}: InnerProps<Value>) {
  const ids = useFieldControl();
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>
        <button
          type="button"
          {...ids}
          aria-label={label}
          disabled={disabled}
          className={clsx(
            'flex w-full min-w-0 touch-target items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-start text-ink hover:bg-hover aria-invalid:border-danger disabled:bg-sunken disabled:text-muted',
            size === 'sm' ? 'h-7 text-sm' : 'h-9 text-base',
            className,
          )}
        >
          {summary ?? <span className="truncate text-faint">{placeholder}</span>}
          <ChevronsUpDown aria-hidden className="ms-auto size-4 shrink-0 text-muted" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-55 w-(--radix-popover-trigger-width) max-w-[calc(100vw-1rem)] min-w-56 animate-pop-in rounded-md bg-surface shadow-pop"
        >
          <Command
            label={label ?? placeholder}
            filter={(value, search, keywords) => (matches(keywords?.[0] ?? value, search) ? 1 : 0)}
          >
            <div className="flex items-center gap-2 border-b border-line px-2.5">
              <Search aria-hidden className="size-4 shrink-0 text-muted" />
              <Command.Input
                placeholder={searchPlaceholder}
                className="h-9 w-full touch-target bg-transparent text-base outline-none"
              />
            </div>
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-3 text-sm text-muted">{emptyText}</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={option.value}
                  keywords={[option.label]}
                  disabled={option.isDisabled ?? false}
                  onSelect={() => onPick(option.value)}
                  className="flex min-h-8 touch-target cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-base data-[disabled=true]:opacity-55 data-[selected=true]:bg-hover"
                >
                  <Check
                    aria-hidden
                    className={clsx(
                      'size-4 shrink-0 text-accent-ink',
                      !isChosen(option.value) && 'invisible',
                    )}
                  />
                  {option.icon}
                  <bdi className="min-w-0 flex-1 truncate">{option.label}</bdi>
                  {isChosen(option.value) ? <span className="sr-only">chosen</span> : null}
                  {option.hint ? <span className="shrink-0 text-sm text-muted">{option.hint}</span> : null}
                </Command.Item>
              ))}
            </Command.List>
          </Command>
          {foot}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Every word that was typed occurs somewhere: fuzzier matching surprises people among similar column names. */
function matches(label: string, search: string): boolean {
  const text = label.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
