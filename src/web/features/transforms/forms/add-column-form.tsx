'use client';

import { RadioGroup } from '../../../ui/choice.tsx';
import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { comparisonFamily } from '../model/filter-operators.ts';
import { scalarFromText } from '../model/filter-value.ts';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';

type Step = StepOf<'add_column'>;
type Kind = Step['expression_type'];

const kinds: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: 'math', label: 'Calculate' },
  { value: 'concat', label: 'Join text' },
  { value: 'extract', label: 'Part of a date' },
];

const signs = [
  { value: '+', label: '+ plus' },
  { value: '-', label: '− minus' },
  { value: '*', label: '× times' },
  { value: '/', label: '÷ divided by' },
] as const;

/** A new column from others, with what it gives for three rows. */
export function AddColumnForm({ step, onChange }: StepFormProps<Step>) {
  const { columns } = useStepForm();
  const dates = columns.filter(
    (column) => comparisonFamily(column.type) === 'date' && column.type !== 'time',
  );
  return (
    <>
      <RadioGroup
        label="How"
        isHorizontal
        value={step.expression_type}
        onChange={(kind) => onChange(ofKind(step, kind))}
        options={kinds}
      />
      {step.expression_type === 'math' ? (
        <>
          <Operand
            name="left"
            label="Take"
            value={step.left}
            onChange={(left) => onChange({ ...step, left })}
          />
          <StepField name="operator" label="Calculation">
            <Select
              value={step.operator}
              options={signs}
              onChange={(operator) => onChange({ ...step, operator })}
            />
          </StepField>
          <Operand
            name="right"
            label="And"
            value={step.right}
            onChange={(right) => onChange({ ...step, right })}
          />
          {step.operator === '/' ? (
            <p className="-mt-2 text-sm text-muted">Divided by zero gives an empty cell.</p>
          ) : null}
        </>
      ) : step.expression_type === 'concat' ? (
        <>
          <StepField name="columns" label="Columns to join" help="In the order in which you choose them">
            <ColumnsPicker value={step.columns} onChange={(next) => onChange({ ...step, columns: next })} />
          </StepField>
          <StepField
            name="separator"
            label="Between them"
            help="A space unless you change it; empty cells are skipped"
          >
            <Input
              value={step.separator}
              onChange={(event) => onChange({ ...step, separator: event.target.value })}
            />
          </StepField>
        </>
      ) : (
        <>
          <StepField
            name="column"
            label="Date column"
            help={dates.length === 0 ? 'No column here is a date.' : undefined}
          >
            <ColumnPicker
              columns={dates}
              value={step.column}
              onChange={(column) => onChange({ ...step, column })}
            />
          </StepField>
          <RadioGroup
            label="Part"
            isHorizontal
            value={step.part}
            onChange={(part) => onChange({ ...step, part })}
            options={[
              { value: 'year', label: 'Year' },
              { value: 'month', label: 'Month' },
              { value: 'day', label: 'Day' },
            ]}
          />
        </>
      )}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={usedColumns(step)} />
    </>
  );
}

function usedColumns(step: Step): readonly string[] {
  switch (step.expression_type) {
    case 'math':
      return [step.left, step.right].filter((operand) => typeof operand === 'string');
    case 'concat':
      return step.columns;
    case 'extract':
      return [step.column];
  }
}

function ofKind(step: Step, kind: Kind): Step {
  const common = { ...commonFields(step), type: step.type, name: step.name };
  switch (kind) {
    case 'math':
      return { ...common, expression_type: kind, left: '', operator: '+', right: '' };
    case 'concat':
      return { ...common, expression_type: kind, columns: [], separator: ' ' };
    case 'extract':
      return { ...common, expression_type: kind, column: '', part: 'year' };
  }
}

interface OperandProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | number;
  readonly onChange: (value: string | number) => void;
}

/** A column of numbers, or a number. */
function Operand({ name, label, value, onChange }: OperandProps) {
  const { columns } = useStepForm();
  const isNumber = typeof value === 'number';
  return (
    <div className="flex items-start gap-2">
      <StepField name={name} label={label} className="min-w-0 flex-1">
        {isNumber ? (
          <Input
            inputMode="decimal"
            defaultValue={String(value)}
            onFocus={(event) => event.target.select()}
            onChange={(event) => {
              const number = scalarFromText(event.target.value, 'decimal');
              if (typeof number === 'number') onChange(number);
            }}
          />
        ) : (
          <ColumnPicker
            columns={columns.filter((column) => isNumericType(column.type))}
            value={value}
            onChange={onChange}
          />
        )}
      </StepField>
      <Select
        className="mt-6 w-28 shrink-0"
        aria-label={`${label}: column or number`}
        value={isNumber ? 'number' : 'column'}
        onChange={(kind) => onChange(kind === 'number' ? 1 : '')}
        options={[
          { value: 'column', label: 'Column' },
          { value: 'number', label: 'Number' },
        ]}
      />
    </div>
  );
}
