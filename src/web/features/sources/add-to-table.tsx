'use client';

import { useState } from 'react';
import { suggestAddition } from '#contracts/file-additions';
import { listSources } from '#contracts/sources';
import type { TableColumn } from '#contracts/warehouse';
import { call, useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { RadioGroup } from '../../ui/choice.tsx';
import { Field } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import {
  draftColumns,
  readingOptions,
  setMapping,
  type AdditionDraft,
  type FileDraft,
} from './file-draft.ts';

interface AddToTableProps {
  readonly draft: FileDraft;
  readonly onChange: (change: (draft: FileDraft) => FileDraft) => void;
}

/** Records come into a table of rows too, as rows; rows do not come into one of records. */
const tabular: readonly string[] = ['csv', 'excel', 'parquet'];
const aNewTable = ':new';
const newColumn = ':new';
const leftOut = ':out';
/** Of a wider file only those are listed about which there is something to decide. */
const listedColumns = 100;

/** Where the rows of a file go: into a table of their own, or to those that are there already. */
export function AddToTable({ draft, onChange }: AddToTableProps) {
  const format = useFormat();
  const { target, upload } = draft;
  const isOfRecords = upload.format === 'json' || upload.format === 'ndjson';
  const sources = useApi(listSources, { query: { limit: 200 } }).data?.items ?? [];
  const tables = sources.filter(
    (source) =>
      source.last_synced_at !== null && (isOfRecords ? [...tabular, 'json'] : tabular).includes(source.type),
  );
  const [columns, setColumns] = useState<readonly Pick<TableColumn, 'name' | 'display_name' | 'type'>[]>([]);
  const [failure, setFailure] = useState<unknown>();
  if (tables.length === 0) return null;

  async function choose(sourceId: string) {
    setFailure(undefined);
    if (sourceId === aNewTable) {
      onChange((now) => ({ ...now, target: undefined }));
      return;
    }
    try {
      const fit = await call(suggestAddition, {
        params: { id: sourceId },
        body: { upload_id: upload.id, options: readingOptions(draft) },
      });
      setColumns(fit.columns);
      const mapping = Object.fromEntries(
        fit.mapping.flatMap(({ from, to }) => (to === null ? [] : [[from, to]])),
      );
      const key = fit.keys.filter((name) => Object.values(mapping).includes(name)).slice(0, 1);
      onChange((now) => ({ ...now, target: { sourceId, mode: 'append', key, mapping } }));
    } catch (error) {
      setFailure(error);
    }
  }
  const change = (make: (addition: AdditionDraft) => AdditionDraft) =>
    onChange((now) => (now.target ? { ...now, target: make(now.target) } : now));

  const fileColumns = draftColumns(draft);
  const labels = new Map(columns.map(({ name, display_name }) => [name, display_name]));
  const shown =
    target === undefined || fileColumns.length <= listedColumns
      ? fileColumns
      : fileColumns
          .filter(({ key, name }) => labels.get(target.mapping[key] ?? '') !== name)
          .slice(0, listedColumns);
  const hidden = fileColumns.length - shown.length;

  return (
    <div className="flex flex-col gap-3">
      <Field label="Where the rows go">
        <Select
          value={target?.sourceId ?? aNewTable}
          options={[
            { value: aNewTable, label: 'A new table' },
            ...tables.map(({ id, name }) => ({ value: id, label: `To ${name}` })),
          ]}
          onChange={(id) => void choose(id)}
        />
      </Field>
      <FormProblem error={failure} />
      {target ? (
        <>
          <RadioGroup
            label="Rows that are there already"
            value={target.mode}
            options={[
              { value: 'append', label: 'Stay as they are', help: 'Every row of the file is a new one.' },
              {
                value: 'merge',
                label: 'Take the new values',
                help: 'A row with the same key is brought up to date.',
              },
            ]}
            onChange={(mode) => change((now) => ({ ...now, mode }))}
          />
          {target.mode === 'merge' ? (
            <Field label="Rows are told apart by">
              <Select
                value={target.key[0] ?? ''}
                placeholder="Choose a column"
                options={columns.map(({ name, display_name }) => ({ value: name, label: display_name }))}
                onChange={(name) => change((now) => ({ ...now, key: [name] }))}
              />
            </Field>
          ) : null}
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 text-sm font-medium">Columns of the file go to</legend>
            {hidden > 0 ? (
              <p className="text-sm text-muted">
                {format.count(hidden, ['more column goes', 'more columns go'])} to the one of the same name,
                or become new.
              </p>
            ) : null}
            {shown.map(({ key, name }) => {
              const to = target.mapping[key];
              return (
                <Field key={key} label={name}>
                  <Select
                    size="sm"
                    value={to === undefined ? newColumn : (to ?? leftOut)}
                    options={[
                      ...columns.map((column) => ({ value: column.name, label: column.display_name })),
                      { value: newColumn, label: 'A new column' },
                      { value: leftOut, label: 'Leave it out' },
                    ]}
                    onChange={(chosen) => {
                      const next = chosen === newColumn ? undefined : chosen === leftOut ? null : chosen;
                      change((now) => setMapping(now, key, next));
                    }}
                  />
                </Field>
              );
            })}
          </fieldset>
        </>
      ) : null}
    </div>
  );
}
