'use client';

import { Shuffle } from 'lucide-react';
import { Button } from '../../../ui/button.tsx';
import type { StepOf } from '../model/editor-step.ts';
import { StepField, type StepFormProps } from './form-context.tsx';
import { WholeNumber } from './whole-number.tsx';

/** Rows taken at random, the same ones each time this runs on the same data. */
export function SampleForm({ step, onChange }: StepFormProps<StepOf<'sample'>>) {
  return (
    <>
      <StepField name="rows" label="How many rows" help="For instance to call back or to check by hand">
        <WholeNumber value={step.rows} max={1_000_000} onChange={(rows) => onChange({ ...step, rows })} />
      </StepField>
      <div className="flex items-center gap-2">
        <p className="min-w-0 flex-1 text-sm text-muted">The same rows each time, until you draw others.</p>
        <Button
          size="sm"
          icon={<Shuffle aria-hidden className="size-4" />}
          onClick={() => onChange({ ...step, seed: (step.seed + 1) % 2_147_483_647 })}
        >
          Draw others
        </Button>
      </div>
    </>
  );
}
