'use client';

import { useState } from 'react';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { StepField } from './form-context.tsx';

const usual = [
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: ' ', label: 'Space' },
  { value: '/', label: 'Slash' },
  { value: '-', label: 'Dash' },
  { value: '|', label: 'Bar |' },
  { value: '\n', label: 'New line' },
] as const;

interface SeparatorFieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (separator: string) => void;
}

/** What stands between the parts of a text: one of the usual marks, or any text. */
export function SeparatorField({ name, label, value, onChange }: SeparatorFieldProps) {
  const known = usual.find((one) => one.value === value);
  const [isOther, setOther] = useState(known === undefined && value !== '');
  return (
    <div className="flex items-start gap-2">
      <StepField name={isOther ? '' : name} label={label} className="min-w-0 flex-1">
        <Select
          value={isOther ? 'other' : (known?.value ?? '')}
          placeholder="Choose…"
          onChange={(next) => {
            setOther(next === 'other');
            onChange(next === 'other' ? '' : next);
          }}
          options={[...usual, { value: 'other', label: 'Other…' }]}
        />
      </StepField>
      {isOther ? (
        <StepField name={name} label="Which" className="w-32 shrink-0">
          <Input value={value} maxLength={200} onChange={(event) => onChange(event.target.value)} />
        </StepField>
      ) : null}
    </div>
  );
}
