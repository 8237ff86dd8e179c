import type { Metadata } from 'next';
import { OverviewPage } from '../../../../features/pipelines/overview-page.tsx';

export const metadata: Metadata = { title: 'Overview' };

export default function Page() {
  return <OverviewPage />;
}
