'use client';

import { Plus, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/choice.tsx';
import { columnTypeLabels } from '../../../ui/column-type.tsx';
import { Input } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { useEditor, useEditorState } from '../editor/editor-context.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { fieldsOf, pathFromText, textOfPath, type JsonField } from '../model/json-fields.ts';
import { ColumnPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { useFirstValues } from './use-values.ts';

type Step = StepOf<'flatten_json'>;

const types = ['text', 'integer', 'decimal', 'boolean', 'date', 'timestamp', 'json'] as const;

/** Fields of nested data as columns: those that are there are offered. */
export function FlattenJsonForm({ step, onChange }: StepFormProps<Step>) {
  const { columns, index } = useStepForm();
  const { dataVersion } = useEditor();
  const steps = useEditorState((state) => state.history.present).slice(0, index);
  const values = useFirstValues(step.column === '' ? null : { steps, column: step.column, dataVersion });
  const found = useMemo(() => fieldsOf(values ?? []), [values]);
  const set = (fields: readonly JsonField[]) => onChange({ ...step, fields: [...fields] });
  const isTaken = (field: JsonField) =>
    step.fields.some((one) => textOfPath(one.path) === textOfPath(field.path));
  const open = found.filter((field) => !isTaken(field));
  return (
    <>
      <StepField
        name="column"
        label="Column with nested data"
        help={
          columns.some((column) => column.type === 'json') ? undefined : 'No column here holds nested data.'
        }
      >
        <ColumnPicker
          columns={columns.filter((column) => column.type === 'json')}
          value={step.column}
          onChange={(column) => onChange({ ...step, column, fields: [] })}
        />
      </StepField>
      {open.length === 0 ? null : (
        <section aria-label="Fields that are there">
          <div className="flex items-center gap-2">
            <h3 className="min-w-0 flex-1 text-sm font-medium">Fields that are there</h3>
            <Button size="sm" onClick={() => set([...step.fields, ...open])}>
              Take all {open.length}
            </Button>
          </div>
          <ul className="mt-1 flex max-h-44 flex-wrap gap-1 overflow-y-auto">
            {open.map((field) => (
              <li key={textOfPath(field.path)}>
                <Button
                  size="sm"
                  icon={<Plus aria-hidden className="size-3.5" />}
                  onClick={() => set([...step.fields, field])}
                >
                  <bdi>{textOfPath(field.path)}</bdi>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div>
        <h3 className="text-sm font-medium">New columns</h3>
        <ol aria-label="New columns" className="mt-1.5 flex flex-col gap-3">
          {step.fields.map((field, at) => {
            const change = (next: JsonField) =>
              set(step.fields.map((one, place) => (place === at ? next : one)));
            return (
              // Fields have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={at} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
                <div className="flex items-end gap-1">
                  <StepField
                    name={`fields.${at}.path`}
                    label="Field"
                    help="Names from the outside in, with dots; a number is a place in a list"
                    className="min-w-0 flex-1"
                  >
                    <Input
                      value={textOfPath(field.path)}
                      onChange={(event) => change({ ...field, path: pathFromText(event.target.value) })}
                    />
                  </StepField>
                  <IconButton
                    size="sm"
                    className="mb-7 text-muted"
                    label={`Remove column ${at + 1}`}
                    icon={<Trash2 aria-hidden className="size-4" />}
                    onClick={() => set(step.fields.filter((_, place) => place !== at))}
                  />
                </div>
                <div className="grid grid-cols-2 gap-2">
                  <StepField name={`fields.${at}.name`} label="Call it">
                    <Input
                      value={field.name}
                      maxLength={200}
                      onChange={(event) => change({ ...field, name: event.target.value })}
                    />
                  </StepField>
                  <StepField name={`fields.${at}.type`} label="As">
                    <Select
                      value={field.type}
                      onChange={(type) => change({ ...field, type })}
                      options={types.map((type) => ({ value: type, label: columnTypeLabels[type] }))}
                    />
                  </StepField>
                </div>
              </li>
            );
          })}
        </ol>
        <StepField name={step.fields.length === 0 ? 'fields' : ''} label="Fields" isLabelHidden>
          <Button
            variant="ghost"
            size="sm"
            className="mt-1 self-start text-accent-ink"
            icon={<Plus aria-hidden className="size-4" />}
            onClick={() => set([...step.fields, { path: [''], name: '', type: 'text' }])}
          >
            Add a field
          </Button>
        </StepField>
      </div>
      <Checkbox
        label="Keep the column with the nested data"
        checked={step.keep}
        onChange={(keep) => onChange({ ...step, keep })}
      />
    </>
  );
}
