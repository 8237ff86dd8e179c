'use client';

import dynamic from 'next/dynamic';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { usePermission } from '../../session.ts';
import { DropAnywhere } from './drop-anywhere.tsx';

const AddSourceDialog = dynamic(async () => (await import('./add-source-dialog.tsx')).AddSourceDialog, {
  ssr: false,
});

/** Opens the dialog on any page whose address has `?add=1`, or on which files are dropped. */
export function AddSourceHost() {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const mayAdd = usePermission('sources:write');
  const [files, setFiles] = useState<readonly File[]>();
  const isAsked = search.get('add') === '1';
  if (!mayAdd) return null;

  function close() {
    setFiles(undefined);
    if (!isAsked) return;
    const rest = new URLSearchParams(search);
    rest.delete('add');
    const query = rest.toString();
    router.replace(pathname + (query ? `?${query}` : ''), { scroll: false });
  }

  return isAsked || files ? (
    <AddSourceDialog isOpen onClose={close} {...(files ? { files } : {})} />
  ) : (
    <DropAnywhere onFiles={setFiles} />
  );
}
