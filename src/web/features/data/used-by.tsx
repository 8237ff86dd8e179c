import { Shuffle, Workflow } from 'lucide-react';
import Link from 'next/link';
import { EmptyState } from '../../ui/states.tsx';

export interface Use {
  readonly kind: 'transformation' | 'pipeline';
  readonly id: string;
  readonly name: string;
}

/** What reads a table. */
export function UsedBy({ usedBy }: { readonly usedBy: readonly Use[] }) {
  if (usedBy.length === 0) {
    return (
      <EmptyState title="Nothing uses this table yet">
        When a transformation reads it or a pipeline fills it, you find it here.
      </EmptyState>
    );
  }
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
      {usedBy.map((use) => {
        const Icon = use.kind === 'pipeline' ? Workflow : Shuffle;
        return (
          <li key={`${use.kind} ${use.id}`}>
            <Link
              href={`/${use.kind}s/${use.id}`}
              className="flex min-h-11 items-center gap-2.5 px-3 py-2 hover:bg-hover"
            >
              <Icon aria-hidden className="size-4 shrink-0 text-muted" />
              <bdi className="font-medium">{use.name}</bdi>
              <span className="text-sm text-muted">
                {use.kind === 'pipeline' ? 'Pipeline' : 'Transformation'}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
