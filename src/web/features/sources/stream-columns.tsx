'use client';

import { useState } from 'react';
import type { EndpointInput } from '#contracts/endpoint';
import { testSource, type SourceFinding, type SourceStream } from '#contracts/sources';
import { call } from '../../api.ts';
import { GridSkeleton } from '../../ui/data-grid.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { useAnswer } from '../transforms/use-answer.ts';
import type { ColumnChoice } from './column-choice.ts';
import { RecordPreview } from './record-preview.tsx';
import { TestVerdict } from './test-verdict.tsx';

type TestBody = EndpointInput<typeof testSource>['body'];

/** For those who type. */
const askAfterMs = 300;

interface StreamColumnsProps {
  /** How the source is reached, without decisions about columns: all of them are shown. */
  readonly request: TestBody;
  readonly stream: SourceStream;
  readonly choice: ColumnChoice;
  readonly onChange: (choice: ColumnChoice) => void;
  /** Leads to the setting that says otherwise than what was found out. */
  readonly onFinding?: (finding: SourceFinding) => void;
}

/** The first rows of one stream, asked for when it is looked at. */
export function StreamColumns({ request, stream, choice, onChange, onFinding }: StreamColumnsProps) {
  const [attempt, setAttempt] = useState(0);
  const {
    data: answer,
    isCurrent,
    error: failure,
  } = useAnswer(
    JSON.stringify([request, stream.name, attempt]),
    (signal) => call(testSource, { body: { ...request, preview: stream.name } }, { signal }),
    askAfterMs,
  );
  if (failure !== undefined) {
    return (
      <ErrorState
        title="The first rows could not be read"
        error={failure}
        onRetry={() => setAttempt((count) => count + 1)}
      />
    );
  }
  if (!answer || !isCurrent) return <GridSkeleton />;
  if (!answer.preview) return <TestVerdict verdict={answer} />;
  return (
    <>
      {answer.findings && answer.findings.length > 0 ? (
        <ul aria-label="Found out" className="flex flex-col gap-1 rounded-md bg-sunken px-3 py-2 text-sm">
          {answer.findings.map((finding) => (
            <li key={finding.setting} className="flex flex-wrap items-baseline gap-x-2">
              <span className="wrap-anywhere">{finding.text}</span>
              {onFinding ? (
                <button
                  type="button"
                  className="touch-target rounded-sm text-accent-ink underline"
                  onClick={() => onFinding(finding)}
                >
                  Change
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      <RecordPreview
        preview={answer.preview}
        fields={answer.fields ?? []}
        choice={choice}
        onChange={onChange}
      />
    </>
  );
}
