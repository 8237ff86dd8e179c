'use client';

import type { CleanOperation } from '#contracts/recipe';
import { Checkbox, RadioGroup } from '../../../ui/choice.tsx';
import { problemAt } from '../model/check-draft.ts';
import type { StepOf } from '../model/editor-step.ts';
import { ColumnsPicker, StepField, useStepForm, type StepFormProps } from './form-context.tsx';

type Case = 'keep' | 'upper' | 'lower' | 'title';

/** Spaces, capital letters and repeated rows. */
export function CleanForm({ step, onChange }: StepFormProps<StepOf<'clean'>>) {
  const { columns, problems } = useStepForm();
  const operations = new Set(step.operations);
  const letters: Case = operations.has('upper')
    ? 'upper'
    : operations.has('lower')
      ? 'lower'
      : operations.has('title')
        ? 'title'
        : 'keep';
  const change = (next: { trim?: boolean; letters?: Case; duplicates?: boolean }) => {
    const wanted = next.letters ?? letters;
    const list: CleanOperation[] = [
      ...((next.trim ?? operations.has('trim')) ? (['trim'] as const) : []),
      ...(wanted === 'keep' ? [] : [wanted]),
      ...((next.duplicates ?? operations.has('remove_duplicates')) ? (['remove_duplicates'] as const) : []),
    ];
    onChange({ ...step, operations: list });
  };
  const problem = problemAt(problems, 'operations');
  return (
    <>
      <StepField name="columns" label="Columns">
        <ColumnsPicker
          columns={columns.filter((column) => column.type === 'text')}
          value={step.columns}
          onChange={(next) => onChange({ ...step, columns: next })}
        />
      </StepField>
      <Checkbox
        label="Remove extra spaces"
        help="Before and after the text"
        checked={operations.has('trim')}
        onChange={(trim) => change({ trim })}
      />
      <RadioGroup
        label="Capital letters"
        value={letters}
        onChange={(next) => change({ letters: next })}
        options={[
          { value: 'keep', label: 'Leave as they are' },
          { value: 'title', label: 'Each Word Capitalized' },
          { value: 'upper', label: 'ALL CAPITALS' },
          { value: 'lower', label: 'all small' },
        ]}
      />
      <Checkbox
        label="Remove duplicates"
        help={
          step.columns.length === 0
            ? 'Rows that are the same in every column are kept once'
            : 'Rows that are the same in the chosen columns are kept once: the first one'
        }
        checked={operations.has('remove_duplicates')}
        onChange={(duplicates) => change({ duplicates })}
      />
      {problem ? (
        <p role="alert" className="text-sm text-danger">
          {problem.message}
        </p>
      ) : null}
    </>
  );
}
