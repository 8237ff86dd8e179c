'use client';

import { useState, type KeyboardEvent } from 'react';

interface StepTextInputProps {
  readonly label: string;
  readonly text: string;
  readonly maxLength: number;
  readonly placeholder?: string;
  /** Several lines; Enter makes a new one, and leaving the field keeps the text. */
  readonly isLong?: boolean;
  /** null: given up. */
  readonly onDone: (text: string | null) => void;
}

/** Writes the name, the note or the section of a step in its place. */
export function StepTextInput({ label, text, maxLength, placeholder, isLong, onDone }: StepTextInputProps) {
  const [typed, setTyped] = useState(text);
  const field = {
    'aria-label': label,
    dir: 'auto',
    maxLength,
    placeholder,
    autoFocus: true, // it takes the place of what was pressed
    value: typed,
    onBlur: () => onDone(typed),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Enter' && isLong !== true) onDone(typed);
      if (event.key === 'Escape') onDone(null);
      // Keys of the list of steps (Delete, Alt + arrows) are not meant for it here.
      event.stopPropagation();
    },
  };
  const look = 'min-w-0 flex-1 rounded-sm border border-line-strong bg-surface px-2 text-sm text-ink';
  return isLong === true ? (
    <textarea
      {...field}
      rows={3}
      onChange={(event) => setTyped(event.target.value)}
      className={`${look} w-full py-1`}
    />
  ) : (
    <input
      {...field}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      className={`${look} m-1 h-8`}
    />
  );
}
