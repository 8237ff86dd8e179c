'use client';

import dynamic from 'next/dynamic';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { usePermission } from '../../session.ts';

const AddSourceDialog = dynamic(async () => (await import('./add-source-dialog.tsx')).AddSourceDialog, {
  ssr: false,
});

/** Opens the dialog on any page whose address has `?add=1`, so that a link or a shortcut can lead to it. */
export function AddSourceHost() {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const mayAdd = usePermission('sources:write');
  if (search.get('add') !== '1' || !mayAdd) return null;
  return (
    <AddSourceDialog
      isOpen
      onClose={() => {
        const rest = new URLSearchParams(search);
        rest.delete('add');
        const query = rest.toString();
        router.replace(pathname + (query ? `?${query}` : ''), { scroll: false });
      }}
    />
  );
}
