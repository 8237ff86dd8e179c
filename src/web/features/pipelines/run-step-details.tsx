'use client';

import { getRunDetails, type PipelineRun, type RunDetails, type RunStep } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { isActive } from './live-run.ts';
import { columnTypeLabels } from '../../ui/column-type.tsx';
import { changeWords } from '../sources/change-words.ts';

/** What the chosen step of a run was to do, as it was when the run was asked for, and what came of it. */
export function RunStepDetails({
  run,
  step,
}: {
  readonly run: PipelineRun;
  readonly step: RunStep | undefined;
}) {
  return step === undefined ? null : <Details run={run} step={step} />;
}

function Details({ run, step }: { readonly run: PipelineRun; readonly step: RunStep }) {
  // While it goes on, its statement and its figures become known.
  const { data, error, mutate } = useApi(
    getRunDetails,
    { params: { id: run.run_id } },
    { refreshInterval: isActive(run.status) ? 2_000 : 0 },
  );
  const found = data?.steps.find((each) => each.id === step.id);
  if (!data && error) {
    return (
      <ErrorState error={error} title="What this step did could not be read" onRetry={() => void mutate()} />
    );
  }
  return (
    <section aria-labelledby="run-step-details">
      <h3 id="run-step-details" className="mb-1.5 text-sm font-semibold">
        What <bdi>{step.name}</bdi> did
      </h3>
      {found === undefined ? <Skeleton className="h-16 w-full" /> : <Facts step={step} details={found} />}
    </section>
  );
}

function Facts({ step, details }: { readonly step: RunStep; readonly details: RunDetails['steps'][number] }) {
  const format = useFormat();
  const rows = step.rows ?? details.rows;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Version of the recipe', details.version === null ? null : String(details.version)],
    ['Rows', rows === null ? null : format.number(rows)],
    ['Rows that could not be read', details.rows_rejected ? format.number(details.rows_rejected) : null],
    ['Took', details.duration_ms === null ? null : format.duration(details.duration_ms)],
    ['Begun', step.attempt > 1 ? `${step.attempt} times` : null],
    ['Waits for', details.after.length === 0 ? null : details.after.join(', ')],
    ['Remarks', details.warnings === 0 ? null : format.number(details.warnings)],
  ];
  return (
    <div className="rounded-md border border-line p-3">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd data-numeric className="wrap-anywhere">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
        )}
      </dl>
      {details.schema_changes.length > 0 ? (
        <>
          <h4 className="mt-2 text-sm font-medium">Columns that changed</h4>
          <ul className="list-disc ps-5">
            {details.schema_changes.map((change) => (
              <li key={`${change.table ?? ''} ${change.column} ${change.kind}`}>
                {changeWords(change, columnTypeLabels)}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {details.sql === null ? null : (
        <details className="mt-2">
          <summary className="cursor-pointer text-sm font-medium">The statement that made the table</summary>
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard
            tabIndex={0}
            dir="ltr"
            className="mt-1 max-h-64 overflow-auto rounded-md border border-line bg-sunken p-3 text-sm"
          >
            {details.sql}
          </pre>
        </details>
      )}
    </div>
  );
}
