'use client';

import { FileUp, Shuffle } from 'lucide-react';
import Link from 'next/link';
import { getTable } from '#contracts/warehouse';
import { useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { LinkButton } from '../../ui/button.tsx';
import { GridSkeleton } from '../../ui/data-grid.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { TabPanel, Tabs } from '../../ui/tabs.tsx';
import { useQueryState } from '../../ui/use-query-state.ts';
import { Freshness } from '../freshness/freshness.tsx';
import { ColumnList } from './column-list.tsx';
import { LineagePanel } from './lineage-panel.tsx';
import { NoteEditor } from './note-editor.tsx';
import { ExportButton } from './export-button.tsx';
import { PartChoice } from './part-choice.tsx';
import { TableGrid } from './table-grid.tsx';
import { TestsPanel } from './tests-panel.tsx';
import { UsedBy } from './used-by.tsx';

export function TablePage({ name }: { readonly name: string }) {
  const format = useFormat();
  const [tab, setTab] = useQueryState('tab', 'preview');
  const mayTransform = usePermission('transformations:write');
  const { data, error, mutate } = useApi(getTable, { params: { name } });
  const back = <BackLink href="/data">Data</BackLink>;
  if (error !== undefined && !data) {
    return (
      <Page title="Table" back={back}>
        <ErrorState title="This table could not be opened" error={error} onRetry={() => void mutate()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={<Skeleton className="h-7 w-56" />} back={back} isFilling>
        <GridSkeleton />
      </Page>
    );
  }
  return (
    <Page
      isFilling
      back={back}
      title={data.display_name}
      meta={
        <>
          {data.row_count === null ? null : <span>{format.count(data.row_count, ['row', 'rows'])}</span>}
          <span aria-hidden>·</span>
          <span>
            updated{' '}
            <Freshness
              isExplained
              updatedAt={data.updated_at}
              madeBy={data.source_id ?? data.transformation_id}
            />
          </span>
          <span aria-hidden>·</span>
          <Origin {...data} />
          <PartChoice name={name} parts={data.parts} />
          {data.kind === 'view' ? <span>· always shows the newest rows</span> : null}
          <div className="basis-full">
            <NoteEditor table={name} subject={data.display_name} note={data.description} />
          </div>
        </>
      }
      actions={
        <>
          <ExportButton name={name} displayName={data.display_name} />
          {mayTransform ? (
            <LinkButton
              variant="primary"
              href={`/transformations/new?table=${encodeURIComponent(name)}`}
              icon={<Shuffle aria-hidden className="size-4" />}
            >
              Transform
            </LinkButton>
          ) : null}
        </>
      }
    >
      <Tabs
        label={data.display_name}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'preview', label: 'Preview' },
          { value: 'columns', label: 'Columns', count: format.number(data.columns.length) },
          { value: 'lineage', label: 'Lineage' },
          { value: 'tests', label: 'Tests' },
          { value: 'used-by', label: 'Used by', count: format.number(data.used_by.length) },
        ]}
      >
        <TabPanel value="preview">
          <TableGrid name={name} label={data.display_name} columns={data.columns} version={data.updated_at} />
        </TabPanel>
        <TabPanel value="columns">
          <ColumnList name={name} columns={data.columns} />
        </TabPanel>
        <TabPanel value="lineage">
          <LineagePanel name={name} />
        </TabPanel>
        <TabPanel value="tests">
          <TestsPanel name={name} isMade />
        </TabPanel>
        <TabPanel value="used-by">
          <UsedBy usedBy={data.used_by} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

/** What makes the table. */
function Origin({
  source_id: sourceId,
  transformation_id: transformationId,
}: {
  readonly source_id?: string | null | undefined;
  readonly transformation_id?: string | null | undefined;
}) {
  const [href, label, Icon] = sourceId
    ? [`/sources/${sourceId}`, 'Source', FileUp]
    : [`/transformations/${transformationId ?? ''}`, 'Transformation', Shuffle];
  return (
    <Link href={href} className="inline-flex items-center gap-1 text-accent-ink hover:underline">
      <Icon aria-hidden className="size-3.5" />
      {label}
    </Link>
  );
}
