'use client';

import { Search } from 'lucide-react';
import { useState } from 'react';
import { listSourceTypes, type SourceTypeInfo } from '#contracts/sources';
import { useApi } from '../../api.ts';
import { Input } from '../../ui/field.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { SourceIcon } from './source-icon.tsx';

/** Which service to connect: tiles, with a search when there are many. Files need no choice of a kind. */
export function KindStep({ onPick }: { readonly onPick: (kind: SourceTypeInfo) => void }) {
  const [search, setSearch] = useState('');
  const { data, error, mutate } = useApi(listSourceTypes, {});
  if (error !== undefined) {
    return (
      <ErrorState title="The kinds of source could not be read" error={error} onRetry={() => void mutate()} />
    );
  }
  const word = search.trim().toLocaleLowerCase();
  const services = data?.items.filter((kind) => kind.category !== 'file');
  const kinds = services?.filter((kind) =>
    `${kind.title} ${kind.description}`.toLocaleLowerCase().includes(word),
  );
  if (services?.length === 0) return null;
  return (
    <div className="flex flex-col gap-3">
      <h3 className="text-sm font-medium text-muted">Or connect a service</h3>
      {(services?.length ?? 0) > 6 ? (
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
            onClick={() => onPick(kind)}
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
