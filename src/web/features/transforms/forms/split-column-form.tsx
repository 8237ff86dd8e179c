'use client';

import { Plus } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { partCount } from '../model/text-parts.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';
import { RowTools } from './row-tools.tsx';
import { SeparatorField } from './separator-field.tsx';
import { useTextValues } from './use-values.ts';

type Step = StepOf<'split_column'>;

/** A text with a separator into several columns, or into a row for each part. */
export function SplitColumnForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming, index } = useStepForm();
  const { dataVersion } = useEditor();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const values = useTextValues(step.column === '' ? null : { steps, column: step.column, dataVersion });
  const title = step.column === '' ? 'Part' : naming.column(step.column);
  const parts = partCount(values?.map(({ value }) => value) ?? [], step.separator);
  const names = (count: number) => Array.from({ length: count }, (_, at) => `${title} ${at + 1}`);
  return (
    <>
      <StepField name="column" label="Column">
        <ColumnPicker
          columns={columns.filter((column) => column.type === 'text')}
          value={step.column}
          onChange={(column) =>
            onChange(
              step.into === 'columns'
                ? { ...step, column, names: step.names.map((_, at) => `${naming.column(column)} ${at + 1}`) }
                : { ...step, column, name: `${naming.column(column)} part` },
            )
          }
        />
      </StepField>
      <SeparatorField
        name="separator"
        label="Split at each"
        value={step.separator}
        onChange={(separator) => onChange({ ...step, separator })}
      />
      <RadioGroup
        label="Into"
        isHorizontal
        value={step.into}
        onChange={(into) => onChange(ofKind(step, into, title))}
        options={[
          { value: 'columns', label: 'Columns' },
          { value: 'rows', label: 'A row for each part' },
        ]}
      />
      {step.into === 'rows' ? (
        <StepField name="name" label="Name of the new column">
          <Input
            value={step.name}
            maxLength={200}
            onChange={(event) => onChange({ ...step, name: event.target.value })}
          />
        </StepField>
      ) : (
        <div>
          <h3 className="text-sm font-medium">New columns</h3>
          {parts > 1 && parts !== step.names.length ? (
            <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
              Up to {parts} parts are in this column.
              <Button size="sm" onClick={() => onChange({ ...step, names: names(parts) })}>
                Use {parts} columns
              </Button>
            </p>
          ) : null}
          <ol className="mt-1.5 flex flex-col gap-1.5">
            {step.names.map((name, at) => (
              // Columns have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={at} className="flex items-end gap-1">
                <StepField
                  name={`names.${at}`}
                  label={`Column ${at + 1}`}
                  isLabelHidden
                  className="min-w-0 flex-1"
                >
                  <Input
                    value={name}
                    maxLength={200}
                    onChange={(event) =>
                      onChange({
                        ...step,
                        names: step.names.map((one, other) => (other === at ? event.target.value : one)),
                      })
                    }
                  />
                </StepField>
                <RowTools
                  items={step.names}
                  index={at}
                  what="column"
                  onChange={(next) => onChange({ ...step, names: [...next] })}
                />
              </li>
            ))}
          </ol>
          <Button
            variant="ghost"
            size="sm"
            className="mt-1 text-accent-ink"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() =>
              onChange({
                ...step,
                names: names(step.names.length + 1).map((name, at) => step.names[at] ?? name),
              })
            }
          >
            Add a column
          </Button>
        </div>
      )}
      <Checkbox
        label="Keep the column that is split"
        checked={step.keep}
        onChange={(keep) => onChange({ ...step, keep })}
      />
      <LiveExamples uses={step.keep ? [step.column] : []} />
    </>
  );
}

function ofKind(step: Step, into: Step['into'], title: string): Step {
  const common = {
    ...commonFields(step),
    type: step.type,
    column: step.column,
    separator: step.separator,
    keep: step.keep,
  };
  return into === 'rows'
    ? { ...common, into, name: `${title} part` }
    : { ...common, into, names: [`${title} 1`, `${title} 2`] };
}
