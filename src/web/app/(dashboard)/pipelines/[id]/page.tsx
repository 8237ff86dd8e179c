import type { Metadata } from 'next';
import { PipelinePage } from '../../../../features/pipelines/pipeline-page.tsx';

export const metadata: Metadata = { title: 'Pipeline' };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  return <PipelinePage key={id} id={id} />;
}
