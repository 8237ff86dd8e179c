'use client';

import { RadioGroup } from '../../../ui/choice.tsx';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { SortKeys } from './sort-keys.tsx';

type Step = StepOf<'distinct'> | StepOf<'remove_duplicates'>;

/** Rows that are the same, in every column or in some: one of them stays. */
export function DuplicatesForm({ step, onChange }: StepFormProps<Step>) {
  const { columns } = useStepForm();
  const by = step.type === 'distinct' ? [] : step.by;
  const setColumns = (next: string[]) => {
    if (next.length === 0) onChange({ ...commonFields(step), type: 'distinct' });
    else if (step.type === 'distinct')
      onChange({ ...commonFields(step), type: 'remove_duplicates', by: next, keep: 'first', order: [] });
    else onChange({ ...step, by: next });
  };
  return (
    <>
      <StepField
        name="by"
        label="Rows are the same when these are the same"
        help={by.length === 0 ? 'Nothing chosen: every column' : 'One row stays for each combination'}
      >
        <ColumnsPicker
          placeholder="Every column"
          columns={columns.filter((column) => column.type !== 'json')}
          value={by}
          onChange={setColumns}
        />
      </StepField>
      {step.type === 'distinct' || by.length === 0 ? null : (
        <>
          <RadioGroup
            label="Of rows that are the same, keep"
            isHorizontal
            value={step.keep}
            onChange={(keep) => onChange({ ...step, keep })}
            options={[
              { value: 'first', label: 'The first' },
              { value: 'last', label: 'The last' },
            ]}
          />
          <SortKeys
            name="order"
            label={`${step.keep === 'first' ? 'First' : 'Last'} in the order of`}
            keys={step.order}
            onChange={(order) =>
              onChange({ ...step, order: order.length === 1 && isBlank(order[0]) ? [] : order })
            }
          />
          <p className="-mt-3 text-sm text-muted">
            Without a column: as the rows were sorted before, for instance the newest first.
          </p>
        </>
      )}
    </>
  );
}

function isBlank(key: StepOf<'remove_duplicates'>['order'][number] | undefined): boolean {
  return key === undefined || (typeof key === 'string' ? key : key.column) === '';
}
