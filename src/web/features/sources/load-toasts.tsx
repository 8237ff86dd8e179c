'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { getSource } from '#contracts/sources';
import { refetch, useApi } from '../../api.ts';
import { useConnection } from '../../events.ts';
import { useFormat } from '../../use-format.ts';
import { toast } from '../../ui/toast.tsx';
import { listTables } from '#contracts/warehouse';
import { forgetLoad, useLoads, type WatchedLoad } from './loads.ts';

/** Tells when loads are done, on whatever page one is by then. */
export function LoadToasts() {
  const loads = useLoads((state) => state.loads);
  return loads.map((load) => <LoadToast key={load.runId} load={load} />);
}

function LoadToast({ load }: { readonly load: WatchedLoad }) {
  const router = useRouter();
  const format = useFormat();
  const isLive = useConnection((state) => state.isLive);
  const { data } = useApi(
    getSource,
    { params: { id: load.sourceId } },
    { refreshInterval: isLive ? 5000 : 1500, dedupingInterval: 500 },
  );
  const sync = data?.last_sync?.run_id === load.runId ? data.last_sync : undefined;
  const isOver = sync !== undefined && sync.status !== 'queued' && sync.status !== 'running';
  useEffect(() => {
    if (!isOver || !sync) return;
    forgetLoad(load.runId);
    void refetch(listTables);
    const open = { label: 'Open', onClick: () => router.push(`/sources/${load.sourceId}`) };
    if (sync.status === 'cancelled') toast.info(`Loading ${load.name} was cancelled`);
    else if (sync.status === 'failed') {
      toast.error(`${load.name} could not be loaded`, {
        description: sync.error?.message ?? 'Nothing was changed.',
        action: open,
      });
    } else if (sync.rows_rejected > 0) {
      toast.warning(
        `${load.name} is ready, with ${format.count(sync.rows_rejected, ['row', 'rows'])} left out`,
        {
          description: `${format.count(sync.rows_synced, ['row', 'rows'])} loaded.`,
          action: { ...open, onClick: () => router.push(`/sources/${load.sourceId}?tab=rejected`) },
        },
      );
    } else {
      toast.success(`${load.name} is ready`, {
        description: `${format.count(sync.rows_synced, ['row', 'rows'])} loaded.`,
        action: open,
      });
    }
  }, [isOver, sync, load, router, format]);
  return null;
}
