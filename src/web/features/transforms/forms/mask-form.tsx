'use client';

import { RadioGroup } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, type StepFormProps } from './form-context.tsx';
import { WholeNumber } from './whole-number.tsx';

/** Names, phone numbers and ids of people are hidden before others see the table. */
export function MaskForm({ step, onChange }: StepFormProps<StepOf<'mask'>>) {
  return (
    <>
      <StepField name="columns" label="Columns with personal data">
        <ColumnsPicker value={step.columns} onChange={(columns) => onChange({ ...step, columns })} />
      </StepField>
      <RadioGroup
        label="How"
        value={step.method}
        onChange={(method) => {
          const { salt: _, ...rest } = step;
          onChange({ ...rest, method });
        }}
        options={[
          { value: 'partial', label: 'Show only the last characters', help: '••••••4567' },
          {
            value: 'hash',
            label: 'Replace with a code',
            help: 'The same person has the same code, so that counting and combining still work',
          },
          { value: 'remove', label: 'Empty the cells' },
        ]}
      />
      {step.method === 'partial' ? (
        <StepField name="show" label="How many characters to show">
          <WholeNumber value={step.show} min={0} max={20} onChange={(show) => onChange({ ...step, show })} />
        </StepField>
      ) : step.method === 'hash' ? (
        <StepField
          name="salt"
          label="Secret word"
          isOptional
          help="Without one, who knows a phone number can work out its code. The same word gives the same codes in other tables."
        >
          <Input
            value={step.salt ?? ''}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => {
              const { salt: _, ...rest } = step;
              onChange(event.target.value === '' ? rest : { ...rest, salt: event.target.value });
            }}
          />
        </StepField>
      ) : null}
    </>
  );
}
