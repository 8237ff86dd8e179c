'use client';

import { clsx } from 'clsx';
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import type { FormulaFunctionHelp } from '#contracts/transformations';
import { ColumnTypeIcon } from '../../../ui/column-type.tsx';
import { Textarea } from '../../../ui/field.tsx';
import {
  columnInFormula,
  functionAround,
  signatureParts,
  withWord,
  wordAtCaret,
} from '../model/formula-text.ts';
import { useStepForm } from './form-context.tsx';
import { FunctionList } from './function-list.tsx';

interface FormulaInputProps {
  readonly value: string;
  readonly functions: readonly FormulaFunctionHelp[];
  readonly onChange: (formula: string) => void;
}

interface Offer {
  readonly text: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: React.ReactNode;
}

const mostOffers = 8;

/** A formula, with columns and functions offered while one types: arrows choose, Enter or Tab takes, Escape closes. */
export function FormulaInput({ value, functions, onChange }: FormulaInputProps) {
  const { columns } = useStepForm();
  const listId = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(value.length);
  const [active, setActive] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const word = isOpen ? wordAtCaret(value, caret) : undefined;
  const offers = word === undefined ? [] : offersFor(word.kind, word.typed.toLocaleLowerCase());
  const chosen = offers[Math.min(active, offers.length - 1)];
  const around = functionAround(value, caret);
  const help = functions.find((one) => one.name === around?.name);
  const signature = help && signatureParts(help.signature, around?.argument ?? 0);

  function offersFor(kind: 'column' | 'function', typed: string): readonly Offer[] {
    const all: readonly Offer[] =
      kind === 'column'
        ? columns.map((column) => ({
            text: columnInFormula(column.display_name),
            label: column.display_name,
            detail: '',
            icon: <ColumnTypeIcon type={column.type} />,
          }))
        : functions.map((one) => ({
            text: `${one.name}(`,
            label: one.signature,
            detail: one.help,
            icon: null,
          }));
    const name = (offer: Offer) => offer.label.toLocaleLowerCase();
    // A name that is written out needs no help.
    if (all.some((offer) => offer.text.toLocaleLowerCase() === typed)) return [];
    return [
      ...all.filter((offer) => name(offer).startsWith(typed)),
      ...all.filter((offer) => !name(offer).startsWith(typed) && name(offer).split('(')[0]?.includes(typed)),
    ].slice(0, mostOffers);
  }

  function take(text: string) {
    const edited = withWord(value, caret, word, text);
    onChange(edited.formula);
    setOpen(false);
    setCaret(edited.caret);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(edited.caret, edited.caret);
    });
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (chosen !== undefined && !event.ctrlKey && !event.metaKey) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) setActive((active + step + offers.length) % offers.length);
      else if (event.key === 'Enter' || event.key === 'Tab') take(chosen.text);
      else if (event.key === 'Escape') setOpen(false);
      else return;
      event.preventDefault();
      return;
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    // Enter applies the form as in every other field; Shift+Enter begins a line.
    event.preventDefault();
    event.currentTarget.form?.requestSubmit();
  }

  return (
    <div className="flex flex-col gap-2">
      <div className="relative">
        <Textarea
          ref={input}
          rows={4}
          dir="ltr"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={offers.length > 0 ? listId : undefined}
          aria-activedescendant={chosen === undefined ? undefined : `${listId}-${offers.indexOf(chosen)}`}
          placeholder={'IF([Age] >= 18, "adult", "child")'}
          className="font-mono text-sm!"
          value={value}
          onChange={(event) => {
            onChange(event.target.value);
            setCaret(event.target.selectionStart);
            setActive(0);
            setOpen(true);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onBlur={() => setOpen(false)}
          onKeyDown={press}
        />
        {offers.length === 0 ? null : (
          <div
            id={listId}
            role="listbox"
            tabIndex={-1}
            aria-label={word?.kind === 'column' ? 'Columns' : 'Functions'}
            className="absolute inset-x-0 top-full z-30 mt-1 max-h-64 overflow-y-auto rounded-md bg-surface p-1 shadow-pop"
          >
            {offers.map((offer, index) => (
              // Keys go to the field, which names the active option.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={offer.text}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={offer === chosen}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => take(offer.text)}
                className={clsx(
                  'flex cursor-pointer items-start gap-2 rounded-sm px-2 py-1 text-sm',
                  offer === chosen && 'bg-hover',
                )}
              >
                {offer.icon}
                <span className="min-w-0">
                  <bdi className="font-medium wrap-anywhere">{offer.label}</bdi>
                  {offer.detail === '' ? null : (
                    <span className="block truncate text-muted">{offer.detail}</span>
                  )}
                </span>
              </div>
            ))}
          </div>
        )}
      </div>
      {help === undefined ? null : (
        <p className="rounded-md bg-sunken p-2 text-sm">
          <code className="wrap-anywhere">
            {signature?.before}
            <b className="text-accent-ink underline">{signature?.active}</b>
            {signature?.after}
          </code>
          <span className="block text-muted">{help.help}</span>
          <span className="block text-muted">
            For instance <code className="wrap-anywhere">{help.example}</code>
          </span>
        </p>
      )}
      <FunctionList functions={functions} onPick={(name) => take(`${name}(`)} />
    </div>
  );
}
