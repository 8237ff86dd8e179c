'use client';

import { Copy } from 'lucide-react';
import { useState } from 'react';
import { compileRecipe } from '#contracts/transformations';
import { useApi } from '../../../api.ts';
import { Button } from '../../../ui/button.tsx';
import { RadioGroup } from '../../../ui/choice.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { copyText } from '../../../ui/grid/copy-text.ts';
import { ErrorState, SkeletonRows } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { recipeOf } from '../model/editor-step.ts';
import { useEditorState } from './editor-context.tsx';

interface SqlDialogProps {
  readonly onClose: () => void;
}

const dialects = [
  { value: 'postgres', label: 'PostgreSQL' },
  { value: 'duckdb', label: 'DuckDB' },
  { value: 'bigquery', label: 'BigQuery' },
] as const;

/** The recipe as the SQL that runs, to read and to take elsewhere. */
export function SqlDialog({ onClose }: SqlDialogProps) {
  const steps = useEditorState((state) => state.history.present);
  const [dialect, setDialect] = useState<'postgres' | 'duckdb' | 'bigquery'>('postgres');
  const { data, error, isLoading, mutate } = useApi(
    compileRecipe,
    { body: { recipe: recipeOf(steps), dialect } },
    { keepPreviousData: false },
  );
  const sql = data?.sql ?? null;
  const problems = data?.steps.flatMap((step) => step.errors) ?? [];
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      title="SQL of this transformation"
      description="One part per step, in the order of the steps. It is made from the steps and cannot be edited here."
      footer={
        <Button
          icon={<Copy aria-hidden className="size-4" />}
          disabled={sql === null}
          onClick={async () => {
            if (await copyText(sql ?? '')) toast.success('SQL copied');
          }}
        >
          Copy SQL
        </Button>
      }
    >
      <RadioGroup label="Dialect" isHorizontal value={dialect} onChange={setDialect} options={dialects} />
      <div className="mt-2">
        {isLoading ? (
          <SkeletonRows rows={4} />
        ) : error !== undefined ? (
          <ErrorState title="The SQL could not be made" error={error} onRetry={() => void mutate()} />
        ) : sql === null ? (
          <div role="alert">
            <p>Some steps need a correction before there is SQL:</p>
            <ul className="mt-1 list-disc ps-5 text-danger">
              {problems.map((problem) => (
                <li key={`${problem.step} ${problem.field} ${problem.message}`}>
                  Step {problem.step + 1}: {problem.message}
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard
            tabIndex={0}
            aria-label="SQL"
            dir="ltr"
            className="max-h-[55vh] overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre"
          >
            {sql}
          </pre>
        )}
      </div>
    </Dialog>
  );
}
