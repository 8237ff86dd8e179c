'use client';

import { CalendarClock, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { previewUpload, type CsvOptions } from '#contracts/sources';
import { call } from '../../api.ts';
import { Field, Input } from '../../ui/field.tsx';
import { Folded } from '../../ui/folded.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { RadioGroup } from '../../ui/choice.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { AddToTable } from './add-to-table.tsx';
import { CheckTable } from './check-table.tsx';
import {
  isDateOrderAsked,
  readingOptions,
  setColumnName,
  setColumnType,
  setOptions,
  withReading,
  type FileDraft,
} from './file-draft.ts';
import { FormatOptions } from './format-options.tsx';

interface CheckStepProps {
  readonly draft: FileDraft;
  readonly onChange: (change: (draft: FileDraft) => FileDraft) => void;
  /** The source exists already and keeps its name. */
  readonly isNameFixed?: boolean;
}

/** The table as it will be, with everything that was guessed open to correction. */
export function CheckStep({ draft, onChange, isNameFixed }: CheckStepProps) {
  const { upload } = draft;
  const isNarrow = useMediaQuery('(width < 64rem)');
  const [isReading, setReading] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  /** Applies a correction at once and has the server read the file with it; a newer one overtakes it. */
  async function read(corrected: FileDraft, change: (draft: FileDraft) => FileDraft) {
    onChange(change);
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    setReading(true);
    setFailure(undefined);
    try {
      const input = { params: { id: upload.id }, body: { options: readingOptions(corrected) } };
      const reading = await call(previewUpload, input, { signal: mine.signal });
      onChange((now) => withReading(now, reading));
    } catch (error) {
      if (!mine.signal.aborted) setFailure(error);
    } finally {
      if (running.current === mine) setReading(false);
    }
  }

  const correct = (change: (draft: FileDraft) => FileDraft) => void read(change(draft), change);
  const isDateAsked = isDateOrderAsked(draft);
  const general = upload.warnings.filter(
    (warning) => warning.column === undefined && warning.code !== 'date_order_assumed',
  );

  const formatOptions = (
    <FormatOptions
      upload={upload}
      options={draft.options}
      onChange={(patch: CsvOptions) => correct((now) => setOptions(now, patch))}
    />
  );

  return (
    <div className="flex flex-1 flex-col gap-4 lg:min-h-0 lg:flex-row">
      <div className="flex w-full shrink-0 flex-col gap-4 lg:w-60 lg:overflow-y-auto lg:pe-1 lg:pb-1">
        {/* What a person should not miss stands above what they may change. */}
        {isDateAsked ? (
          <div className="rounded-md bg-warning-soft p-3">
            <p className="mb-2 flex gap-2 text-sm">
              <CalendarClock aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
              Dates like 03/04/2025 could be day/month or month/day.
            </p>
            <RadioGroup
              label="Which is it?"
              value={draft.options.date_order ?? upload.date_order ?? undefined}
              options={[
                { value: 'dmy', label: '3 April 2025', help: 'day / month' },
                { value: 'mdy', label: '4 March 2025', help: 'month / day' },
              ]}
              onChange={(date_order) => correct((now) => setOptions(now, { date_order }))}
            />
          </div>
        ) : null}
        {general.map((warning) => (
          <p key={`${warning.code} ${warning.message}`} className="flex gap-2 text-sm">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
            {warning.message}
          </p>
        ))}
        {isNameFixed ? null : <AddToTable draft={draft} onChange={onChange} />}
        {isNameFixed || draft.target ? null : (
          <Field label="Name of the source">
            <Input
              value={draft.name}
              maxLength={200}
              onChange={(event) => {
                const name = event.target.value;
                onChange((now) => ({ ...now, name }));
              }}
            />
          </Field>
        )}
        {isNarrow ? <Folded title="How the file is read">{formatOptions}</Folded> : formatOptions}
        {upload.lists.length > 0 ? (
          <div className="text-sm text-muted">
            <p>Lists within the records become tables of their own:</p>
            <ul className="list-disc ps-5">
              {upload.lists.map(({ title, columns }) => (
                <li key={title}>
                  <bdi>{title}</bdi> ({columns.join(', ')})
                </li>
              ))}
            </ul>
          </div>
        ) : null}
      </div>
      <div className="flex min-h-96 min-w-0 flex-1 flex-col gap-2 lg:min-h-0">
        <FormProblem error={failure} />
        <CheckTable
          draft={draft}
          isReading={isReading}
          onType={(key, type) => correct((now) => setColumnType(now, key, type))}
          onName={(key, name) => onChange((now) => setColumnName(now, key, name))}
        />
      </div>
    </div>
  );
}
