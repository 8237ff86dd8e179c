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
  /** Takes something else than what was found out. */
  readonly onOther?: (setting: string, value: unknown) => void;
}

/** The first rows of one stream, asked for when it is looked at. */
export function StreamColumns({ request, stream, choice, onChange, onFinding, onOther }: StreamColumnsProps) {
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
              {onFinding && finding.value !== undefined ? (
                <button
                  type="button"
                  className="touch-target rounded-sm text-accent-ink underline"
                  onClick={() => onFinding(finding)}
                >
                  Change
                </button>
              ) : null}
              {onOther && finding.others.length > 0 ? (
                <span className="flex basis-full flex-wrap items-baseline gap-x-2 text-muted">
                  {finding.value === undefined ? 'Take' : 'Or take'}
                  {finding.others.map((other) => (
                    <button
                      key={other.text}
                      type="button"
                      className="touch-target rounded-sm wrap-anywhere text-accent-ink underline"
                      onClick={() => onOther(finding.setting, other.value)}
                    >
                      {other.text}
                    </button>
                  ))}
                </span>
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
