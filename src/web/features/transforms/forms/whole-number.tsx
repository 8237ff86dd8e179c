'use client';

import { useState } from 'react';
import { Input } from '../../../ui/field.tsx';

interface WholeNumberProps {
  readonly value: number;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
  readonly label?: string;
}

/** An input for a whole number. What is no number in range stays on the screen and changes nothing. */
export function WholeNumber({ value, min = 1, max, onChange, label }: WholeNumberProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <Input
      type="number"
      aria-label={label}
      min={min}
      max={max}
      step={1}
      value={typed ?? String(value)}
      onFocus={(event) => event.target.select()}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        setTyped(event.target.value);
        const number = event.target.valueAsNumber;
        if (Number.isInteger(number) && number >= min && number <= max) onChange(number);
      }}
    />
  );
}
