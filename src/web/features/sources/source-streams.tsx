'use client';

import { Ellipsis, History, RotateCcw, SlidersHorizontal } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { Source } from '#contracts/sources';
import { getStreamSettings, type LoadedStream } from '#contracts/streams';
import { useApi } from '../../api.ts';
import { usePermission } from '../../session.ts';
import { useFormat } from '../../use-format.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { Cell, Table } from '../../ui/table.tsx';
import { ResetStreamDialog } from './reset-stream-dialog.tsx';
import { StreamSettingsDialog } from './stream-settings-dialog.tsx';
import { methodWords } from './stream-words.ts';

interface SourceStreamsProps {
  readonly source: Source;
  readonly onChanged: () => void;
}

type Asked =
  | { readonly kind: 'settings'; readonly stream: LoadedStream | null }
  | { readonly kind: 'reset' | 'backfill'; readonly stream: LoadedStream };

/** What a service gives, table by table: how it is loaded, how fresh it is, and starting over. */
export function SourceStreams({ source, onChanged }: SourceStreamsProps) {
  const mayWrite = usePermission('sources:write');
  const [asked, setAsked] = useState<Asked>();
  const { data, error, mutate } = useApi(getStreamSettings, { params: { id: source.id } });
  if (error !== undefined && !data) {
    return <ErrorState title="The streams could not be read" error={error} onRetry={() => void mutate()} />;
  }
  if (!data) return <SkeletonRows />;
  const changed = () => {
    setAsked(undefined);
    void mutate();
    onChanged();
  };
  return (
    <div className="flex flex-col gap-3 pb-6">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-muted">
          All of the source: {methodWords(data.defaults)}. A table can have a way of its own.
        </p>
        {mayWrite ? (
          <Button
            icon={<SlidersHorizontal aria-hidden className="size-4" />}
            onClick={() => setAsked({ kind: 'settings', stream: null })}
          >
            How it is loaded…
          </Button>
        ) : null}
      </div>
      {data.items.length === 0 ? (
        <EmptyState title="Nothing is loaded yet">
          After the first load you see here what came, and can load parts of it anew.
        </EmptyState>
      ) : (
        <Table
          label="Streams"
          head={[
            { title: 'Stream' },
            { title: 'Tables', isWide: true },
            { title: 'Loaded', isWide: true },
            { title: 'How', isWide: true },
            { title: 'Actions', isHidden: true },
          ]}
        >
          {data.items.map((stream) => (
            <StreamRow key={stream.stream} stream={stream} mayWrite={mayWrite} onAsk={setAsked} />
          ))}
        </Table>
      )}
      {asked?.kind === 'settings' ? (
        <StreamSettingsDialog
          source={source}
          stream={asked.stream}
          defaults={data.defaults}
          onClose={() => setAsked(undefined)}
          onSaved={changed}
        />
      ) : null}
      {asked && asked.kind !== 'settings' ? (
        <ResetStreamDialog
          source={source}
          stream={asked.stream}
          mode={asked.kind}
          onClose={() => setAsked(undefined)}
          onDone={changed}
        />
      ) : null}
    </div>
  );
}

interface StreamRowProps {
  readonly stream: LoadedStream;
  readonly mayWrite: boolean;
  readonly onAsk: (asked: Asked) => void;
}

function StreamRow({ stream, mayWrite, onAsk }: StreamRowProps) {
  const loaded = (
    <>
      <RelativeTime value={stream.loaded_at} />
      {stream.continues_from ? (
        <p className="max-w-56 truncate text-sm text-muted" title={stream.continues_from}>
          up to <bdi>{stream.continues_from}</bdi>
        </p>
      ) : null}
    </>
  );
  const how = (
    <p className="first-letter:uppercase">
      {methodWords(stream.settings)}
      {stream.has_own_settings ? null : <span className="text-muted"> (as the source)</span>}
    </p>
  );
  return (
    <tr>
      <Cell className="font-medium sm:min-w-40">
        <bdi>{stream.title}</bdi>
        {stream.waiting_for ? (
          <Badge tone="warning" className="ms-2">
            {stream.waiting_for === 'reset' ? 'Starts over at the next load' : 'Reads all at the next load'}
          </Badge>
        ) : null}
        <div className="mt-1 flex flex-col gap-1 font-normal sm:hidden">
          <StreamTables stream={stream} />
          <div className="text-sm text-muted">{loaded}</div>
          <div className="text-sm">{how}</div>
        </div>
      </Cell>
      <Cell isWide className="min-w-56">
        <StreamTables stream={stream} />
      </Cell>
      <Cell isWide className="whitespace-nowrap">
        {loaded}
      </Cell>
      <Cell isWide className="min-w-44">
        {how}
      </Cell>
      <Cell className="text-end max-sm:align-top">
        {mayWrite ? (
          <Menu
            trigger={
              <IconButton
                label={`More for ${stream.title}`}
                icon={<Ellipsis aria-hidden className="size-4" />}
              />
            }
          >
            <MenuItem icon={<SlidersHorizontal />} onSelect={() => onAsk({ kind: 'settings', stream })}>
              How it is loaded…
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<History />} onSelect={() => onAsk({ kind: 'backfill', stream })}>
              Read everything again…
            </MenuItem>
            <MenuItem icon={<RotateCcw />} isDangerous onSelect={() => onAsk({ kind: 'reset', stream })}>
              Start over…
            </MenuItem>
          </Menu>
        ) : null}
      </Cell>
    </tr>
  );
}

function StreamTables({ stream }: { readonly stream: LoadedStream }) {
  const format = useFormat();
  return (
    <>
      <ul>
        {stream.tables.map((table) => (
          <li key={table.name} className="flex gap-2">
            <Link
              href={`/data/${table.name}`}
              className="min-w-0 truncate underline decoration-line-strong underline-offset-2"
            >
              <bdi>{table.display_name}</bdi>
            </Link>
            <span className="shrink-0 text-muted">
              {table.rows === null ? '' : format.count(table.rows, ['row', 'rows'])}
            </span>
          </li>
        ))}
      </ul>
      {stream.tables.some(({ continues }) => continues !== null) ? (
        <p className="text-sm text-muted">
          It has more columns than one table can hold. The parts belong together by “Row id”.
        </p>
      ) : null}
    </>
  );
}
