'use client';

import { Search } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Checkbox } from '../../ui/choice.tsx';
import { Input } from '../../ui/field.tsx';

const searchFrom = 8;

interface PickListProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly items: readonly {
    readonly id: string;
    readonly name: string;
    readonly help?: string | undefined;
  }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** What stands there when there is nothing to pick. */
  readonly empty: ReactNode;
}

/** Several of a list, each with a box; a long list can be searched. */
export function PickList({ label, icon, items, chosen, onChange, empty }: PickListProps) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLocaleLowerCase();
  const shown = items.filter((item) => item.name.toLocaleLowerCase().includes(wanted));
  return (
    <fieldset className="flex min-w-0 flex-col">
      <legend className="mb-1 flex items-center gap-1.5 text-sm font-medium">
        {icon}
        {label}
        <span className="font-normal text-muted">
          ({chosen.length} of {items.length})
        </span>
      </legend>
      {items.length > searchFrom ? (
        <div className="relative mb-1">
          <Search aria-hidden className="absolute inset-y-0 start-2.5 my-auto size-4 text-muted" />
          <Input
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            aria-label={`Search in ${label.toLowerCase()}`}
            placeholder="Search"
            className="ps-8"
          />
        </div>
      ) : null}
      <div className="max-h-56 overflow-y-auto rounded-md border border-line px-3 py-1">
        {items.length === 0 ? <div className="py-2 text-muted">{empty}</div> : null}
        {items.length > 0 && shown.length === 0 ? <p className="py-2 text-muted">Nothing matches</p> : null}
        {shown.map((item) => (
          <Checkbox
            key={item.id}
            checked={chosen.includes(item.id)}
            onChange={(isOn) =>
              onChange(isOn ? [...chosen, item.id] : chosen.filter((one) => one !== item.id))
            }
            label={<bdi className="wrap-anywhere">{item.name}</bdi>}
            help={item.help}
          />
        ))}
      </div>
    </fieldset>
  );
}
