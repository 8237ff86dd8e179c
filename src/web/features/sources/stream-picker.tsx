'use client';

import { useId, useState } from 'react';
import type { SourceStream } from '#contracts/sources';
import { useFormat } from '../../use-format.ts';
import { Checkbox } from '../../ui/choice.tsx';
import { Input } from '../../ui/field.tsx';

interface StreamPickerProps {
  readonly title: string;
  readonly help: string | undefined;
  /** undefined until the source was asked. */
  readonly streams: readonly SourceStream[] | undefined;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

const searchFrom = 8;

/** Which forms, sheets or tables of a source to load; none chosen means all. */
export function StreamPicker({ title, help, streams, chosen, onChange }: StreamPickerProps) {
  const format = useFormat();
  const titleId = useId();
  const [search, setSearch] = useState('');
  const word = search.trim().toLocaleLowerCase();
  const shown = streams?.filter((stream) => stream.title.toLocaleLowerCase().includes(word));
  return (
    <div role="group" aria-labelledby={titleId} className="flex flex-col gap-2">
      <div>
        <p id={titleId} className="text-sm font-medium">
          {title}
        </p>
        {help ? <p className="text-sm text-muted">{help}</p> : null}
      </div>
      {streams === undefined ? (
        <p className="rounded-md border border-dashed border-line px-3 py-2 text-sm text-muted">
          Press Test to see what can be loaded.
        </p>
      ) : (
        <>
          {streams.length >= searchFrom ? (
            <Input
              type="search"
              aria-label={`Search ${title.toLocaleLowerCase()}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          ) : null}
          <ul className="flex max-h-56 flex-col overflow-y-auto rounded-md border border-line">
            {shown?.map((stream) => (
              <li key={stream.name} className="flex items-center gap-3 px-3 py-1.5 hover:bg-hover">
                <Checkbox
                  checked={chosen.includes(stream.name)}
                  label={stream.title}
                  onChange={(isChosen) =>
                    onChange(
                      isChosen ? [...chosen, stream.name] : chosen.filter((name) => name !== stream.name),
                    )
                  }
                />
                {stream.rows === null ? null : (
                  <span data-numeric className="ms-auto shrink-0 text-sm text-muted">
                    {format.count(stream.rows, ['row', 'rows'])}
                  </span>
                )}
              </li>
            ))}
            {shown?.length === 0 ? <li className="px-3 py-2 text-sm text-muted">Nothing found.</li> : null}
          </ul>
          <p className="text-sm text-muted">
            {chosen.length === 0 ? 'All are loaded.' : `${format.number(chosen.length)} chosen.`}
          </p>
        </>
      )}
    </div>
  );
}
