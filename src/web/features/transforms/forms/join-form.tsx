'use client';

import { Plus, Trash2 } from 'lucide-react';
import type { WarehouseTable } from '#contracts/warehouse';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { useEditor } from '../editor/editor-context.tsx';
import { visibleColumns } from '../model/column-naming.ts';
import type { StepOf } from '../model/editor-step.ts';
import { bringsColumns, keysOf, withKeys } from '../model/join-keys.ts';
import { suggestJoinKeys, type JoinKeys } from '../model/suggest-join.ts';
import { ColumnPicker, ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';
import { JoinMatch } from './join-match.tsx';
import { TablePicker } from './table-picker.tsx';

type Step = StepOf<'join'>;

const kinds = [
  { value: 'left', label: 'Keep them and leave the new cells empty', help: 'Recommended' },
  { value: 'inner', label: 'Leave them out' },
  { value: 'right', label: 'Leave them out, but keep every row of the other table' },
  { value: 'outer', label: 'Keep every row of both tables' },
  { value: 'anti', label: 'Keep only those', help: 'To see what is missing in the other table' },
  { value: 'semi', label: 'Leave them out, and bring no columns', help: 'To keep what is on a list' },
] as const;

/** Like VLOOKUP: another table, what to match on, which columns to bring, and what to do without a match. */
export function JoinForm({ step, onChange }: StepFormProps<Step>) {
  const { tables } = useEditor();
  const { columns } = useStepForm();
  const other = tables.find((table) => table.name === step.with);
  const otherColumns = visibleColumns(other);

  function pickTable(table: WarehouseTable) {
    const right = visibleColumns(table);
    const keys = suggestJoinKeys(columns, table.display_name, right);
    // The prefix belongs to the table before.
    const { more_keys: _, prefix: _prefix, ...rest } = step;
    onChange({
      ...rest,
      with: table.name,
      left_on: keys?.left ?? step.left_on,
      right_on: keys?.right ?? '',
      ...(bringsColumns(step.join_type)
        ? { columns: right.map((column) => column.name).filter((name) => name !== keys?.right) }
        : {}),
    });
  }

  function setKind(join_type: Step['join_type']) {
    const { columns: brought, ...rest } = step;
    if (!bringsColumns(join_type)) onChange({ ...rest, join_type });
    else onChange({ ...rest, join_type, columns: brought ?? otherColumns.map((column) => column.name) });
  }

  return (
    <>
      <StepField name="with" label="Other table">
        <TablePicker value={step.with} onChange={pickTable} />
      </StepField>
      {step.with === '' ? null : (
        <>
          <div className="flex flex-col gap-2 rounded-md border border-line p-2.5">
            <p className="text-sm font-medium">Match rows where</p>
            <Keys step={step} other={other} onChange={onChange} />
            <Checkbox
              className="py-0!"
              label="Ignore capital letters"
              checked={step.ignore_case ?? false}
              onChange={(isOn) => onChange(withFlag(step, 'ignore_case', isOn))}
            />
            <Checkbox
              className="py-0!"
              label="Ignore spaces around"
              checked={step.trim ?? false}
              onChange={(isOn) => onChange(withFlag(step, 'trim', isOn))}
            />
            <JoinMatch step={step} other={other} />
          </div>
          {bringsColumns(step.join_type) ? (
            <StepField name="columns" label="Columns to bring">
              <ColumnsPicker
                columns={otherColumns}
                value={step.columns ?? otherColumns.map((column) => column.name)}
                onChange={(next) => onChange({ ...step, columns: next })}
              />
            </StepField>
          ) : null}
          <RadioGroup
            label="Rows here without a match"
            value={step.join_type}
            onChange={setKind}
            options={kinds}
          />
        </>
      )}
    </>
  );
}

interface KeysProps extends StepFormProps<Step> {
  readonly other: WarehouseTable | undefined;
}

/** Pairs of columns that must be the same; nearly always one. */
function Keys({ step, other, onChange }: KeysProps) {
  const keys = keysOf(step);
  const otherName = other?.display_name ?? step.with;
  const set = (index: number, pair: JoinKeys) =>
    onChange(
      withKeys(
        step,
        keys.map((one, at) => (at === index ? pair : one)),
      ),
    );
  return (
    <>
      {keys.map((pair, index) => {
        const path = index === 0 ? '' : `more_keys.${index - 1}.`;
        return (
          // Pairs have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={index} className="flex items-end gap-1">
            <div className="flex min-w-0 flex-1 flex-col gap-2">
              <StepField
                name={`${path}left_on`}
                label={index === 0 ? 'Column here' : `and column ${index + 1} here`}
              >
                <ColumnPicker value={pair.left} onChange={(left) => set(index, { ...pair, left })} />
              </StepField>
              <StepField
                name={`${path}right_on`}
                label={
                  index === 0
                    ? `is the same as, in ${otherName}`
                    : `is the same as column ${index + 1} in ${otherName}`
                }
              >
                <ColumnPicker
                  columns={visibleColumns(other)}
                  value={pair.right}
                  onChange={(right) => set(index, { ...pair, right })}
                />
              </StepField>
            </div>
            {index === 0 ? null : (
              <IconButton
                size="sm"
                className="mb-1 text-muted"
                label={`Remove pair ${index + 1}`}
                icon={<Trash2 aria-hidden className="size-4" />}
                onClick={() =>
                  onChange(
                    withKeys(
                      step,
                      keys.filter((_, at) => at !== index),
                    ),
                  )
                }
              />
            )}
          </div>
        );
      })}
      <Button
        variant="ghost"
        size="sm"
        className="self-start text-accent-ink"
        icon={<Plus aria-hidden className="size-4" />}
        onClick={() => onChange(withKeys(step, [...keys, { left: '', right: '' }]))}
      >
        And another pair of columns
      </Button>
    </>
  );
}

function withFlag(step: Step, flag: 'ignore_case' | 'trim', isOn: boolean): Step {
  const { [flag]: _, ...rest } = step;
  return isOn ? { ...rest, [flag]: true } : rest;
}
