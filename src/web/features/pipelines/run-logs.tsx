'use client';

import { clsx } from 'clsx';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { LogLine, RunStep } from '#contracts/pipelines';
import { Button } from '../../ui/button.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { useFormat } from '../../use-format.ts';
import { linesWith } from './log-lines.ts';
import { useRunLogs } from './use-run-logs.ts';

const shownAtFirst = 500;

interface RunLogViewProps {
  readonly runId: string;
  readonly isGoingOn: boolean;
  /** Only the lines of this step. */
  readonly step: RunStep | undefined;
  readonly onShowAll: () => void;
}

/** What a run wrote down, newest last; follows the end while the run goes on. */
export function RunLogView({ runId, isGoingOn, step, onShowAll }: RunLogViewProps) {
  const { lines, error, isLoading } = useRunLogs(runId, isGoingOn);
  const [isAll, setAll] = useState(false);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const ofStep = step ? lines.filter((line) => line.step_id === step.id) : lines;
  const wanted = linesWith(ofStep, search);
  const shown = isAll ? wanted : wanted.slice(-shownAtFirst);
  const count = shown.length;
  useEffect(() => {
    const element = box.current;
    if (count > 0 && element && isGoingOn && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [count, isGoingOn]);
  return (
    <section aria-labelledby="run-log">
      <div className="mb-1.5 flex min-h-7 flex-wrap items-center gap-2">
        <h3 id="run-log" className="text-sm font-semibold">
          Log{step ? <bdi className="font-normal text-muted"> of {step.name}</bdi> : null}
        </h3>
        {step ? (
          <Button variant="ghost" size="sm" onClick={onShowAll}>
            Show all steps
          </Button>
        ) : null}
        {lines.length > 3 ? (
          <SearchInput
            value={search}
            onChange={setSearch}
            label="Search the log"
            className="ms-auto w-full sm:w-56"
          />
        ) : null}
      </div>
      {error !== undefined && lines.length === 0 ? (
        <ErrorState error={error} title="The log could not be read" />
      ) : null}
      {isLoading ? <Skeleton className="h-24 w-full" /> : null}
      {!isLoading && error === undefined && wanted.length === 0 ? (
        <p className="text-muted" role={search === '' ? undefined : 'status'}>
          {ofStep.length > 0
            ? 'No line has these words.'
            : isGoingOn
              ? 'Nothing was written yet.'
              : 'Nothing was written.'}
        </p>
      ) : null}
      {shown.length > 0 ? (
        <div
          ref={box}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard
          tabIndex={0}
          role="log"
          aria-labelledby="run-log"
          aria-live="off"
          onScroll={({ currentTarget: at }) => {
            isAtEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
          }}
          className="max-h-80 overflow-y-auto rounded-md border border-line bg-sunken py-1.5"
        >
          {wanted.length > shown.length ? (
            <Button variant="ghost" size="sm" className="mx-2" onClick={() => setAll(true)}>
              Show the {wanted.length - shown.length} lines before
            </Button>
          ) : null}
          <ol className="text-sm">
            {shown.map((line, index) => (
              <LogRow key={index} line={line} />
            ))}
          </ol>
        </div>
      ) : null}
    </section>
  );
}

const levels = {
  info: { icon: Info, text: 'text-muted', word: '' },
  warning: { icon: TriangleAlert, text: 'text-warning', word: 'Warning: ' },
  error: { icon: CircleAlert, text: 'text-danger', word: 'Error: ' },
} as const;

function LogRow({ line }: { readonly line: LogLine }) {
  const format = useFormat();
  const { icon: Icon, text, word } = levels[line.level];
  return (
    <li className="flex gap-2 px-3 py-0.5">
      <time dateTime={line.at} title={format.dateTime(line.at)} data-numeric className="shrink-0 text-muted">
        {clock(line.at, format.settings)}
      </time>
      <Icon aria-hidden className={clsx('mt-[3px] size-3.5 shrink-0', text)} />
      <span dir="auto" className={clsx('min-w-0 wrap-anywhere', line.level !== 'info' && text)}>
        {word ? <span className="sr-only">{word}</span> : null}
        {line.message}
      </span>
    </li>
  );
}

/** "14:05:09" in the organization's timezone. */
function clock(
  at: string,
  { locale, timezone }: { readonly locale: string; readonly timezone: string },
): string {
  return new Intl.DateTimeFormat(locale, {
    timeStyle: 'medium',
    hourCycle: 'h23',
    timeZone: timezone,
  }).format(new Date(at));
}
