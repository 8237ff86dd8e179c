'use client';

import { Plus, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { Input } from '../../../ui/field.tsx';
import { useFormat } from '../../../use-format.ts';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import { problemAt } from '../model/check-draft.ts';
import { detectDateFormats, swapDayAndMonth, type DetectedFormat } from '../model/detect-dates.ts';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { OnErrorChoice, UnreadableReport } from './unreadable-report.tsx';
import { useTextValues } from './use-values.ts';

type Step = StepOf<'parse_date'>;

/** Texts to dates: the formats are found in the values, and where day and month may be swapped a person decides. */
export function ParseDateForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, naming, index, problems } = useStepForm();
  const { dataVersion } = useEditor();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const isText = naming.columnType(step.column) === 'text';
  const values = useTextValues(isText ? { steps, column: step.column, dataVersion } : null);
  const detected = values === undefined ? [] : detectDateFormats(values);
  const problem = problemAt(problems, 'formats');
  const setFormats = (formats: readonly string[]) => onChange({ ...step, formats: [...formats] });
  const others = step.formats.filter(
    (one) => !detected.some(({ format, rival }) => format === one || rival === one),
  );
  return (
    <>
      <StepField name="column" label="Column">
        <ColumnPicker
          columns={columns.filter((column) => column.type === 'text')}
          value={step.column}
          onChange={(column) => onChange({ ...step, column, formats: [] })}
        />
      </StepField>
      <div>
        <h3 className="text-sm font-medium">How the dates are written</h3>
        <p className="text-sm text-muted">
          {step.column === ''
            ? 'Choose a column to see what is in it.'
            : detected.length > 0
              ? 'Found in this column. The first that fits a value reads it.'
              : values === undefined
                ? 'Looking at the values…'
                : 'No usual way of writing dates was found in this column.'}
        </p>
        {detected.length > 1 && step.formats.length === 0 ? (
          <Button
            size="sm"
            className="mt-1.5"
            onClick={() => setFormats(detected.map(({ format }) => format))}
          >
            Use all {detected.length}
          </Button>
        ) : null}
        {detected.length === 0 ? null : (
          <ul aria-label="Found formats" className="mt-1.5 flex flex-col gap-1.5">
            {detected.map((one) => (
              <Detected key={one.format} detected={one} chosen={step.formats} onChange={setFormats} />
            ))}
          </ul>
        )}
        {others.length === 0 ? null : (
          <ul aria-label="Other formats" className="mt-1.5 flex flex-wrap gap-1">
            {others.map((format) => (
              <li
                key={format}
                className="flex items-center gap-1 rounded-full bg-accent-soft ps-2.5 text-sm text-accent-ink"
              >
                {format}
                <IconButton
                  size="sm"
                  label={`Remove ${format}`}
                  icon={<X aria-hidden className="size-3.5" />}
                  onClick={() => setFormats(step.formats.filter((one) => one !== format))}
                />
              </li>
            ))}
          </ul>
        )}
        <OtherFormat onAdd={(format) => setFormats([...step.formats, format])} />
        {problem === undefined ? null : (
          <p role="alert" className="mt-1 text-sm text-danger">
            {problem.message}
          </p>
        )}
      </div>
      <OnErrorChoice value={step.on_error} onChange={(on_error) => onChange({ ...step, on_error })} />
      <UnreadableReport step={step} />
      <StepField
        name="new_column"
        label="Put the dates into a new column"
        isOptional
        help="Without a name they take the place of the text"
      >
        <Input
          value={step.new_column ?? ''}
          maxLength={200}
          onChange={(event) => {
            const { new_column: _, ...rest } = step;
            onChange(event.target.value === '' ? rest : { ...rest, new_column: event.target.value });
          }}
        />
      </StepField>
    </>
  );
}

interface DetectedProps {
  readonly detected: DetectedFormat;
  readonly chosen: readonly string[];
  readonly onChange: (formats: readonly string[]) => void;
}

/** "Day/Month/Year — 812 rows, like 21/11/2026". */
function Detected({ detected, chosen, onChange }: DetectedProps) {
  const { format: written, rival, rows, example } = detected;
  const format = useFormat();
  const inUse = rival !== null && chosen.includes(rival) ? rival : written;
  const isChosen = chosen.includes(inUse);
  return (
    <li className="rounded-md border border-line px-2.5 py-1">
      <Checkbox
        label={formatWords(inUse)}
        help={`${format.count(rows, ['row', 'rows'])}, like ${example}`}
        checked={isChosen}
        onChange={(isOn) => onChange(isOn ? [...chosen, inUse] : chosen.filter((one) => one !== inUse))}
      />
      {rival !== null && isChosen ? (
        <div className="mb-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 ps-6 text-sm text-warning">
          <TriangleAlert aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 flex-1">
            The month may as well come {monthFirst(inUse) ? 'second' : 'first'}.
          </span>
          <Button
            size="sm"
            onClick={() =>
              onChange(chosen.map((one) => (one === inUse ? (swapDayAndMonth(inUse) ?? one) : one)))
            }
          >
            Swap day and month
          </Button>
        </div>
      ) : null}
    </li>
  );
}

function monthFirst(format: string): boolean {
  return format.startsWith('M');
}

function formatWords(format: string): string {
  return format.replaceAll(/YYYY|YY|MMMM|MMM|MM|M|DD|D/g, (part) =>
    part.startsWith('Y')
      ? part === 'YY'
        ? 'year (2 digits)'
        : 'year'
      : part.startsWith('D')
        ? 'day'
        : part.length > 2
          ? 'month’s name'
          : 'month',
  );
}

function OtherFormat({ onAdd }: { readonly onAdd: (format: string) => void }) {
  const [typed, setTyped] = useState('');
  const add = () => {
    if (typed.trim() === '') return;
    onAdd(typed.trim());
    setTyped('');
  };
  return (
    <div className="mt-2 flex gap-1.5">
      <Input
        aria-label="Another way, written with DD, MM and YYYY"
        placeholder="Another way, like DD/MM/YYYY"
        value={typed}
        maxLength={60}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || typed.trim() === '') return;
          // Enter takes what was typed first; with an empty field it applies the form.
          event.preventDefault();
          add();
        }}
      />
      <Button icon={<Plus aria-hidden className="size-4" />} disabled={typed.trim() === ''} onClick={add}>
        Add
      </Button>
    </div>
  );
}
