'use client';

import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, type StepFormProps } from './form-context.tsx';

/** A wide table with a column for each month becomes a long one with a row for each. */
export function UnpivotForm({ step, onChange }: StepFormProps<StepOf<'unpivot'>>) {
  return (
    <>
      <RadioGroup
        label="Choose the columns"
        isLabelHidden
        value={step.all_but ? 'all_but' : 'these'}
        onChange={(kind) => onChange({ ...step, all_but: kind === 'all_but', columns: [] })}
        options={[
          { value: 'these', label: 'Turn these columns into rows' },
          {
            value: 'all_but',
            label: 'Turn all columns into rows but these',
            help: 'New columns of the table become rows by themselves',
          },
        ]}
      />
      <StepField name="columns" label={step.all_but ? 'Columns that stay' : 'Columns that become rows'}>
        <ColumnsPicker value={step.columns} onChange={(columns) => onChange({ ...step, columns })} />
      </StepField>
      <StepField
        name="name_column"
        label="Put their names into"
        help="For instance Month, where the columns are called Jan, Feb …"
      >
        <Input
          value={step.name_column}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name_column: event.target.value })}
        />
      </StepField>
      <StepField name="value_column" label="Put their values into" help="For instance Beneficiaries">
        <Input
          value={step.value_column}
          maxLength={200}
          onChange={(event) => onChange({ ...step, value_column: event.target.value })}
        />
      </StepField>
      <Checkbox
        label="Leave out empty cells"
        checked={step.drop_empty}
        onChange={(drop_empty) => onChange({ ...step, drop_empty })}
      />
    </>
  );
}
