import type { Metadata } from 'next';
import { TablePage } from '../../../../features/data/table-page.tsx';

export const metadata: Metadata = { title: 'Table' };

export default async function Page({ params }: { readonly params: Promise<{ readonly name: string }> }) {
  const { name } = await params;
  return <TablePage key={name} name={decodeURIComponent(name)} />;
}
