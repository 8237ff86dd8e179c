import useSWR from 'swr';
import { listTables, type WarehouseTable } from '#contracts/warehouse';
import { call } from '../../../api.ts';
import { useSession } from '../../../session.ts';

/** Every table of the organization, all pages of the list; read again with it when tables change. */
export function useTables() {
  const organization = useSession((state) => state.chosenOrganizationId);
  return useSWR<readonly WarehouseTable[], unknown>(
    [listTables.method, listTables.path, 'all', organization],
    async () => {
      const tables: WarehouseTable[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(listTables, { query: { limit: 500, ...(cursor ? { cursor } : {}) } });
        tables.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      return tables;
    },
  );
}
