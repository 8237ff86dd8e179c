'use client';

import { useRouter } from 'next/navigation';
import type { EndpointResponse } from '#contracts/endpoint';
import type { getTable } from '#contracts/warehouse';
import { useFormat } from '../../use-format.ts';
import { Select } from '../../ui/select.tsx';

/** The tables that hold the rest of the columns of a file or form that was too wide for one; nothing for one that is whole. */
export function PartChoice({
  name,
  parts,
}: {
  readonly name: string;
  readonly parts: EndpointResponse<typeof getTable>['parts'];
}) {
  const format = useFormat();
  const router = useRouter();
  if (parts.length === 0) return null;
  return (
    <div className="flex basis-full flex-wrap items-center gap-2">
      <Select
        size="sm"
        className="w-64 max-w-full"
        aria-label="Part of the table"
        value={name}
        options={parts.map((part, at) => ({
          value: part.name,
          label: `Part ${format.number(at + 1)} of ${format.number(parts.length)} (${format.count(part.columns, ['column', 'columns'])})`,
        }))}
        onChange={(part) => router.push(`/data/${encodeURIComponent(part)}`)}
      />
      <span>Too wide for one table: rows with the same “Row id” belong together.</span>
    </div>
  );
}
