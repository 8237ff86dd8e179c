'use client';

import { getImpact, type Impact } from '#contracts/lineage';
import { useApi } from '../../api.ts';
import { SkeletonRows } from '../../ui/states.tsx';

/** What would break if a table went away; null while it is not known. A table that nothing knows of breaks nothing. */
export function useImpact(table: string | null): {
  readonly impact: Impact | null;
  readonly isLoading: boolean;
} {
  const { data, isLoading } = useApi(
    getImpact,
    table === null ? null : { params: { name: table }, query: {} },
    {
      shouldRetryOnError: false,
    },
  );
  return { impact: data ?? null, isLoading };
}

interface ImpactListProps {
  readonly impact: Impact | null;
  readonly isLoading: boolean;
}

/** In the question before something is deleted: what uses it, and what of that stops working. */
export function ImpactList({ impact, isLoading }: ImpactListProps) {
  if (isLoading) return <SkeletonRows rows={1} className="mt-2" />;
  if (impact === null) return null;
  const broken = impact.transformations.filter((each) => each.breaks);
  const others = impact.transformations.filter((each) => !each.breaks);
  return (
    <div className="mt-2">
      <p className="font-medium text-ink">{impact.summary}</p>
      <Named about="These stop working:" items={broken} />
      <Named about={broken.length > 0 ? 'These get no new data:' : 'These read it:'} items={others} />
      <Named about="These pipelines run it or what is made from it:" items={impact.pipelines} />
      {impact.tests > 0 ? <p className="mt-1">Data tests of other tables compare with it.</p> : null}
    </div>
  );
}

interface NamedProps {
  readonly about: string;
  readonly items: readonly { readonly id: string; readonly name: string }[];
}

function Named({ about, items }: NamedProps) {
  if (items.length === 0) return null;
  return (
    <>
      <p className="mt-1">{about}</p>
      <ul className="list-disc ps-5">
        {items.map(({ id, name }) => (
          <li key={id}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whether anything would notice. */
export function isUsed(impact: Impact | null): boolean {
  return impact !== null && impact.transformations.length + impact.pipelines.length + impact.tests > 0;
}
