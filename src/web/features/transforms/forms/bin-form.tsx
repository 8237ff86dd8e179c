'use client';

import { useState } from 'react';
import { RadioGroup } from '../../../ui/choice.tsx';
import { isNumericType } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { rangeLabels, rangesFromText, textOfRanges } from '../model/number-ranges.ts';
import { commonFields, type StepOf } from '../model/editor-step.ts';
import { scalarFromText } from '../model/filter-value.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { LiveExamples } from './live-examples.tsx';

type Step = StepOf<'bin'>;

/** Numbers into ranges: age groups, sizes. */
export function BinForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming } = useStepForm();
  return (
    <>
      <StepField name="column" label="Column of numbers">
        <ColumnPicker
          columns={columns.filter((column) => isNumericType(column.type))}
          value={step.column}
          onChange={(column) => {
            const isOwn = step.name !== '' && step.name !== `${naming.column(step.column)} group`;
            onChange({ ...step, column, name: isOwn ? step.name : `${naming.column(column)} group` });
          }}
        />
      </StepField>
      <RadioGroup
        label="Ranges"
        value={step.method}
        onChange={(method) => onChange(ofMethod(step, method))}
        options={[
          { value: 'edges', label: 'That I set' },
          { value: 'width', label: 'All equally wide' },
        ]}
      />
      {step.method === 'edges' ? (
        <Edges step={step} onChange={onChange} />
      ) : (
        <div className="grid grid-cols-2 gap-2">
          <StepField name="width" label="Width">
            <NumberInput value={step.width} onChange={(width) => onChange({ ...step, width })} />
          </StepField>
          <StepField name="start" label="Beginning at">
            <NumberInput value={step.start} onChange={(start) => onChange({ ...step, start })} />
          </StepField>
        </div>
      )}
      <StepField name="name" label="Name of the new column">
        <Input
          value={step.name}
          maxLength={200}
          onChange={(event) => onChange({ ...step, name: event.target.value })}
        />
      </StepField>
      <LiveExamples uses={[step.column]} />
    </>
  );
}

function Edges({ step, onChange }: StepFormProps<Extract<Step, { method: 'edges' }>>) {
  const { naming } = useStepForm();
  const [text, setText] = useState(() => textOfRanges(step.edges));
  const isWhole = naming.columnType(step.column) === 'integer';
  const usual = rangeLabels(step.edges, isWhole);
  const labels = step.labels ?? usual;
  const setEdges = (typed: string) => {
    setText(typed);
    const edges = rangesFromText(typed);
    onChange({ ...step, edges: [...edges], labels: [...rangeLabels(edges, isWhole)] });
  };
  return (
    <>
      <StepField
        name="edges"
        label="Where a new range begins"
        help="Numbers from small to large, for instance 5, 18, 60. A number equal to one belongs to the range above."
      >
        <Input value={text} inputMode="decimal" onChange={(event) => setEdges(event.target.value)} />
      </StepField>
      {step.edges.length === 0 ? null : (
        <div>
          <h3 className="text-sm font-medium">Names of the ranges</h3>
          <ol aria-label="Names of the ranges" className="mt-1.5 flex flex-col gap-1.5">
            {usual.map((name, index) => (
              // Ranges have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index}>
                <StepField name={`labels.${index}`} label={`Name of ${name}`} isLabelHidden>
                  <Input
                    placeholder={name}
                    value={labels[index] ?? ''}
                    maxLength={1000}
                    onChange={(event) =>
                      onChange({
                        ...step,
                        labels: usual.map((one, at) =>
                          at === index ? event.target.value : (labels[at] ?? one),
                        ),
                      })
                    }
                  />
                </StepField>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

interface NumberInputProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** What is no number stays on the screen and changes nothing. */
function NumberInput({ value, onChange }: NumberInputProps) {
  const [typed, setTyped] = useState<string>();
  return (
    <Input
      inputMode="decimal"
      value={typed ?? String(value)}
      onFocus={(event) => event.target.select()}
      onBlur={() => setTyped(undefined)}
      onChange={(event) => {
        setTyped(event.target.value);
        const number = scalarFromText(event.target.value, 'decimal');
        if (typeof number === 'number') onChange(number);
      }}
    />
  );
}

function ofMethod(step: Step, method: Step['method']): Step {
  const common = { ...commonFields(step), type: step.type, column: step.column, name: step.name };
  return method === 'edges' ? { ...common, method, edges: [] } : { ...common, method, width: 10, start: 0 };
}
