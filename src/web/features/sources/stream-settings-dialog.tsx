'use client';

import { useState } from 'react';
import type { Source } from '#contracts/sources';
import { setStreamSettings, type LoadedStream, type StreamSettings } from '#contracts/streams';
import { call } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { FormProblem } from '../../ui/form-problem.tsx';
import { Select } from '../../ui/select.tsx';
import { contractModes, dispositions, strategies } from './stream-words.ts';

interface StreamSettingsDialogProps {
  readonly source: Source;
  /** Null: all of the source. */
  readonly stream: LoadedStream | null;
  readonly defaults: StreamSettings;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** How rows meet those that are there, and what the service may change by itself. */
export function StreamSettingsDialog({
  source,
  stream,
  defaults,
  onClose,
  onSaved,
}: StreamSettingsDialogProps) {
  const before = stream?.settings ?? defaults;
  const [draft, setDraft] = useState<StreamSettings>(before);
  const [key, setKey] = useState(before.primary_key?.join(', ') ?? '');
  const [cursor, setCursor] = useState(before.cursor?.field ?? '');
  const [lag, setLag] = useState(before.cursor?.lag === undefined ? '' : String(before.cursor.lag));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const change = (some: Partial<StreamSettings>) => setDraft((old) => ({ ...old, ...some }));
  const merges = draft.write_disposition === 'merge' || draft.write_disposition === 'auto';

  async function save(settings: StreamSettings | null) {
    setBusy(true);
    setFailure(undefined);
    try {
      await call(setStreamSettings, {
        params: { id: source.id },
        body: { stream: stream?.stream ?? null, settings },
      });
      onSaved();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  function composed(): StreamSettings {
    const { primary_key: _key, cursor: known, ...rest } = draft;
    const keys = listOf(key);
    const hasCursor = draft.write_disposition !== 'replace' && (cursor.trim() !== '' || lag.trim() !== '');
    return {
      ...rest,
      ...(keys.length === 0 ? {} : { primary_key: keys }),
      ...(hasCursor
        ? {
            cursor: {
              on_missing: known?.on_missing ?? 'fail',
              ...(known?.initial_value === undefined ? {} : { initial_value: known.initial_value }),
              ...(cursor.trim() === '' ? {} : { field: cursor.trim() }),
              ...(lag.trim() === '' || !Number.isFinite(Number(lag)) ? {} : { lag: Number(lag) }),
            },
          }
        : {}),
    };
  }

  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={stream === null ? 'How the source is loaded' : `How ${stream.title} is loaded`}
      description="It counts from the next load on. What is there stays until then."
      footer={
        <>
          {stream?.has_own_settings ? (
            <Button className="me-auto" disabled={busy} onClick={() => void save(null)}>
              As the source
            </Button>
          ) : null}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={busy} onClick={() => void save(composed())}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FormProblem error={failure} />
        <Field label="What a load does with the rows that are there">
          <Select
            value={draft.write_disposition}
            options={dispositions}
            onChange={(value) => change({ write_disposition: value })}
          />
        </Field>
        {merges ? (
          <Field label="When a row has changed">
            <Select
              value={draft.merge_strategy}
              options={strategies}
              onChange={(value) => change({ merge_strategy: value })}
            />
          </Field>
        ) : null}
        {merges ? (
          <Field
            label="Columns that tell rows apart"
            help="With commas between them. Left empty, the service’s own are used where it has some."
          >
            <Input value={key} onChange={(event) => setKey(event.target.value)} />
          </Field>
        ) : null}
        {draft.write_disposition === 'replace' ? null : (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="Only rows newer than the last load, by" help="A date, time or number that grows.">
              <Input value={cursor} onChange={(event) => setCursor(event.target.value)} />
            </Field>
            <Field label="Look back further by" help="Seconds for times, days for dates.">
              <Input inputMode="decimal" value={lag} onChange={(event) => setLag(event.target.value)} />
            </Field>
          </div>
        )}
        <fieldset className="flex flex-col gap-3 border-t border-line pt-4">
          <legend className="float-left mb-1 w-full font-semibold">When the service changes</legend>
          <div className="grid gap-4 sm:grid-cols-3">
            {(
              [
                ['columns', 'A new column'],
                ['tables', 'A new list'],
                ['data_type', 'A value that does not fit'],
              ] as const
            ).map(([entity, label]) => (
              <Field key={entity} label={label}>
                <Select
                  value={draft.contract[entity]}
                  options={contractModes}
                  onChange={(value) => change({ contract: { ...draft.contract, [entity]: value } })}
                />
              </Field>
            ))}
          </div>
          {draft.contract.data_type === 'evolve' ? (
            <Checkbox
              checked={draft.on_type_conflict === 'variant'}
              onChange={(isOn) => change({ on_type_conflict: isOn ? 'variant' : 'widen' })}
              label="Put values that do not fit into a column beside it, instead of making the column text"
            />
          ) : null}
          <Checkbox
            checked={draft.review === 'breaking'}
            onChange={(isOn) => change({ review: isOn ? 'breaking' : 'none' })}
            label="Ask me before a column goes or changes its type"
          />
        </fieldset>
      </div>
    </Dialog>
  );
}
