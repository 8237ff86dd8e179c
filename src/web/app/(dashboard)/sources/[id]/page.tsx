import type { Metadata } from 'next';
import { SourcePage } from '../../../../features/sources/source-page.tsx';

export const metadata: Metadata = { title: 'Source' };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  return <SourcePage key={id} id={id} />;
}
