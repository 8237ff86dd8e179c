import type { Metadata } from 'next';
import { EditorPage } from '../../../../features/transforms/editor-page.tsx';

export const metadata: Metadata = { title: 'New transformation' };

export default function Page() {
  return <EditorPage id={null} />;
}
