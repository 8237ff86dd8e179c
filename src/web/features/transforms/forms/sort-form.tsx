'use client';

import type { StepOf } from '../model/editor-step.ts';
import type { StepFormProps } from './form-context.tsx';
import { SortKeys } from './sort-keys.tsx';

/** Columns to sort by, the most important first. */
export function SortForm({ step, onChange }: StepFormProps<StepOf<'sort'>>) {
  return (
    <>
      <SortKeys name="columns" keys={step.columns} onChange={(columns) => onChange({ ...step, columns })} />
      <p className="text-sm text-muted">Empty cells come last either way.</p>
    </>
  );
}
