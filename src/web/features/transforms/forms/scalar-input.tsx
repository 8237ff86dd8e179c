'use client';

import { useState } from 'react';
import type { ColumnType } from '#contracts/column-types';
import type { ScalarValue } from '#contracts/recipe';
import { Input } from '../../../ui/field.tsx';
import { comparisonFamily } from '../model/filter-operators.ts';
import { scalarFromText, textOfScalar } from '../model/filter-value.ts';

interface ScalarInputProps {
  readonly type: ColumnType;
  readonly value: ScalarValue;
  readonly onChange: (value: ScalarValue) => void;
  readonly label?: string;
  readonly placeholder?: string;
}

/** An input for one value of a type. What was typed stays as it was typed, whatever value it means. */
export function ScalarInput({ type, value, onChange, label, placeholder }: ScalarInputProps) {
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: ScalarValue }>();
  const text = typed !== undefined && typed.value === value ? typed.text : inputText(value, type);
  return (
    <Input
      type={inputTypes[type] ?? 'text'}
      {...(comparisonFamily(type) === 'number' ? { inputMode: 'decimal' as const } : {})}
      {...(inputTypes[type] === 'datetime-local' ? { step: 1 } : {})}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onFocus={(event) => event.target.select()}
      onChange={(event) => {
        const next = scalarFromText(event.target.value, type);
        setTyped({ text: event.target.value, value: next });
        onChange(next);
      }}
    />
  );
}

const inputTypes: Partial<Record<ColumnType, string>> = {
  date: 'date',
  timestamp: 'datetime-local',
  timestamptz: 'datetime-local',
  time: 'time',
};

/** Inputs of dates take only their own form: a timestamp of the API ends in a zone that they do not know. */
function inputText(value: ScalarValue, type: ColumnType): string {
  const text = textOfScalar(value);
  if (type === 'date') return text.slice(0, 10);
  if (type === 'timestamp' || type === 'timestamptz') return text.replace(' ', 'T').slice(0, 19);
  return text;
}
