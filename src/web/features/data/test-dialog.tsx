'use client';

import { useState } from 'react';
import {
  createDataTest,
  dataTestRule,
  listDataTests,
  updateDataTest,
  type DataTest,
  type DataTestRule,
  type DataTestSeverity,
} from '#contracts/data-tests';
import { getTable, listTables, type TableColumn } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { ColumnTypeIcon } from '../../ui/column-type.tsx';
import { Combobox, MultiSelect, type ComboboxOption } from '../../ui/combobox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input, Textarea } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { boundOf, newRule, ruleKinds, textForms } from './test-rules.ts';

interface TestDialogProps {
  /** Physical name of the table. */
  readonly table: string;
  readonly columns: readonly TableColumn[];
  /** The test to change; a new one when absent. */
  readonly test?: DataTest | undefined;
  readonly onClose: () => void;
}

/** A test by clicks: what has to hold, of which column, and what happens when it does not. */
export function TestDialog({ table, columns, test, onClose }: TestDialogProps) {
  const [rule, setRule] = useState<DataTestRule>(() => test?.rule ?? newRule('not_empty', columns));
  const [severity, setSeverity] = useState<DataTestSeverity>(test?.severity ?? 'warn');
  const [error, setError] = useState<unknown>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const formId = 'data-test-form';
  const kind = ruleKinds.find((each) => each.value === rule.kind);

  async function save() {
    const checked = dataTestRule.safeParse(rule);
    if (!checked.success) {
      setProblem(
        checked.error.issues[0]?.path.at(-1) === 'max_age_hours'
          ? 'Say how old it may be'
          : (checked.error.issues[0]?.message ?? 'Something is missing'),
      );
      return;
    }
    setBusy(true);
    try {
      const body = { rule: checked.data, severity };
      if (test === undefined) await call(createDataTest, { params: { name: table }, body });
      else await call(updateDataTest, { params: { id: test.id }, body });
      await refetch(listDataTests);
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={test === undefined ? 'Add a data test' : 'Change the data test'}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} isBusy={isBusy}>
            {test === undefined ? 'Add test' : 'Save'}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormProblem error={error} />
        <Field label="What has to hold" help={kind?.help}>
          <Select
            value={rule.kind}
            options={ruleKinds}
            onChange={(next) => {
              setRule(newRule(next, columns));
              setProblem(undefined);
            }}
          />
        </Field>
        <RuleFields
          rule={rule}
          table={table}
          columns={columns}
          onChange={(next) => {
            setRule(next);
            setProblem(undefined);
          }}
        />
        {problem === undefined ? null : (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <RadioGroup
          label="When it does not hold"
          value={severity}
          onChange={setSeverity}
          options={[
            { value: 'warn', label: 'Tell me', help: 'The new data is used all the same.' },
            {
              value: 'stop',
              label: 'Tell me, and keep the last good data',
              help: 'The new data is not published, and what is made from it waits.',
            },
          ]}
        />
      </form>
    </Dialog>
  );
}

function optionsOf(columns: readonly TableColumn[]): ComboboxOption[] {
  return columns.map((column) => ({
    value: column.name,
    label: column.display_name,
    icon: <ColumnTypeIcon type={column.type} />,
  }));
}

interface RuleFieldsProps {
  readonly rule: DataTestRule;
  readonly table: string;
  readonly columns: readonly TableColumn[];
  readonly onChange: (rule: DataTestRule) => void;
}

function RuleFields({ rule, table, columns, onChange }: RuleFieldsProps) {
  const options = optionsOf(columns);
  const column = 'column' in rule ? rule.column : undefined;
  const columnField =
    column === undefined || !('column' in rule) ? null : (
      <Field label="Column">
        <Combobox
          placeholder="Choose a column"
          searchPlaceholder="Search columns"
          value={column === '' ? undefined : column}
          options={options}
          onChange={(next) => onChange({ ...rule, column: next })}
        />
      </Field>
    );
  switch (rule.kind) {
    case 'not_empty':
      return columnField;
    case 'unique':
      return (
        <Field label="Columns" help="With several columns, the values together never repeat.">
          <MultiSelect
            placeholder="Choose columns"
            searchPlaceholder="Search columns"
            value={rule.columns}
            options={options}
            onChange={(next) => onChange({ ...rule, columns: next })}
          />
        </Field>
      );
    case 'one_of':
      return (
        <>
          {columnField}
          <ValueLines values={rule.values} onChange={(values) => onChange({ ...rule, values })} />
        </>
      );
    case 'between':
      return (
        <>
          {columnField}
          <div className="grid grid-cols-2 gap-3">
            <Bound label="At least" value={rule.min} onChange={(min) => onChange({ ...rule, min })} />
            <Bound label="At most" value={rule.max} onChange={(max) => onChange({ ...rule, max })} />
          </div>
        </>
      );
    case 'matches':
      return (
        <>
          {columnField}
          <Field label="Form">
            <Select
              value={textForms.some((form) => form.value === rule.pattern) ? rule.pattern : 'own'}
              options={[...textForms, { value: 'own', label: 'A pattern of my own' }]}
              onChange={(pattern) => onChange({ ...rule, pattern: pattern === 'own' ? '' : pattern })}
            />
          </Field>
          {textForms.some((form) => form.value === rule.pattern) ? null : (
            <Field label="Pattern" help="A regular expression that the whole text has to match.">
              <Input
                dir="ltr"
                value={rule.pattern}
                onChange={(event) => onChange({ ...rule, pattern: event.target.value })}
              />
            </Field>
          )}
        </>
      );
    case 'row_count':
      return (
        <div className="grid grid-cols-2 gap-3">
          <Count label="At least" value={rule.min} onChange={(min) => onChange({ ...rule, min })} />
          <Count label="At most" value={rule.max} onChange={(max) => onChange({ ...rule, max })} />
        </div>
      );
    case 'freshness':
      return (
        <>
          {columnField}
          <Field label="Hours that the newest may be old" help="48 hours are two days, 168 a week.">
            <Input
              type="number"
              min={1}
              value={rule.max_age_hours || ''}
              onChange={(event) => onChange({ ...rule, max_age_hours: Number(event.target.value) })}
            />
          </Field>
        </>
      );
    case 'relation':
      return <RelationFields rule={rule} table={table} columnField={columnField} onChange={onChange} />;
  }
}

interface RelationFieldsProps {
  readonly rule: Extract<DataTestRule, { kind: 'relation' }>;
  readonly table: string;
  readonly columnField: React.ReactNode;
  readonly onChange: (rule: DataTestRule) => void;
}

function RelationFields({ rule, table, columnField, onChange }: RelationFieldsProps) {
  const { data: tables } = useApi(listTables, { query: { limit: 500 } });
  const { data: other } = useApi(getTable, rule.table === '' ? null : { params: { name: rule.table } });
  return (
    <>
      {columnField}
      <Field label="is found in the table">
        <Combobox
          placeholder="Choose a table"
          searchPlaceholder="Search tables"
          value={rule.table === '' ? undefined : rule.table}
          options={(tables?.items ?? [])
            .filter((each) => each.name !== table)
            .map((each) => ({ value: each.name, label: each.display_name }))}
          onChange={(next) => onChange({ ...rule, table: next, table_column: '' })}
        />
      </Field>
      <Field label="in its column">
        <Combobox
          placeholder="Choose a column"
          searchPlaceholder="Search columns"
          disabled={other === undefined}
          value={rule.table_column === '' ? undefined : rule.table_column}
          options={optionsOf(other?.columns ?? [])}
          onChange={(next) => onChange({ ...rule, table_column: next })}
        />
      </Field>
    </>
  );
}

interface ValueLinesProps {
  readonly values: readonly (string | number | boolean)[];
  readonly onChange: (values: string[]) => void;
}

/** One value on each line, as one pastes a column of a sheet. */
function ValueLines({ values, onChange }: ValueLinesProps) {
  const [text, setText] = useState(() => values.join('\n'));
  return (
    <Field label="Allowed values" help="One on each line. A column copied from a sheet can be pasted.">
      <Textarea
        rows={5}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          const lines = event.target.value.split('\n').map((line) => line.trim());
          onChange([...new Set(lines.filter((line) => line !== ''))]);
        }}
      />
    </Field>
  );
}

interface BoundProps {
  readonly label: string;
  readonly value: number | string | null;
  readonly onChange: (value: number | string | null) => void;
}

function Bound({ label, value, onChange }: BoundProps) {
  const [text, setText] = useState(() => (value === null ? '' : String(value)));
  return (
    <Field label={label} isOptional>
      <Input
        placeholder="number or 2026-01-31"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange(boundOf(event.target.value));
        }}
      />
    </Field>
  );
}

interface CountProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}

function Count({ label, value, onChange }: CountProps) {
  return (
    <Field label={`${label} (rows)`} isOptional>
      <Input
        type="number"
        min={0}
        value={value ?? ''}
        onChange={(event) =>
          onChange(event.target.value === '' ? null : Math.trunc(Number(event.target.value)))
        }
      />
    </Field>
  );
}
