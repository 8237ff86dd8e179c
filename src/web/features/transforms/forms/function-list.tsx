'use client';

import { useState } from 'react';
import type { FormulaFunctionHelp } from '#contracts/transformations';
import { Input } from '../../../ui/field.tsx';

interface FunctionListProps {
  readonly functions: readonly FormulaFunctionHelp[];
  readonly onPick: (name: string) => void;
}

const groups: Readonly<Record<FormulaFunctionHelp['group'], string>> = {
  Logic: 'Conditions',
  Text: 'Text',
  Numbers: 'Numbers',
  Dates: 'Dates',
  Conversion: 'From one type to another',
};

/** All functions with what they give, for those who do not know their names. */
export function FunctionList({ functions, onPick }: FunctionListProps) {
  const [search, setSearch] = useState('');
  if (functions.length === 0) return null;
  const wanted = search.trim().toLocaleLowerCase();
  const found = functions.filter(({ name, help }) => `${name} ${help}`.toLocaleLowerCase().includes(wanted));
  return (
    <details className="rounded-md border border-line">
      <summary className="cursor-pointer px-2.5 py-1.5 text-sm font-medium">
        All {functions.length} functions
      </summary>
      <div className="border-t border-line p-2.5">
        <Input
          type="search"
          id={undefined}
          aria-label="Search functions"
          aria-describedby={undefined}
          aria-invalid={undefined}
          placeholder="Search: months between, capital letters …"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            // A search is not an answer yet.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
        <div className="mt-2 max-h-64 overflow-y-auto">
          {Object.entries(groups).map(([group, title]) => {
            const members = found.filter((one) => one.group === group);
            return members.length === 0 ? null : (
              <section key={group} aria-label={title}>
                <h3 className="mt-1 text-xs font-medium text-muted">{title}</h3>
                <ul>
                  {members.map((one) => (
                    <li key={one.name}>
                      <button
                        type="button"
                        onClick={() => onPick(one.name)}
                        className="w-full touch-target rounded-sm px-1.5 py-1 text-start text-sm hover:bg-hover"
                      >
                        <code className="font-medium wrap-anywhere">{one.signature}</code>
                        <span className="block text-muted">{one.help}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
          {found.length === 0 ? <p className="text-sm text-muted">No function matches</p> : null}
        </div>
      </div>
    </details>
  );
}
