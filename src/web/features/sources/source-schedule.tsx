'use client';

import Link from 'next/link';
import { listPipelines } from '#contracts/pipelines';
import { useApi } from '../../api.ts';
import { useFormat } from '../../use-format.ts';
import { scheduleWords } from '../pipelines/schedule-words.ts';

/** Which pipelines load a source, and when. */
export function SourceSchedule({ sourceId }: { readonly sourceId: string }) {
  const format = useFormat();
  const { data } = useApi(listPipelines, { query: { limit: 500 } });
  if (!data) return null;
  const used = data.items.filter((pipeline) => pipeline.source_ids.includes(sourceId));
  const [first] = used;
  if (first === undefined) return <span>In no pipeline: it is loaded only by hand</span>;
  const next = first.schedule?.next_run_at;
  return (
    <span>
      In{' '}
      <Link href={`/pipelines/${first.id}`} className="underline underline-offset-2">
        <bdi>{first.name}</bdi>
      </Link>
      : {scheduleWords(first.schedule, format.settings.timezone)}
      {next ? `, next ${format.relative(next)}` : ''}
      {used.length > 1 ? ` · and ${format.count(used.length - 1, ['more pipeline', 'more pipelines'])}` : ''}
    </span>
  );
}
