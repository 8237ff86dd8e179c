import type { Metadata } from 'next';
import { TransformationsPage } from '../../../features/transforms/transformations-page.tsx';

export const metadata: Metadata = { title: 'Transformations' };

export default function Page() {
  return <TransformationsPage />;
}
