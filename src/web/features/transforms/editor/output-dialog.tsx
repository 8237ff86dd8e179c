'use client';

import { useState } from 'react';
import { materialization as materializationSchema, type Materialization } from '#contracts/materialization';
import { getTransformation, listTransformations, updateTransformation } from '#contracts/transformations';
import type { TableColumn } from '#contracts/warehouse';
import { call, refetch, useApi } from '../../../api.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { ColumnTypeIcon } from '../../../ui/column-type.tsx';
import { Combobox, MultiSelect } from '../../../ui/combobox.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormProblem } from '../../../ui/form-problem.tsx';
import { ErrorState, SkeletonRows } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { TestsPanel } from '../../data/tests-panel.tsx';
import { useEditor } from './editor-context.tsx';

type Incremental = Extract<Materialization, { kind: 'incremental' }>;
type Choice = 'table' | 'view' | 'append' | 'merge';

interface OutputDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** How the result is kept, and what has to hold for it. */
export function OutputDialog({ id, onClose }: OutputDialogProps) {
  const { data, error, mutate } = useApi(getTransformation, { params: { id } });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title="Result and data tests"
      footer={<Button onClick={onClose}>Close</Button>}
    >
      {error !== undefined && !data ? (
        <ErrorState title="The settings could not be read" error={error} onRetry={() => void mutate()} />
      ) : !data ? (
        <SkeletonRows rows={5} />
      ) : (
        <div className="flex flex-col gap-6">
          <Keeping
            key={data.updated_at}
            id={id}
            saved={data.materialization}
            rebuild={data.rebuild}
            isMade={data.last_run_at !== null}
          />
          <section aria-labelledby="output-tests" className="flex flex-col gap-3 border-t border-line pt-4">
            <h3 id="output-tests" className="text-base font-semibold">
              Data tests of the result
            </h3>
            <TestsPanel name={data.table_name} isMade={data.last_run_at !== null} />
          </section>
        </div>
      )}
    </Dialog>
  );
}

function choiceOf(value: Materialization): Choice {
  return value.kind === 'incremental' ? value.strategy : value.kind;
}

interface KeepingProps {
  readonly id: string;
  readonly saved: Materialization;
  readonly rebuild: boolean;
  readonly isMade: boolean;
}

function Keeping({ id, saved, rebuild, isMade }: KeepingProps) {
  const { analysis, canEdit } = useEditor();
  const columns = analysis.results.at(-1)?.columns ?? [];
  const [value, setValue] = useState<Materialization>(saved);
  const [isAgain, setAgain] = useState(rebuild);
  const [error, setError] = useState<unknown>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  function choose(choice: Choice) {
    setProblem(undefined);
    if (choice === 'table' || choice === 'view') setValue({ kind: choice });
    else {
      const before = value.kind === 'incremental' ? value : null;
      const growing = columns.find((column) => /date|timestamp/.test(column.type))?.name ?? null;
      setValue({
        kind: 'incremental',
        strategy: choice,
        key: before?.key ?? [],
        cursor: before === null ? growing : before.cursor,
        on_schema_change: before?.on_schema_change ?? 'add',
      });
    }
  }

  async function save() {
    const checked = materializationSchema.safeParse(value);
    if (!checked.success) {
      setProblem(checked.error.issues[0]?.message);
      return;
    }
    setBusy(true);
    try {
      await call(updateTransformation, {
        params: { id },
        body: { materialization: checked.data, ...(isAgain === rebuild ? {} : { rebuild: isAgain }) },
      });
      await refetch(getTransformation, listTransformations);
      toast.success('Saved. It counts from the next run on.');
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section aria-label="How the result is kept" className="flex flex-col gap-3">
      <FormProblem error={error} />
      <RadioGroup
        label="How the result is kept"
        value={choiceOf(value)}
        onChange={choose}
        disabled={!canEdit}
        options={[
          { value: 'table', label: 'A table that each run makes anew', help: 'Recommended. Quick to read.' },
          {
            value: 'view',
            label: 'Always the newest rows, without running it',
            help: 'Computed whenever it is read (a view). Good for small data.',
          },
          {
            value: 'append',
            label: 'A growing table: each run adds what is new',
            help: 'Rows that were added once stay as they are.',
          },
          {
            value: 'merge',
            label: 'A growing table: new rows replace those with the same key',
            help: 'For instance the newest state of each beneficiary.',
          },
        ]}
      />
      {value.kind === 'incremental' ? (
        <GrowthFields value={value} columns={columns} onChange={setValue} />
      ) : null}
      {value.kind === 'incremental' && isMade ? (
        <Checkbox
          label="Make the whole table again at the next run"
          help="What the table kept, and its sources no longer have, is lost then."
          checked={isAgain}
          disabled={!canEdit}
          onChange={setAgain}
        />
      ) : null}
      {problem === undefined ? null : (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
      <div>
        <Button
          variant="primary"
          isBusy={isBusy}
          disabled={!canEdit || (value === saved && isAgain === rebuild)}
          onClick={() => void save()}
        >
          Save
        </Button>
      </div>
    </section>
  );
}

interface GrowthFieldsProps {
  readonly value: Incremental;
  readonly columns: readonly TableColumn[];
  readonly onChange: (value: Incremental) => void;
}

function GrowthFields({ value, columns, onChange }: GrowthFieldsProps) {
  const options = columns.map((column) => ({
    value: column.name,
    label: column.display_name,
    icon: <ColumnTypeIcon type={column.type} />,
  }));
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line p-3">
      {value.strategy === 'merge' ? (
        <Field
          label="Columns that tell rows apart"
          help="Rows that are the same in these replace each other."
        >
          <MultiSelect
            placeholder="Choose columns"
            searchPlaceholder="Search columns"
            value={value.key}
            options={options}
            onChange={(key) => onChange({ ...value, key })}
          />
        </Field>
      ) : null}
      <Field
        label="Column that grows"
        isOptional={value.strategy === 'merge'}
        help="For instance the date of submission: only rows beyond the newest that is kept are brought."
      >
        <Combobox
          placeholder="Choose a column"
          searchPlaceholder="Search columns"
          value={value.cursor ?? (value.strategy === 'merge' ? '' : undefined)}
          options={
            value.strategy === 'merge'
              ? [{ value: '', label: 'None: compare all rows' }, ...options]
              : options
          }
          onChange={(cursor) => onChange({ ...value, cursor: cursor === '' ? null : cursor })}
        />
      </Field>
      <RadioGroup
        label="When the columns change"
        value={value.on_schema_change}
        onChange={(on_schema_change) => onChange({ ...value, on_schema_change })}
        options={[
          {
            value: 'add',
            label: 'Add new columns and keep old ones',
            help: 'Recommended. They are empty in rows that do not have them.',
          },
          { value: 'rebuild', label: 'Make the whole table again' },
          { value: 'fail', label: 'Stop and tell me' },
        ]}
      />
    </div>
  );
}
