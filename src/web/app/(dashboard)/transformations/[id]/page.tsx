import type { Metadata } from 'next';
import { EditorPage } from '../../../../features/transforms/editor-page.tsx';

export const metadata: Metadata = { title: 'Transformation' };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  return <EditorPage key={id} id={id} />;
}
