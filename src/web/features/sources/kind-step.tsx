'use client';

import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { listSourceTypes, type SourceTypeInfo } from '#contracts/sources';
import { useApi } from '../../api.ts';
import { Input } from '../../ui/field.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { SourceIcon } from './source-icon.tsx';

/** Which kind of source: tiles, with a search when there are many. */
export function KindStep({ onPick }: { readonly onPick: (kind: SourceTypeInfo, isOnly: boolean) => void }) {
  const [search, setSearch] = useState('');
  const { data, error, mutate } = useApi(listSourceTypes, {});
  const [only] = data?.items.length === 1 ? data.items : [];
  useEffect(() => {
    // A choice of one is none.
    if (only) onPick(only, true);
  }, [only, onPick]);
  if (error !== undefined) {
    return (
      <ErrorState title="The kinds of source could not be read" error={error} onRetry={() => void mutate()} />
    );
  }
  const word = search.trim().toLocaleLowerCase();
  const kinds = data?.items.filter((kind) =>
    `${kind.title} ${kind.description}`.toLocaleLowerCase().includes(word),
  );
  return (
    <div className="flex flex-col gap-4">
      {(data?.items.length ?? 0) > 6 ? (
        <div className="relative">
          <Search aria-hidden className="absolute inset-y-0 start-2.5 my-auto size-4 text-muted" />
          <Input
            type="search"
            aria-label="Search kinds of source"
            placeholder="Search"
            className="ps-8"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      ) : null}
      <div className="grid gap-2 sm:grid-cols-2">
        {kinds?.map((kind) => (
          <button
            key={kind.type}
            type="button"
            onClick={() => onPick(kind, false)}
            className="flex items-start gap-3 rounded-lg border border-line p-3 text-start hover:border-line-strong hover:bg-hover"
          >
            <span className="rounded-md bg-accent-soft p-2 text-accent-ink">
              <SourceIcon name={kind.icon} className="size-5" />
            </span>
            <span className="min-w-0">
              <span className="block font-medium">{kind.title}</span>
              <span className="block text-sm text-muted">{kind.description}</span>
            </span>
          </button>
        )) ?? [1, 2].map((key) => <Skeleton key={key} className="h-20" />)}
      </div>
      {kinds?.length === 0 ? <p className="text-muted">No kind of source matches “{search}”.</p> : null}
    </div>
  );
}
