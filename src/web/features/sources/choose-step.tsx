'use client';

import { clsx } from 'clsx';
import { useState } from 'react';
import type { SourceFinding, SourceStream, SourceType } from '#contracts/sources';
import { useFormat } from '../../use-format.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import type { ColumnChoices } from './column-choice.ts';
import type { SpecField, SpecValues } from './spec-fields.ts';
import { SpecForm } from './spec-form.tsx';
import { StreamColumns } from './stream-columns.tsx';

interface ChooseStepProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly streams: readonly SourceStream[];
  readonly chosen: readonly string[];
  readonly onChosen: (names: readonly string[]) => void;
  /** How the source is reached, as the form says. */
  readonly request: { readonly type: SourceType; readonly config: Readonly<Record<string, unknown>> };
  readonly columns: ColumnChoices;
  readonly onColumns: (columns: ColumnChoices) => void;
  /** Settings that say how it is loaded. */
  readonly fields: readonly SpecField[];
  readonly values: SpecValues;
  readonly errors: Readonly<Record<string, string>>;
  readonly onValues: (values: SpecValues) => void;
  readonly onFinding: (finding: SourceFinding) => void;
  readonly onOther: (setting: string, value: unknown) => void;
}

const searchFrom = 8;

/** What of a service is loaded: which forms, sheets or tables, and which columns of each. */
export function ChooseStep(props: ChooseStepProps) {
  const { streams, chosen, columns } = props;
  const [open, setOpen] = useState(() => streams.find(({ name }) => chosen.includes(name)) ?? streams[0]);
  return (
    <div className="grid flex-1 gap-5 lg:min-h-0 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="flex flex-col gap-4 lg:min-h-0 lg:overflow-y-auto lg:pe-1">
        <Field label="Name of the source">
          <Input value={props.name} maxLength={200} onChange={(event) => props.onName(event.target.value)} />
        </Field>
        {streams.length > 1 ? <StreamList {...props} open={open} onOpen={setOpen} /> : null}
        {props.fields.length > 0 ? (
          <SpecForm
            fields={props.fields}
            values={props.values}
            errors={props.errors}
            onChange={props.onValues}
          />
        ) : null}
      </div>
      <section
        aria-label={open ? `Columns of ${open.title}` : 'Columns'}
        className="flex min-w-0 flex-col gap-3 lg:min-h-0"
      >
        {open ? (
          <>
            <h3 className="truncate font-semibold">
              <bdi>{open.title}</bdi>
            </h3>
            <StreamColumns
              request={props.request}
              stream={open}
              choice={columns[open.name] ?? {}}
              onChange={(choice) => props.onColumns({ ...columns, [open.name]: choice })}
              onFinding={props.onFinding}
              onOther={props.onOther}
            />
          </>
        ) : (
          <p className="text-muted">The connection works, but there is nothing that this account can read.</p>
        )}
      </section>
    </div>
  );
}

function StreamList({
  streams,
  chosen,
  onChosen,
  open,
  onOpen,
}: Pick<ChooseStepProps, 'streams' | 'chosen' | 'onChosen'> & {
  readonly open: SourceStream | undefined;
  readonly onOpen: (stream: SourceStream) => void;
}) {
  const format = useFormat();
  const [search, setSearch] = useState('');
  const word = search.trim().toLocaleLowerCase();
  const shown = streams.filter((stream) => stream.title.toLocaleLowerCase().includes(word));
  const areAll = chosen.length === streams.length;
  return (
    <div role="group" aria-label="What to load" className="flex flex-col gap-2">
      <div className="flex items-baseline justify-between gap-2">
        <p className="text-sm font-medium">What to load</p>
        <Button
          size="sm"
          variant="ghost"
          onClick={() => onChosen(areAll ? [] : streams.map(({ name }) => name))}
        >
          {areAll ? 'Choose none' : 'Choose all'}
        </Button>
      </div>
      {streams.length >= searchFrom ? (
        <SearchInput label="Search what to load" value={search} onChange={setSearch} />
      ) : null}
      <ul className="flex max-h-64 flex-col overflow-y-auto rounded-md border border-line">
        {shown.map((stream) => (
          <li
            key={stream.name}
            className={clsx(
              'flex items-center gap-1 px-2',
              stream.name === open?.name ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
          >
            <Checkbox
              isLabelHidden
              label={`Load ${stream.title}`}
              checked={chosen.includes(stream.name)}
              onChange={(isChosen) => {
                onOpen(stream);
                onChosen(isChosen ? [...chosen, stream.name] : chosen.filter((name) => name !== stream.name));
              }}
            />
            <button
              type="button"
              aria-current={stream.name === open?.name}
              onClick={() => onOpen(stream)}
              className="flex min-h-8 min-w-0 flex-1 touch-target items-center gap-2 rounded-sm text-start"
            >
              <bdi className="min-w-0 flex-1 truncate">{stream.title}</bdi>
              {stream.rows === null ? null : (
                <span data-numeric className="shrink-0 text-sm text-muted">
                  {format.count(stream.rows, ['row', 'rows'])}
                </span>
              )}
            </button>
          </li>
        ))}
        {shown.length === 0 ? <li className="px-3 py-2 text-sm text-muted">Nothing found.</li> : null}
      </ul>
      <p className="text-sm text-muted">
        {areAll
          ? 'All are loaded, also those that are added there later.'
          : `${format.number(chosen.length)} chosen.`}
      </p>
    </div>
  );
}
